"""Rule number-twice."""

from __future__ import annotations

from support.judging import edited, said
from support.words import reason


def test_a_copy_that_dials_the_same_is_a_notice() -> None:
    found = edited("TEL:03-1234-5601", ["TEL:03-1234-5601", "TEL:+81 3 1234 5601"])
    assert said(found) == [("number-twice", "notice", "Number stands there twice")]


def test_a_copy_with_a_plus_that_rings_abroad_is_critical() -> None:
    for there in ("186080-1234-5602", "080-1234-5602"):
        found = edited(f"TEL:{there}", [f"TEL:{there}", "TEL:+186080-1234-5602"])
        assert said(found) == [("number-twice", "critical", "Number added again, with a +")]


def test_a_copy_without_the_caller_id_code_is_a_warning() -> None:
    found = edited("TEL:186080-1234-5602", ["TEL:186080-1234-5602", "TEL:080-1234-5602"])
    assert said(found) == [("number-twice", "warning", "Number stands there twice")]


def test_another_number_is_no_copy() -> None:
    found = edited("TEL:03-1234-5601", ["TEL:03-1234-5601", "TEL:03-1234-5602"])
    assert [finding.rule for finding in found] == ["value-added"]


def test_where_a_copy_with_a_plus_rings_is_said_and_of_another_copy_only_that_it_is_there() -> None:
    [plain] = edited("TEL:03-1234-5601", ["TEL:03-1234-5601", "TEL:+81 3 1234 5601"])
    assert reason(plain) == "03-1234-5601 is there already; +81 3 1234 5601 was added."
    [abroad] = edited("TEL:186080-1234-5602", ["TEL:186080-1234-5602", "TEL:+186080-1234-5602"])
    assert "Your phone would call +1 860 (USA)" in reason(abroad)
