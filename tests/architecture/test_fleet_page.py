"""The page about the fleet says what was measured, and nothing else in its tables."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "bench"))

import fleet_page  # noqa: E402


def test_its_tables_are_made_of_the_figures_that_were_measured_last() -> None:
    figures = json.loads(fleet_page.RESULTS.read_text("utf-8"))
    text = fleet_page.PAGE.read_text("utf-8")
    assert fleet_page.written(text, figures) == text


def test_another_figure_changes_what_it_costs_on_paper() -> None:
    figures = json.loads(fleet_page.RESULTS.read_text("utf-8"))
    text = fleet_page.PAGE.read_text("utf-8")
    figures["sweeps"][-1]["CPU ms a book"] = 900.0
    said = fleet_page.written(text, figures)
    assert "| 1,000 books every 15 minutes | 100.0 % of one processor | a third: **missed** |" in said
    assert "| workers' CPU, sweeps | 900.0 ms | 1000 processors, all the time |" in said
