"""What one changed card costs beyond a check that finds nothing changed, in books of different sizes.

In a large book both take long, and what else the machine does moves either of them by more than they differ. So both are
done many times in turn, and the median of what each pair differs by is told: of 100,000 cards that came to rest after some
thirty pairs, while the lowest less the lowest moved between 2 and 14 ms. What a change left open is accepted before the next
one, as its owner does: what is open is judged again with each check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles

import books
from measure import Figure, Guarded, Inside, Point, Spread, file_source, folder_source, workplace
from sizes import Sizes

ROW = "one change"
_GOAL = 0.02  # seconds
_FLAT = 1.5
_TURNS = 9  # as many times as other rows have pairs


@dataclass(frozen=True, slots=True)
class _Kind:
    """A way in which a book changes: what is asked of who keeps it in the turn of that number, before the check."""

    said: str
    asked: Callable[[int], str]
    put_back: Callable[[int], str] | None = None
    """What is asked afterwards, before a check that is not counted."""


_EDITED = _Kind("one card changed", lambda turn: f"edit {turn:06}.vcf")
_IN_FOLDER = (
    _EDITED,
    _Kind("one contact added", lambda turn: f"add new{turn}.vcf", lambda turn: f"remove new{turn}.vcf"),
    _Kind("one contact removed", lambda turn: f"remove {turn:06}.vcf", lambda turn: f"restore {turn:06}.vcf"),
)
_IN_FILE = _Kind("one card changed in one file", lambda turn: f"edit {turn}")


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    figures: list[Figure] = []
    taken: dict[tuple[str, int], Spread] = {}
    for cards in (sizes.small, sizes.large):
        with workplace() as root:
            folder = root / "contacts"
            books.folder(folder, cards, pictures=False)
            for said, more in _measured(Guarded(root), folder_source(folder), _IN_FOLDER, sizes.pairs * _TURNS).items():
                taken[said, cards] = more
                figures.append(_beyond(f"{said}, {sizes.said(cards)}", more))
    for kind in _IN_FOLDER:
        small, large = (taken[kind.said, cards] for cards in (sizes.small, sizes.large))
        figures.append(
            Figure(
                ROW,
                f"{kind.said}, {sizes.said(sizes.large)}",
                "s CPU",
                large,
                _FLAT,
                sizes.said(sizes.small),
                small,
                Spread.of([large.middle / max(small.middle, 1e-6)]),
            )
        )
    with workplace() as root:
        book = root / "contacts.vcf"
        books.one_file(book, sizes.cards, pictures=False)
        for said, more in _measured(Guarded(root), file_source(book), (_IN_FILE,), sizes.pairs * _TURNS).items():
            figures.append(_beyond(f"{said} of {sizes.said(sizes.cards)}", more))
    return figures, []


def _beyond(work: str, more: Spread) -> Figure:
    return Figure(ROW, f"{work}, beyond nothing changed", "s CPU", more, _GOAL)


def _measured(guarded: Guarded, source: str, kinds: tuple[_Kind, ...], turns: int) -> dict[str, Spread]:
    """What each kind of change takes more than no change, in seconds of a processor."""
    guarded.write(source)
    guarded.check()
    more: dict[str, Spread] = {}
    with Inside(guarded) as daemon:
        daemon.ask("check")
        for kind in kinds:
            idle: list[float] = []
            changed: list[float] = []
            for turn in range(turns + 1):
                idle.append(daemon.ask("check").cpu)
                daemon.ask(kind.asked(turn))
                changed.append(daemon.ask("check").cpu)
                if kind.put_back:
                    daemon.ask(kind.put_back(turn))
                    daemon.ask("check")
                daemon.ask("accept")
                daemon.ask("check")
            # The first change loads what judges, once.
            more[kind.said] = _less(changed[1:], idle[1:])
    return more


def _less(changed: list[float], idle: list[float]) -> Spread:
    """What each is more than the one before it: the median, and the half of them that is nearest to it."""
    low, middle, high = quantiles([more - less for more, less in zip(changed, idle, strict=True)], n=4)
    return Spread(middle, low, high)
