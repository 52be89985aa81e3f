"""Measures how cardwarden compares with what people use instead, and writes the page and the picture of it.

make bench                                    everything: about an hour on an idle machine
.venv/bin/python bench/run.py ROW ...         some rows; the others stay as they were measured
.venv/bin/python bench/run.py --smoke         small books, nothing is kept: does all of it still work?
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT / "tests")]

import page  # noqa: E402
from measure import PEERS, keep, kept  # noqa: E402
from sizes import SMALL, WHOLE  # noqa: E402

ROWS = (
    "first_check", "idle_check", "one_change", "large_book", "deep_check", "carddav", "starting", "questions", "daemon",
    "linear", "pages", "year", "memory",
)  # fmt: skip
_WITH_PEERS = ("first_check", "idle_check")


def main(arguments: list[str]) -> int:
    smoke = "--smoke" in arguments
    wanted = [one for one in arguments if not one.startswith("-")] or list(ROWS)
    for name in wanted:
        if name not in ROWS:
            print(f"There is no row {name}; there are: {', '.join(ROWS)}")
            return 2
        if name in _WITH_PEERS and not (PEERS / "vdirsyncer").exists():
            print(f"{name} is left out: `make bench` installs vdirsyncer, which it compares with")
            continue
        row = importlib.import_module(name)
        figures, points = row.measure(SMALL if smoke else WHOLE)
        for figure in figures:
            print(page.line(figure), flush=True)
        if not smoke:
            keep([row.ROW], figures, points)
            page.write(*kept())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
