"""The page about speed says what was measured, and so does its picture."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "bench"))

import measure  # noqa: E402
import page  # noqa: E402


def test_page_and_picture_are_made_of_the_figures_that_were_measured_last() -> None:
    figures, points, machine = measure.kept()
    assert page.PAGE.read_text("utf-8") == page.text(figures, machine)
    assert page.PICTURE.read_text("utf-8") == page.picture(points)


def test_a_difference_below_nothing_meets_no_goal() -> None:
    less, more = measure.Spread.of([-0.001]), measure.Spread.of([0.001])
    assert [measure.Figure("one change", "one card changed", "s CPU", one, 0.02).is_met for one in (less, more)] == [
        False,
        True,
    ]
