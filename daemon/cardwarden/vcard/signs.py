"""How the signs of telephone numbers and addresses are spelled: look-alikes of ASCII's, and what nobody sees."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt), with the three marks of interlinear annotations."""
_ALIKE = {
    "+": "\u02d6\u16ed\u2795\U0001029b",
    "-": "\u02d7\u0640\u06d4\u2043\u2212\u2500\u2501\u2796\u2cba\u30fc\u3161",
    "~": "\u2053\u223c",
    ".": "\u00b7\u02d9\u0701\u0702\u1427\u16eb\u2022\u2027\u2219\u22c5\u2e31\u2e33\u3002\u30fb\ua4f8\ua60e\ua78f\U00010101",
    "/": "\u1735\u2041\u2044\u2215\u2571\u27cb\u29f8",
    " ": "\u2800",
}
"""Signs that look like ASCII's (Unicode TR 39, confusables.txt) or are typed for them, beside all dashes, blanks and brackets.

None is a letter or digit that people read as one: \u4e00 (one) and \u30ce (no) look like a dash and a slash.
"""
_SIGN_OF = {alike: sign for sign, all_alike in _ALIKE.items() for alike in all_alike}
_SIGN_OF_KIND = {"Pd": "-", "Zs": " "}
_BRACKETS = {"Ps": "(", "Pe": ")"}
_REMEMBERED = 1024  # characters; a book is written in few


def with_plain_signs(text: str) -> str:
    """Digits of every script, letters of every width and the signs of a number as ASCII has them; the rest stays.

    A digit in a circle or above the line is none that anybody dials.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", "".join(map(_plain, text)))


def in_one_width(text: str) -> str:
    """Full-width, half-width and small letters, digits and signs in their usual width; what only looks alike stays."""
    return text if text.isascii() else "".join(map(_usual_width, text))


def _usual_width(character: str) -> str:
    of_width = unicodedata.decomposition(character).startswith(("<wide>", "<narrow>", "<small>"))
    return unicodedata.normalize("NFKC", character) if of_width else character


@lru_cache(_REMEMBERED)
def _plain(character: str) -> str:
    if character.isascii() or INVISIBLE.match(character):
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    plain = unicodedata.normalize("NFKC", character)
    if any(map(str.isdigit, plain)):
        return character
    if plain.isascii() or len(plain) > 1:
        return plain
    kind = unicodedata.category(plain)
    if unicodedata.mirrored(plain):
        return _SIGN_OF.get(plain) or _BRACKETS.get(kind, plain)
    return _SIGN_OF.get(plain) or _SIGN_OF_KIND.get(kind, plain)
