"""How much a text looks like letters that were read in the wrong character set."""

from __future__ import annotations

import re
import unicodedata

_PAIR = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|\u00ef\u00bf\u00bd|\u7e3a[\u0000-\uffff]|\u9aeb|[\u8b41\u8b5b\u8b5c\u8b5a]"
)
_CYRILLIC_PAIR = re.compile(
    "[\u0412\u0413\u0420\u0421][\u0080-\u00bf\u0401-\u040f\u0451-\u045f\u0490\u0491\u2013-\u203a\u20ac\u2116\u2122]"
)
_SIGN_IN_WORD = re.compile(
    "[^\\W\\d_][\u00a1-\u00b6\u00b8-\u00ba\u00bc-\u00bf\u0192\u02c6\u2020\u2021\u2030\u2039\u203a\u20ac\u2122]"
)
_ACCENTS_ALONE = re.compile("[\u00a1-\u024f]{3,}")
_ODD = re.compile("[\x80-\x9f\ufffd\u25a1\udc80-\udcff\u2200-\u22ff\u2500-\u259f\uff61-\uff9f]")
_BROKEN = re.compile("[\ufffd\udc80-\udcff]")


def pairs_of(text: str) -> int:
    """How many letters of UTF-8 stand there as two or three letters of another character set."""
    return len(_PAIR.findall(text))


def broken_in(text: str) -> int:
    """How many marks there are for bytes that no letter could be made of."""
    return len(_BROKEN.findall(text))


def wrongness(text: str) -> int:
    """A measure to compare two texts by: control codes, box drawings, pairs, words of accents alone, mixed scripts."""
    if text.isascii():
        return 0
    accents = sum(len(run) for run in _ACCENTS_ALONE.findall(text))
    pairs = pairs_of(text) + len(_CYRILLIC_PAIR.findall(text))
    return len(_ODD.findall(text)) + 2 * pairs + accents + len(_SIGN_IN_WORD.findall(text)) + _mixtures(text)


def _mixtures(text: str) -> int:
    """How often a letter of one script follows one of another inside a word."""
    count = 0
    last = ""
    for character in text:
        family = _family(character)
        count += bool(last and family and family != last)
        last = family
    return count


def _family(character: str) -> str:
    if not character.isalpha():
        return ""
    if character < "\u0250" or "\u1e00" <= character <= "\u1eff":
        return "latin"
    if "\u0370" <= character <= "\u03ff":
        return "greek"
    if "\u0400" <= character <= "\u052f":
        return "cyrillic"
    return "other" if unicodedata.category(character) != "Lm" else ""
