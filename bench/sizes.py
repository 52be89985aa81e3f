"""How large the books of a run are: whole sizes, and small ones that only show that everything still works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Cards of a small, an ordinary and a large book, how many pairs are measured, and seconds an idle daemon is watched."""

    small: int
    cards: int
    large: int
    pairs: int
    seconds: float
    books: int

    def said(self, cards: int) -> str:
        return f"{cards:,} cards"


WHOLE = Sizes(1_000, 10_000, 100_000, 5, 60.0, 100)
SMALL = Sizes(20, 40, 80, 1, 1.0, 3)
