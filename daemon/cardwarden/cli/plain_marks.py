"""Marks on a terminal or in a pipe whose encoding has no such letter: an arrow is `->` there, not `\\u2192`."""

from __future__ import annotations

import codecs
from typing import Final

ERRORS: Final = "cardwarden-plain-marks"
"""The name of the error handler, for `errors=`."""
_PLAIN: Final = {
    "\u00a0": " ", "\u202f": " ", "\u3000": " ", "→": "->", "…": "...", "•": "*", "·": "-", "×": "x", "–": "-", "—": "-",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "：": ": ", "、": ", ", "。": ". ", "（": " (", "）": ")",
}  # fmt: skip


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = error.object[error.start]
    if plain := _PLAIN.get(letter):
        return plain, error.start + 1
    only = UnicodeEncodeError(error.encoding, error.object, error.start, error.start + 1, error.reason)
    return codecs.backslashreplace_errors(only)


def register() -> None:
    """Make the handler known. What has no plain mark is written as an escape, which everything can hold."""
    codecs.register_error(ERRORS, _plainly)
