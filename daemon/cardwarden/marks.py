"""Which characters of a value changed: pieces to be marked, also for whoever sees no colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from cardwarden.text import ELLIPSIS, columns, harmless, shared_beginning

_COMPARED = 600  # letters between a common beginning and end: comparing takes the square of that
_LEAST_ALIKE = 0.3  # below this share everything is other, and marking all of it marks nothing
_SHOWN = 600  # letters of a value, and of each stretch of a longer one
_AROUND = 40  # letters that stay beside what changed


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value, and whether the other value lacks it."""

    text: str
    is_marked: bool


def marked(before: str | None, after: str | None) -> tuple[list[Piece], list[Piece]]:
    """The pieces of two values, made harmless; [] for a value that is not there.

    A mark never parts a letter from its accents. What is too long to be shown is shortened if nothing changed.
    """
    old, new = (None if value is None else letters(harmless(value)) for value in (before, after))
    if old is None or new is None:
        return _alone(old), _alone(new)
    marked = stretches(old, new)
    is_long = max(len(old), len(new)) > _SHOWN
    left: list[Piece] = []
    right: list[Piece] = []
    for is_equal, was, now in marked:
        most = (2 * _AROUND if is_equal and len(marked) > 1 else _SHOWN) if is_long else max(len(was), len(now))
        left += [Piece(_cut(was, most), not is_equal)] if was else []
        right += [Piece(_cut(now, most), not is_equal)] if now else []
    return left, right


def stretches(old: Sequence[str], new: Sequence[str]) -> list[tuple[bool, str, str]]:
    """Stretch by stretch whether two values say the same, and what each says; one stretch if hardly anything is the same."""
    first = shared_beginning(old, new)
    last = shared_beginning(old[first:][::-1], new[first:][::-1])
    was, now = old[first : len(old) - last], new[first : len(new) - last]
    between = [(False, "".join(was), "".join(now))]
    same = 2 * (first + last)
    if len(was) <= _COMPARED and len(now) <= _COMPARED:
        matcher = SequenceMatcher(None, was, now, autojunk=False)
        same += round(matcher.ratio() * (len(was) + len(now)))
        between = [
            (tag == "equal", "".join(was[i1:i2]), "".join(now[j1:j2])) for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        ]
    if same < _LEAST_ALIKE * (len(old) + len(new)):
        return [(False, "".join(old), "".join(new))]
    begin, end = "".join(old[:first]), "".join(old[len(old) - last :])
    return [(True, begin, begin), *between, (True, end, end)]


def letters(text: str) -> list[str]:
    """Characters, each with the marks and joiners that belong to it."""
    pieces: list[str] = []
    for character in text:
        if pieces and columns(character) == 0:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _alone(value: Sequence[str] | None) -> list[Piece]:
    return [] if value is None else [Piece(_cut("".join(value), _SHOWN), False)]


def _cut(text: str, most: int) -> str:
    """With its middle left out if it is longer than `most`."""
    return text if len(text) <= most else f"{text[: most // 2].rstrip()} {ELLIPSIS} {text[-(most // 2) :].lstrip()}"
