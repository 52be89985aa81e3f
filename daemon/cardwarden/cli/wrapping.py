"""Lines of at most so many columns, also in scripts that write wide characters and no spaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardwarden.text import columns

_NOT_FIRST: Final = set(
    "、。，．・：；？！)]}〕〉》」』】’”…ー゛゜ヽヾゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ）,.:;?!"
)
_NOT_LAST: Final = set("([{〔〈《「『【‘“（")
"""What does not begin and what does not end a line (JIS X 4051, 8.1)."""


def wrapped(text: str, width: int, *, whole: bool = True) -> list[str]:
    """The lines of a text, each at most `width` columns; a longer word stays `whole`, such as a path to be copied, or is cut."""
    return [line for paragraph in text.split("\n") for line in _lines(paragraph, max(2, width), whole=whole)]


def _lines(paragraph: str, width: int, *, whole: bool) -> Iterator[str]:
    line, used = "", 0
    for piece in _pieces(paragraph):
        size = columns(piece)
        if not whole and columns(piece.rstrip(" ")) > width:
            *full, line = _cut(line + piece, width)
            yield from full
            used = columns(line)
            continue
        if line.strip(" ") and used + columns(piece.rstrip(" ")) > width:
            yield line.rstrip(" ")
            line, used = "", 0
        line, used = line + piece, used + size
    yield line.rstrip(" ")


def _cut(text: str, width: int) -> list[str]:
    """A text in parts of `width` columns; what belongs to a letter, such as an accent, stays with it."""
    parts, used = [""], 0
    for character in text:
        size = columns(character)
        if used + size > width and size:
            parts.append("")
            used = 0
        parts[-1], used = parts[-1] + character, used + size
    return parts


def _pieces(text: str) -> Iterator[str]:
    """What must not be broken: a word with the blanks after it, a wide character with its punctuation."""
    piece = ""
    for character in text:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NOT_FIRST or before in _NOT_LAST or not columns(after):
        return False
    return before == " " or columns(before) == 2 or columns(after) == 2
