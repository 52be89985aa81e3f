"""A check that reads every card of an unchanged book, against reading and hashing the same bytes."""

from __future__ import annotations

import books
from measure import Figure, Guarded, Inside, Point, compared, folder_source, in_turn, workplace
from sizes import Sizes

ROW = "deep check"


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    figures: list[Figure] = []
    for pictures in (True, False):
        cards = sizes.cards if pictures else sizes.large
        with workplace() as root:
            folder = root / "contacts"
            books.folder(folder, cards, pictures=pictures)
            guarded = Guarded(root)
            guarded.write(folder_source(folder))
            guarded.check()
            with Inside(guarded) as daemon:
                daemon.ask("deep")
                taken = in_turn(lambda: daemon.ask("deep"), lambda: daemon.ask("hash"), sizes.pairs)
        work = f"deep check, {sizes.said(cards)}{', 30 % with pictures' if pictures else ''}"
        figures.append(compared(ROW, work, "reading and hashing the files", taken, 3))
    return figures, []
