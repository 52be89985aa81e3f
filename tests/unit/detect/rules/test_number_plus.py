"""Rule number-plus-added."""

from __future__ import annotations

from support.judging import edited, said
from support.words import reason


def test_a_plus_before_a_caller_id_code_is_critical_and_says_where_the_call_would_go() -> None:
    [finding] = edited("TEL:186080-1234-5602", "TEL:+186080-1234-5602")
    assert said([finding]) == [("number-plus-added", "critical", "Number gained a +")]
    assert "+1 860 (USA) instead of showing your number and calling 080-1234-5602" in reason(finding)


def test_it_is_so_in_every_country_with_such_codes() -> None:
    for region, number in (("GB", "141 020 7946 0018"), ("AU", "1831 0412 345 678"), ("HK", "133 2123 4567")):
        assert said(edited(f"TEL:{number}", f"TEL:+{number}", region))[0][:2] == ("number-plus-added", "critical")


def test_a_plus_before_a_number_that_lacks_its_country_code_is_critical() -> None:
    [finding] = edited("TEL:650-253-0000", "TEL:+650-253-0000", "US")
    assert finding.rule == "number-plus-added"
    assert "+65 (Singapore)" in reason(finding)


def test_the_same_number_with_its_country_code_is_no_change() -> None:
    assert edited("TEL:080-1234-5602", "TEL:+81 80 1234 5602") == []
    assert edited("TEL:1 650 253 0000", "TEL:+1 650 253 0000", "US") == []


def test_a_plus_that_repairs_a_number_is_no_damage() -> None:
    [finding] = edited("TEL:81 80 1234 5602", "TEL:+81 80 1234 5602")
    assert (finding.rule, finding.severity.word) == ("number-changed", "notice")
