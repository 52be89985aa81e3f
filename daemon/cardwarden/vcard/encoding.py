"""Which characters the bytes of a card mean: UTF-8 unless the card or its bytes say otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable

_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_CHARSET = re.compile(rb";[ \t]*CHARSET=\"?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
_KANJI_RUN = re.compile("[\u4e00-\u9fff]{2}")
_KNOWN = {
    "ASCII", "BIG5", "CP932", "EUC-JP", "EUC-KR", "GB18030", "GB2312", "GBK", "ISO-2022-JP", "KOI8-R", "LATIN1",
    "MACINTOSH", "SHIFT-JIS", "SHIFT_JIS", "SJIS", "US-ASCII", "UTF-8", "UTF8", "WINDOWS-31J",
}  # fmt: skip
_KNOWN_FAMILY = re.compile(r"(?:ISO-?8859-?[0-9]{1,2}|WINDOWS-?12[0-9]{2}|CP12[0-9]{2})\Z")

Decode = Callable[[bytes], str]


def utf16_of(head: bytes) -> str:
    """The UTF-16 flavour that the first bytes of a book or a card show, "" if none."""
    if head.startswith(b"\xff\xfe") and head[2:4] != b"\x00\x00":
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    start = head.lstrip(b"\r\n\x00 ")[:8].upper()
    if start.startswith(b"B\x00E\x00G\x00"):
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\x00" and start.startswith(b"B\x00E\x00G") else ""


def decoder(card: bytes) -> Decode:
    """How to read the lines of a card.

    A line's CHARSET decides (2.1, and 3.0 from phones); else UTF-8; a card that is no UTF-8 is read as what its bytes
    look like. Bytes that fit nothing become lone surrogates (PEP 383), so that they compare as themselves.
    """
    fallback = _fallback(card)
    if fallback == "utf-8" and not _CHARSET.search(card):
        return lambda line: line.decode("utf-8", "surrogateescape")

    def decode(line: bytes) -> str:
        said = _CHARSET.search(line.partition(b":")[0])
        return line.decode(known_charset(said[1].decode("ascii")) or fallback if said else fallback, "surrogateescape")

    return decode


def known_charset(name: str) -> str:
    """A Python codec for a charset's name in a card, "" for one that no address book uses."""
    name = name.upper()
    if name in {"SHIFT_JIS", "SHIFT-JIS", "SJIS"}:
        return "cp932"
    return name if name in _KNOWN or _KNOWN_FAMILY.match(name) else ""


def _fallback(card: bytes) -> str:
    if _ISO_2022_JP.search(card) and _decodes(card, "iso-2022-jp"):
        return "iso-2022-jp"
    if _decodes(card, "utf-8"):
        return "utf-8"
    if _mostly_utf8(card):
        return "utf-8"
    try:
        japanese = card.decode("cp932")
    except UnicodeDecodeError:
        return "cp1252" if _decodes(card, "cp1252") else "utf-8"
    if _KANA.search(japanese) or _KANJI_RUN.search(japanese):
        return "cp932"
    return "cp1252" if _decodes(card, "cp1252") else "utf-8"


def _decodes(card: bytes, codec: str) -> bool:
    try:
        card.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(card: bytes) -> bool:
    """A UTF-8 card with a broken character still is one: some of its non-ASCII characters are whole."""
    text = card.decode("utf-8", "surrogateescape")
    return any(character >= "\x80" and not "\udc80" <= character <= "\udcff" for character in text)
