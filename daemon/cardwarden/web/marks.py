"""Which characters of a value changed: pieces to be marked, also for whoever sees no colours."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from cardwarden.text import harmless

_LONGEST = 600  # characters of a value that are shown; comparing longer ones takes too long, too
_TORN = 0.4  # below this likeness the values have nothing in common worth seeing


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value, and whether the other value lacks it."""

    text: str
    is_marked: bool


def marked(before: str | None, after: str | None) -> tuple[list[Piece], list[Piece]]:
    """The pieces of two values, made harmless; [] for a value that is not there."""
    old, new = (None if value is None else _cut(harmless(value)) for value in (before, after))
    if old is None or new is None:
        return _whole(old), _whole(new)
    if old == new:
        return [Piece(old, False)], [Piece(new, False)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _TORN:
        return [Piece(old, True)], [Piece(new, True)]
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if i2 > i1:
            left.append(Piece(old[i1:i2], tag != "equal"))
        if j2 > j1:
            right.append(Piece(new[j1:j2], tag != "equal"))
    return left, right


def _whole(value: str | None) -> list[Piece]:
    return [] if value is None else [Piece(value, False)]


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
