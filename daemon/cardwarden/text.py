"""Hostile text made harmless: what comes from a card never reaches a terminal, a log or a message as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

ELLIPSIS = "…"
_NEWLINE_MARK = " ⏎ "
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_BLANK = {
    "\u034f",
    "\u115f",
    "\u1160",
    "\u17b4",
    "\u17b5",
    "\u2800",
    "\u3164",
    "\uffa0",
}  # letters and marks without any ink
_MARKS = 8  # characters per column that a mark-stacking script may need
_JOINERS = {"\u200c", "\u200d"}  # needed to write Persian and to join emoji; they cannot hide or reorder anything


def harmless(text: str) -> str:
    """One line that shows what `text` holds: control characters, escapes and direction marks become visible.

    Newlines become a mark, tabs a space, and every character that would be invisible or act on a terminal
    (Unicode categories Cc, Cf, Cs, Co, Zl, Zp) is written as its code point, `<U+001B>`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def _shown(character: str) -> str:
    if character in "\n\r":
        return _NEWLINE_MARK
    if character == "\t":
        return " "
    if character in _JOINERS or (character not in _BLANK and unicodedata.category(character) not in _HIDDEN):
        return character
    return f"<U+{ord(character):04X}>"


def visible(text: str) -> str:
    """`text` without the characters that `harmless` would write as their code points; a line's end is a blank."""
    return "".join(shown for character in " ".join(text.splitlines()) if (shown := _shown(character)) == character)


def columns(text: str) -> int:
    """How many terminal columns `text` takes: wide (East Asian) characters count two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


@lru_cache(4096)
def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clip(text: str, width: int) -> str:
    """`text`, made harmless, cut to at most `width` columns, with an ellipsis if something was left out.

    Characters without width count too: no more than eight for each column.
    """
    return cut(harmless(text), width)


def cut(shown: str, width: int) -> str:
    """What is harmless already, cut to at most `width` columns, with an ellipsis if something was left out."""
    if len(shown) <= _MARKS * width and columns(shown) <= width:
        return shown
    kept: list[str] = []
    left = width - 1
    for character in shown[: _MARKS * width - 1]:
        left -= _columns_of(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept) + ELLIPSIS if width > 0 else ""


def shared_beginning(old: Sequence[str], new: Sequence[str]) -> int:
    """How many characters, or pieces of text, both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def plural(count: int, single: str, many: str = "") -> str:
    """`1 card`, `2 cards`, `1,234 cards`."""
    return f"{count:,} {single if count == 1 else many or single + 's'}"


def product_of(agent: str) -> str:
    """A User-Agent without versions and comments, lower case: `DAVx5/4.3 (okhttp) Android/14` is `davx5 android`."""
    plain = re.sub(r"\([^()]*\)", " ", agent)
    return " ".join(word.partition("/")[0] for word in plain.lower().split())
