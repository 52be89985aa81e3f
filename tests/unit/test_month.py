"""An ordinary month is quiet, and no damage in it is missed (bench/ordinary_month.py plays larger ones, too)."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.month import LANDS, SEED, Land, play, row
from support.receiver import receiving

PAGE = Path(__file__).parents[2] / "docs/explanation/month.md"
CARDS = 60


@pytest.mark.large
@pytest.mark.parametrize("land", LANDS, ids=lambda land: land.region)
def test_a_month_is_quiet_and_as_the_guide_tells_it(land: Land, tmp_path: Path) -> None:
    with receiving() as receiver:
        got = play(tmp_path, land, CARDS, SEED, receiver)
    assert [name for name, told in got.notified.items() if not told] == []
    assert [title for title, is_question in got.needless if not is_question] == []
    assert got.is_quiet
    assert row(got) in PAGE.read_text("utf-8").splitlines(), "make the page anew: bench/ordinary_month.py"


def test_what_the_guide_tells_of_larger_books_met_the_goal() -> None:
    rows = [
        line
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith(tuple(f"| {land.region} " for land in LANDS))
    ]
    assert len(rows) == 4 * len(LANDS)
    assert all(line.endswith("| met |") for line in rows)
