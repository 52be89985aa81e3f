"""The first check of a large book against that of an ordinary one, and the memory that it needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import books
from measure import Cost, Figure, Guarded, Point, Spread, compared, file_source, folder_source, workplace
from sizes import Sizes

ROW = "large book"
_MEMORY = 250.0  # MB


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    figures: list[Figure] = []
    points: list[Point] = []
    kinds: tuple[tuple[str, Callable[[Path, int], object], Callable[[Path], str]], ...] = (
        ("a folder", lambda path, cards: books.folder(path, cards, pictures=False), folder_source),
        ("one file", lambda path, cards: books.one_file(path, cards, pictures=False), file_source),
        ("a folder with pictures", books.folder, folder_source),
    )
    for kind, made, source in kinds:
        costs = {cards: _first(cards, made, source) for cards in (sizes.cards, sizes.large)}
        large, ordinary = costs[sizes.large], costs[sizes.cards]
        work = f"first check, {sizes.said(sizes.large)} in {kind}"
        figures += [
            compared(ROW, work, f"{sizes.said(sizes.cards)}", [(large, ordinary)], 11),
            Figure(ROW, f"{work}: memory", "MB", Spread.of([large.peak]), _MEMORY),
        ]
        if kind == "a folder with pictures":
            points = [Point("cardwarden check", sizes.large, large.cpu)]
    return figures, points


def _first(cards: int, made: Callable[[Path, int], object], source: Callable[[Path], str]) -> Cost:
    with workplace() as root:
        guarded = Guarded(root)
        made(root / "contacts", cards)
        guarded.write(source(root / "contacts"))
        cost = guarded.check()
        shutil.rmtree(root / "contacts", ignore_errors=True)
        return cost
