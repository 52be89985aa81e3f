"""The page of the results (docs/explanation/speed.md) and its picture (speed.svg beside it), made from what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from measure import ROOT, Figure, Point, Spread

PAGE = ROOT / "docs/explanation/speed.md"
PICTURE = PAGE.with_suffix(".svg")
FLOORS = Path(__file__).parent / "floors.md"
_ORDER = (
    "first check", "nothing changed", "one change", "large book", "memory", "deep check", "CardDAV", "starting", "questions",
    "daemon", "pages", "linear", "year",
)  # fmt: skip
_COLOURS = {"cardwarden check": "#0b6e4f", "git add, git commit": "#c2410c", "vdirsyncer sync": "#4338ca"}
_INTRODUCTION = """\
# How fast it is, beside what people use instead

Made by `make bench`. Each line was measured in one run, on books of a fixed seed: half the names Japanese, vCard 2.1, 3.0
and 4.0, three cards in ten with a picture of 10 to 30 KB (`bench/books.py`). Processor time is user and system time of the
process and its children. What counts is the ratio. With brackets it is the median of several pairs, ours and the other's in
turn (ours, theirs, theirs, ours, ...), and in them are the lowest and the highest; without, both were done once. **Time on
the wall is worth something on an idle machine only**; if others work on it, look at processor time.

`git` is `git add -A && git commit` into a new repository, `vdirsyncer` a synchronisation of two folders. Neither knows
what a change means.
"""


def write(figures: Sequence[Figure], points: Sequence[Point], machine: str) -> None:
    """Write the page and the picture."""
    PAGE.write_text(text(figures, machine), "utf-8")
    PICTURE.write_text(picture(points), "utf-8")


def text(figures: Sequence[Figure], machine: str) -> str:
    """The page, of what was measured and of what stands in the way."""
    ordered = sorted(figures, key=lambda figure: _ORDER.index(figure.row))
    met = sum(figure.is_met for figure in figures)
    lines = [
        _INTRODUCTION,
        "![Processor time of a first check against the number of cards](speed.svg)",
        "",
        f"Measured on {machine}, files in memory.",
        "",
        "| work | ours | the other | ratio | goal | |",
        "|---|---|---|---|---|---|",
        *map(_cells, ordered),
        "",
        f"{met} of {len(figures)} goals are met.",
        "",
        FLOORS.read_text("utf-8"),
    ]
    return "\n".join(lines).rstrip() + "\n"


def line(figure: Figure) -> str:
    """A figure, for the terminal."""
    against = f" / {_value(figure.theirs.middle, figure.unit)} {figure.peer}" if figure.theirs else ""
    ratio = f" = {_ratio(figure.ratio)}" if figure.ratio else ""
    return f"{'ok  ' if figure.is_met else 'MISS'} {figure.work}: {_value(figure.ours.middle, figure.unit)}{against}{ratio}"


def _cells(figure: Figure) -> str:
    theirs = f"{_value(figure.theirs.middle, figure.unit)} {figure.peer}" if figure.theirs else ""
    ratio = _ratio(figure.ratio) if figure.ratio else ""
    goal = f"{figure.goal:.2g} times" if figure.ratio else _value(figure.goal, figure.unit)
    if not figure.ratio and figure.ours.low != figure.ours.high:
        ratio = f"({_value(figure.ours.low, figure.unit)} to {_value(figure.ours.high, figure.unit)})"
    met = "met" if figure.is_met else "**missed**"
    return (
        f"| {figure.work} | {_value(figure.ours.middle, figure.unit)} | {theirs} | {ratio} | at most {goal} | {met} |"
    )


def _ratio(ratio: Spread) -> str:
    if ratio.low == ratio.high:
        return f"{ratio.middle:.2f}"
    return f"{ratio.middle:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"


def _value(value: float, unit: str) -> str:
    if unit.startswith("s"):
        kind = " wall" if "wall" in unit else ""
        return f"{value:.2f} s{kind}" if value >= 1 else f"{value * 1000:.3g} ms{kind}"
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


def picture(points: Sequence[Point]) -> str:
    """Cost against size, both axes logarithmic."""
    wide, high, left, top, right, bottom = 720, 420, 70, 30, 190, 50
    sizes = sorted({point.cards for point in points}) or [1, 10]
    costs = [max(point.cpu, 1e-3) for point in points] or [1.0]
    x_from, x_to = math.floor(math.log10(sizes[0])), math.ceil(math.log10(sizes[-1]))
    y_from, y_to = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))

    def x(cards: float) -> float:
        return left + (math.log10(cards) - x_from) / max(x_to - x_from, 1) * (wide - left - right)

    def y(cost: float) -> float:
        return high - bottom - (math.log10(max(cost, 1e-3)) - y_from) / max(y_to - y_from, 1) * (high - top - bottom)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="13">',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
        f'<text x="{left}" y="18" fill="#111">First check: seconds of a processor against cards</text>',
    ]
    for power in range(x_from, x_to + 1):
        at = x(10**power)
        parts.append(f'<path d="M{at:.1f} {top}V{high - bottom}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{high - bottom + 20}" text-anchor="middle" fill="#444">{10**power:,}</text>'
        )
    for power in range(y_from, y_to + 1):
        at = y(10.0**power)
        parts.append(f'<path d="M{left} {at:.1f}H{wide - right}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#444">{10.0**power:g} s</text>')
    parts.append(f'<text x="{(left + wide - right) / 2}" y="{high - 10}" text-anchor="middle" fill="#444">cards</text>')
    for who, colour in _COLOURS.items():
        mine = sorted((point.cards, point.cpu) for point in points if point.who == who)
        if not mine:
            continue
        path = " ".join(f"{x(cards):.1f},{y(cost):.1f}" for cards, cost in mine)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(cards):.1f}" cy="{y(cost):.1f}" r="3.5" fill="{colour}"/>' for cards, cost in mine]
        cards, cost = mine[-1]
        parts.append(f'<text x="{x(cards) + 10:.1f}" y="{y(cost) + 4:.1f}" fill="{colour}">{who}</text>')
    return "\n".join([*parts, "</svg>", ""])
