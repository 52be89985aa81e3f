"""What became of a text: the known ways in which programs damage one, told apart from an edit by their fingerprints."""

from __future__ import annotations

import html
import quopri
import re
from collections.abc import Iterator
from enum import Enum

from cardwarden.vcard.values import normal

_QP = re.compile(r"(?:=[0-9A-Fa-f]{2}){2}")
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|\u00ef\u00bf\u00bd|\u7e3a[\u0000-\uffff]|\u9aeb|[\u8b41\u8b5b\u8b5c\u8b5a]"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_NON_ASCII = re.compile("([^\x00-\x7f]+)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_WIDE_CODECS = (
    "cp1252",
    "latin-1",
    "cp932",
    "mac_roman",
    "cp437",
    "cp850",
    "cp1251",
    "koi8-r",
    "gb18030",
    "cp1250",
    "cp1254",
)
_ASKED_AT_MOST = 2_000  # characters: a longer pattern takes a while to build
_BROKEN = re.compile("[\ufffd\udc80-\udcff]")
_CUT_SIZES = frozenset(
    {20, 30, 31, 32, 40, 50, 60, 63, 64, 75, 80, 99, 100, 127, 128, 160, 199, 200, 254, 255, 256}
    | {499, 500, 511, 512, 999, 1000, 1023, 1024, 2000, 2047, 2048, 4000, 4095, 4096}
)


class Damage(Enum):
    """How a text was damaged; the phrases `text-…` say it."""

    MOJIBAKE = "mojibake"
    QUOTED_PRINTABLE = "quoted-printable"
    REPLACED = "replaced"
    LOW_BYTES = "low-bytes"
    LETTERS_DROPPED = "letters-dropped"
    ACCENTS = "accents"
    ENTITIES = "entities"
    TAGS = "tags"
    ESCAPES = "escapes"
    NEWLINES = "newlines"
    CUT = "cut"
    DOUBLED = "doubled"
    CASE = "case"
    SPELLING = "spelling"


SEVERE = frozenset(
    {Damage.MOJIBAKE, Damage.QUOTED_PRINTABLE, Damage.REPLACED, Damage.LOW_BYTES, Damage.LETTERS_DROPPED, Damage.CUT}
)
"""What loses content: the rest can be read still."""
_MENDABLE = (SEVERE - {Damage.CUT}) | {Damage.ENTITIES, Damage.ESCAPES, Damage.TAGS}  # a longer text is an edit
_MARKS = "[?_\u25a1\u25a0*]"


