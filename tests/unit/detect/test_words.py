"""What is said of a call to a number that gained a plus."""

from __future__ import annotations

import pytest

from cardwarden.detect.words import danger, why_harmless
from cardwarden.vcard.diff import REASONS
from cardwarden.vcard.number import read_number
from support.words import ENGLISH


@pytest.mark.parametrize(
    ("region", "number", "said"),
    [
        ("JP", "+184080-1234-5602", "instead of hiding your number and calling 080-1234-5602"),
        ("JP", "+186080-1234-5602", "instead of showing your number and calling 080-1234-5602"),
        ("ES", "+067612345678", "The call would not reach 612345678."),
        ("JP", "+12025550123", "Your phone would call +1 202 (USA)."),
        ("AU", "+1300123456", "Your phone would call +1 300 (USA) instead of calling 1300123456."),
        ("JP", "+0080", "The call would not reach the number that was meant."),
    ],
)
def test_a_call_is_told_by_where_it_goes_and_what_it_would_have_done(region: str, number: str, said: str) -> None:
    assert said in ENGLISH.title(danger(read_number(number, region)))


def test_each_reason_why_a_rewrite_says_the_same_is_said_as_it_is_named() -> None:
    for reason in REASONS:
        said = ENGLISH.title(why_harmless(reason)).lower()
        assert said
        assert said in reason.lower()
