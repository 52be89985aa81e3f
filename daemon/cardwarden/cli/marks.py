"""What changed inside a value, marked, so that one digit among eleven is seen."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

from rich.text import Text

from cardwarden.text import columns

WENT: Final = "red underline"
CAME: Final = "green underline"
_LONGEST: Final = 500  # characters: comparing takes the square of that, and nobody looks for a digit in more
_LEAST_ALIKE: Final = 0.3  # below this share everything is other, and marking all of it marks nothing


def marked(before: str, after: str) -> tuple[Text, Text]:
    """Both values with what went from the one and what came into the other marked; unmarked if hardly anything stayed.

    A mark never parts a letter from its accents.
    """
    was, now = Text(before), Text(after)
    old, new = _letters(before), _letters(after)
    if len(old) > _LONGEST or len(new) > _LONGEST:
        return was, now
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return was, now
    starts, ends = _places(old), _places(new)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            was.stylize(WENT, starts[i1], starts[i2])
            now.stylize(CAME, ends[j1], ends[j2])
    return was, now


def marked_within(line: str, before: str | None, after: str | None) -> Text:
    """A line that names both values, with what changed marked in it; a value that was cut there stays unmarked."""
    whole = Text(line)
    if not (before and after):
        return whole
    first = line.find(before)
    second = line.find(after, first + len(before)) if first >= 0 else -1
    if second < 0:
        return whole
    for place, value in zip((first, second), marked(before, after), strict=True):
        for span in value.spans:
            whole.stylize(span.style, place + span.start, place + span.end)
    return whole


def _letters(text: str) -> list[str]:
    """Characters, each with the marks and joiners that belong to it."""
    letters: list[str] = []
    for character in text:
        if letters and columns(character) == 0:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _places(letters: list[str]) -> list[int]:
    """Where each letter begins, and where the last one ends."""
    places = [0]
    for letter in letters:
        places.append(places[-1] + len(letter))
    return places
