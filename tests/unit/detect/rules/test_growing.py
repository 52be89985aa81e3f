"""Rule growing, judged from what history says; `test_history_rules.py` plays it through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cardwarden.detect.case import CardHistory, EarlierVersion
from cardwarden.detect.finding import Finding
from cardwarden.detect.judge import judge
from cardwarden.detect.rules.growing import Growing
from support.judging import case, person
from support.words import reason

JANE = "Jane"


def grown(sizes: Sequence[int], before: str = "tea", after: str = "tea tea", *more: str) -> list[Finding]:
    """What is found if a card had these sizes before, and its note is longer now."""
    changed = case(person(JANE, f"NOTE:{before}", *more), person(JANE, f"NOTE:{after}"))
    older = [EarlierVersion(str(size), size, "2031-01-01") for size in sizes]
    return judge(replace(changed, memory=CardHistory({JANE: older}, {})), [Growing()])


def test_a_card_that_grew_four_times_in_a_row_is_told_with_the_size_that_it_had() -> None:
    [found] = grown([100, 110, 120, 130])
    assert grown([900, 100, 110, 120, 130]) == [found]
    assert (reason(found).split(".")[0], found.whole_card) == ("It grew 4 times in a row, from 100 bytes", False)


@pytest.mark.parametrize(
    ("sizes", "lines"),
    [
        ([100, 110, 120], ("tea", "tea tea")),
        ([100, 110, 110, 130], ("tea", "tea tea")),
        ([100, 110, 120, 130], ("tea tea", "tea")),
        ([100, 110, 120, 130], ("tea rum", "rum tea")),
        ([100, 110, 120, 130], ("tea", "tea rum")),
        ([100, 110, 120, 130], ("tea", "tea tea", "TITLE:tea")),
    ],
    ids=[
        "too seldom",
        "not each time",
        "shorter now",
        "as long now",
        "with words of its own",
        "but lost another value",
    ],
)
def test_what_did_not_grow_by_itself_each_time_is_not_told(sizes: list[int], lines: tuple[str, ...]) -> None:
    assert grown(sizes, *lines) == []
