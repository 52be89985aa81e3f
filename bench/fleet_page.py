"""Writes what `fleet.py` measured into the page about the fleet, and what follows from it for a million books.

.venv/bin/python bench/fleet_page.py   the same figures again, after the page's words changed
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "fleet.json"
PAGE = Path(__file__).parents[1] / "docs/explanation/fleet.md"
MILLION, EVERY = 1_000_000, 900.0
"""Books on paper, and seconds from one look at each to the next."""
_BEGIN, _END = "<!-- measured: {} -->", "<!-- end -->"


def written(text: str, figures: Mapping[str, Any]) -> str:
    """The page with these figures in its tables."""
    for name, table in (("numbers", _numbers(figures)), ("paper", _paper(figures))):
        before, begin, rest = text.partition(_BEGIN.format(name))
        _old, end, after = rest.partition(_END)
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


def write() -> None:
    """Bring the page up to date."""
    figures = json.loads(RESULTS.read_text("utf-8"))
    PAGE.write_text(written(PAGE.read_text("utf-8"), figures), "utf-8")


def _numbers(figures: Mapping[str, Any]) -> str:
    sweeps: Sequence[Mapping[str, float]] = figures["sweeps"]
    one, two = figures["by one"], figures["by two"]
    largest, smallest = sweeps[-1], sweeps[0]
    dearest = max(sweeps, key=lambda sweep: sweep["CPU ms a book"])
    grows = dearest["CPU ms a book"] / smallest["CPU ms a book"]
    gain = two["first: books a second"] / one["first: books a second"]
    share = 1000 * largest["CPU ms a book"] / 1000 / EVERY
    cards = figures["cards a book"]
    rows = [
        *(
            (
                f"a sweep in which nothing changed, {sweep['books']:,.0f} books due at once",
                (f"{sweep['CPU ms a book']:.1f} ms of the workers' CPU a book, {sweep['PostgreSQL ms a book']:.1f} of "
                f"PostgreSQL's; {sweep['books a second']:.0f} books a second"),
                _goal("15 ms", sweep["CPU ms a book"] <= 15),
            )
            for sweep in sweeps
        ),
        (
            f"work a book at {dearest['books']:,.0f} books, where it is dearest, against {smallest['books']:,.0f}",
            f"{grows:.2f} times", _goal("1.2 times", grows <= 1.2),
        ),
        ("1,000 books every 15 minutes", f"{100 * share:.1f} % of one processor", _goal("a third", share <= 1 / 3)),
        ("memory of a worker at most", f"{figures['memory MB']:.0f} MB", _goal("200 MB", figures["memory MB"] <= 200)),
        (
            f"first readings of books of {cards} contacts in folders, one worker",
            (f"{one['first: books a second']:.1f} books a second; {one['first: CPU ms a book']:.0f} ms of its CPU a book, "
            f"{one['first: PostgreSQL ms a book']:.0f} of PostgreSQL's"), "",
        ),
        (
            "the same, two workers", f"{two['first: books a second']:.1f} books a second, {gain:.2f} times",
            _goal("1.7 times", gain >= 1.7),
        ),
        (
            f"first readings of books of {cards} contacts on a server, two workers",
            (f"{figures['server']['first: books a second']:.1f} books a second; "
            f"{figures['server']['first: CPU ms a book']:.0f} ms of their CPU a book, "
            f"{figures['server']['first: PostgreSQL ms a book']:.0f} of PostgreSQL's"), "",
        ),
        (
            "taking on a household", (f"{figures['server']['taken on: CPU ms a household']:.0f} ms of the workers' CPU, "
            f"{figures['server']['taken on: PostgreSQL ms a household']:.0f} of PostgreSQL's"), "",
        ),
        (
            "from the check that reads a change to the phone, while all books are due",
            f"{figures['seconds to the phone']:.1f} s, the median", _goal("5 s", figures["seconds to the phone"] < 5),
        ),
        *(
            (
                f"planning, once a second by one worker: {sources} sources, {due}",
                f"{milliseconds:.1f} ms, PostgreSQL's in it", "",
            )
            for name, milliseconds in figures["planning"].items()
            for sources, due in [name.split(", ")]
        ),
        ("written to PostgreSQL's log in a sweep", f"{largest['bytes of log a book'] / 1000:.1f} kB a book", ""),
        ("the database after first readings", f"{figures['database MB a household']:.1f} MB a household", ""),
    ]  # fmt: skip
    left_out = f" Left out: {figures['left out']}." if "left out" in figures else ""
    head = (
        f"{figures['processors']} processors, a load of {figures['load before']} before, {figures['minutes']:.0f} minutes, "
        f"books of {cards} contacts.{left_out}"
    )
    lines = [f"| {what} | {value} | {goal} |" for what, value, goal in rows]
    return "\n".join([head, "", "| two workers, if nothing else is said | | goal |", "|---|---|---|", *lines, ""])


def _goal(goal: str, is_met: bool) -> str:
    return f"{goal}: {'met' if is_met else '**missed**'}"


def _paper(figures: Mapping[str, Any]) -> str:
    sweep, server = figures["sweeps"][-1], figures["server"]
    a_second = MILLION / EVERY
    ours, theirs = (sweep[name] / 1000 * a_second for name in ("CPU ms a book", "PostgreSQL ms a book"))
    hours = server["first: CPU ms a book"] / 1000 * MILLION / 3600
    taking = server["taken on: CPU ms a household"] / 1000 * MILLION / 2 / 3600
    written_ = sweep["bytes of log a book"] * a_second / 1e6
    size = figures["database MB a household"]
    rows = [
        ("workers' CPU, sweeps", f"{sweep['CPU ms a book']:.1f} ms", f"{ours:.0f} processors, all the time"),
        ("PostgreSQL's CPU, sweeps", f"{sweep['PostgreSQL ms a book']:.1f} ms", f"{theirs:.0f} processors, all the time"),
        ("workers' CPU, first readings", f"{server['first: CPU ms a book']:.0f} ms", f"{hours:.0f} hours of one processor, once"),
        (
            "workers' CPU, taking on households", f"{server['taken on: CPU ms a household'] / 2:.0f} ms",
            f"{taking:.0f} hours of one processor, once",
        ),
        (
            "workers", "", (f"{max(1, round(ours + 0.5))} processes of {figures['memory MB']:.0f} MB: "
            f"{max(1, round(ours + 0.5)) * figures['memory MB'] / 1000:.1f} GB"),
        ),
        (
            "log of PostgreSQL", f"{sweep['bytes of log a book'] / 1000:.1f} kB a sweep",
            f"{written_:.1f} MB a second, {written_ * 86400 / 1000:.0f} GB a day",
        ),
        ("tables", f"{size / 2:.1f} MB", f"{size / 2:.1f} TB"),
        ("requests to providers", "a half to two a sweep", f"{a_second / 2:,.0f} to {2 * a_second:,.0f} a second"),
    ]  # fmt: skip
    lines = [f"| {what} | {book} | {all_} |" for what, book, all_ in rows]
    return "\n".join(["| | a book | a million |", "|---|---|---|", *lines, ""])


if __name__ == "__main__":
    write()