def damage_of(before: str, after: str) -> Damage | None:
    """Which known damage leads from one text to the other; None for what looks like an edit."""
    if not before or not after or before == after:
        return None
    if _BROKEN.search(after) and len(_BROKEN.findall(after)) > len(_BROKEN.findall(before)):
        return Damage.REPLACED
    if _QP.search(after) and not _QP.search(before):
        plain = quopri.decodestring(after.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
        if _like(plain, before):
            return Damage.QUOTED_PRINTABLE
    if not before.isascii() and _squeezed(before) != _squeezed(after):  # blanks are no letters
        if any(after in (wrong, wrong.strip()) for wrong in _misread(before)):
            return Damage.MOJIBAKE
        if len(_MOJIBAKE.findall(after)) > len(_MOJIBAKE.findall(before)) and _ascii_of(before) == _ascii_of(after):
            return Damage.MOJIBAKE
        if after == "".join(chr(ord(c) & 0xFF) for c in before) or _printable(after) == _printable(_low(before)):
            return Damage.LOW_BYTES
        if _asked(before, after):
            return Damage.REPLACED
        if _squeezed(after) == _squeezed(unaccented(before)):
            return Damage.ACCENTS
        if after.isascii() and _squeezed(after) == _squeezed(_ascii_of(before)):
            return Damage.LETTERS_DROPPED
    return _plain_damage(before, after)


def _plain_damage(before: str, after: str) -> Damage | None:
    if len(_ENTITY.findall(after)) > len(_ENTITY.findall(before)) and _like(_unhtml(after), _unhtml(before)):
        return Damage.ENTITIES
    if _TAG.search(after) and not _TAG.search(before) and _squeezed(_TAG.sub("", _unhtml(after))) == _squeezed(before):
        return Damage.TAGS
    if after.count("\\") > before.count("\\") and _bare(after) == _bare(before):
        return Damage.ESCAPES
    if "\n" in before and "\n" not in after and _squeezed(after) == _squeezed(before):
        return Damage.NEWLINES
    left = after.rstrip("=…. \\") if after[-1] in "=…\\" else after
    if len(left) < len(before) and before.startswith(left) and left and (left != after or _was_cut(before, after)):
        return Damage.CUT
    if _doubled(before, after):
        return Damage.DOUBLED
    if before.casefold() == after.casefold():
        return Damage.CASE
    if len(before) == len(after) and not before.isascii():
        differing = [(x, y) for x, y in zip(before, after, strict=True) if x != y]
        if differing and len(differing) * 3 <= len(before) + 2 and all(_is_han(x) and _is_han(y) for x, y in differing):
            return Damage.SPELLING
    return None


def repaired(before: str, after: str) -> bool:
    """The new text is what the old one was before its damage: a repair."""
    return damage_of(after, before) in _MENDABLE


def unaccented(text: str) -> str:
    """Latin letters without their accents; other scripts stay as they are."""
    table = str.maketrans(
        {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "đ": "d", "ı": "i"}
    )
    kept = "".join(c for c in normal("NFD", text) if not "\u0300" <= c <= "\u036f")
    return normal("NFC", kept.translate(table))


def _misread(text: str) -> Iterator[str]:
    """The text's bytes in one character set, read in another."""
    for codec in _WIDE_CODECS:
        yield text.encode("utf-8", "surrogatepass").decode(codec, "replace")
        yield text.encode("utf-8", "surrogatepass").decode(codec, "ignore")
    for codec in ("cp932", "euc-jp", "gb18030", "cp1251", "koi8-r", "iso-2022-jp", "cp1252"):
        try:
            raw = text.encode(codec)
        except UnicodeEncodeError:
            continue
        for wrong in ("cp1252", "latin-1"):
            yield raw.decode(wrong, "replace")


def _low(text: str) -> str:
    return "".join(chr(ord(c) & 0xFF) for c in text)


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def _ascii_of(text: str) -> str:
    return "".join(c for c in text if c < "\x80" and not c.isspace())


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _asked(before: str, after: str) -> bool:
    """Letters became question marks, boxes or underscores, one or several for each, where the rest stayed."""
    if len(before) >= _ASKED_AT_MOST or not re.search(_MARKS, after):
        return False
    parts = _NON_ASCII.split(before)  # ASCII and other runs in turn
    pattern = "".join(
        f"{_MARKS}{{0,{4 * len(part)}}}+" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    return bool(re.fullmatch(pattern, after))


def _unhtml(text: str) -> str:
    for _ in range(4):
        plain = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
        if plain == text:
            break
        text = plain
    return text.replace("\r", "")


def _like(one: str, other: str) -> bool:
    return _squeezed(one) == _squeezed(other)


def _bare(text: str) -> str:
    return _squeezed(re.sub(r"(?<!\\)\\++[nN](?=\S|$)", "", text).replace("\\", "").replace("\n", ""))


def _was_cut(before: str, after: str) -> bool:
    """A text that ends where a program stops reading: before a separator, inside a word, at a round length."""
    following = before[len(after)]
    if following in ",;\n\\:|" or len(after) in _CUT_SIZES or len(after.encode("utf-8", "surrogatepass")) in _CUT_SIZES:
        return True
    return (following.isalnum() and after[-1:].isalnum()) or len(after) * 2 < len(before)


def _doubled(before: str, after: str) -> bool:
    if len(after) < 2 * len(before) or not after.startswith(before):
        return False
    return not _squeezed(after.replace(before, "").strip(" ,;\n-|/"))


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"
