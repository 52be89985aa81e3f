"""Rule number-plus-added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from support.examples import examples
from support.judging import edited, judged, person, said
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


def test_what_a_call_would_have_done_is_told_without_the_plus_however_that_is_spelled() -> None:
    for line in ("TEL:\uff0b186080-1234-5602", "TEL;VALUE=uri:tel:%2B186080-1234-5602"):
        [finding] = judged(b"", person("Jane", line), first_look=True)
        assert "+1 860 (USA) instead of showing your number and calling 080-1234-5602" in reason(finding)


@given(
    at=st.sampled_from(
        [
            ("JP", "186-090-1234-"),
            ("JP", "03-1234-"),
            ("JP", "81-90-1234-"),
            ("GB", "141-020-7946-"),
            ("US", "650-253-"),
        ]
    ),
    last=st.from_regex(r"[0-9]{4,5}", fullmatch=True),
    line=st.sampled_from(
        [f"TEL:{plus}%s" for plus in ("\uff0b", "\ufe62", "\u207a", "\u208a", " + ", "(+")]
        + ["TEL;VALUE=uri:tel:+%s", "TEL;VALUE=uri:tel:%%2B%s", "TEL;VALUE=uri:TEL:%%2b%s"]
    ),
)
@examples(100)
def test_a_plus_is_judged_alike_however_it_is_spelled(at: tuple[str, str], last: str, line: str) -> None:
    region, number = at[0], at[1] + last
    plain, spelled = f"TEL:+{number}", line % number + (")" if "(" in line else "")
    without = f"TEL{line[3 : line.index(':')]}:{'tel:' if 'uri' in line else ''}{number}"
    first = [judged(b"", person("Jane", tel), region, first_look=True) for tel in (plain, spelled)]
    assert said(first[0]) == said(first[1])
    assert said(edited(f"TEL:{number}", plain, region)) == said(edited(without, spelled, region))
    assert said(edited(plain, f"TEL:{number}", region)) == said(edited(spelled, without, region))
