"""Rule number-hazard: a state, not a change."""

from __future__ import annotations

from cardwarden.detect.rules.number_hazard import NumberHazard
from support.judging import edited, judged, person, said
from support.words import reason


def first(number: str, region: str = "JP") -> list[tuple[str, str, str]]:
    return said(judged(b"", person("Jane", f"TEL:{number}"), region, first_look=True))


def test_a_stored_caller_id_code_with_a_plus_speaks_at_the_first_look() -> None:
    assert first("+186 090-1234-5678") == [("number-hazard", "critical", "Number would ring abroad")]


def test_a_plus_without_a_country_code_speaks_too() -> None:
    assert first("+650 253 0000", "US") == [("number-hazard", "critical", "Number would ring abroad")]
    assert first("+03-1234-5601") == [("number-hazard", "warning", "Number has a + that breaks it")]


def test_a_charged_number_of_another_country_is_a_warning() -> None:
    assert first("+1 900 234 5678") == [("number-hazard", "warning", "Number is a charged one abroad")]
    assert first("+1 900 234 5678", "US") == []


def test_a_number_abroad_or_at_home_is_no_hazard() -> None:
    for number in ("+1 650 253 0000", "+81 3 1234 5601", "03-1234-5601", "186 03-1234-5601", "+81 3 1234"):
        assert first(number) == []


def test_a_hazard_that_comes_with_an_edit_is_told_though_the_edit_alone_would_be_a_notice() -> None:
    found = edited([], "TEL:+186 090-1234-5678")
    assert ("number-hazard", "critical", "Number would ring abroad") in said(found)


def test_a_hazard_that_was_there_before_is_marked_as_that() -> None:
    [hazard] = edited("TEL:+186 090-1234-5678", ["TEL:+186 090-1234-5678", "TEL:03-1234-5601"])[-1:]
    assert (hazard.rule, hazard.already) == ("number-hazard", True)


def test_a_code_before_the_number_is_named() -> None:
    [prefixed] = judged(b"", person("Jane", "TEL:+186 090-1234-5678"), first_look=True)
    assert reason(prefixed).startswith("+186 090-1234-5678 is 186 with a + before it.")
    [plain] = judged(b"", person("Jane", "TEL:+650 253 0000"), "US", first_look=True)
    assert reason(plain).startswith("+650 253 0000 is a number at home with a + before it.")


def test_a_card_that_is_gone_is_no_hazard() -> None:
    assert judged(person("Jane", "TEL:+186 090-1234-5678"), b"", rules=[NumberHazard()]) == []
