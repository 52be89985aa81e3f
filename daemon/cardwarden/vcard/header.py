"""What stands before a content line's colon: name, parameters, group. The one module that uses vobject.

vobject's line parser reads the headers that its grammar knows, that is, nearly all of them, with its knowledge of the
programs that write them (Lotus Notes' "_" for "-"). What phones write besides it refuses, and takes exponential time to
refuse; that is read here, and whatever its parameters look like, a line keeps its name. In the tests vobject is a second
opinion besides: it converts the cards of many dialects, and what it makes of them is compared with what was there.
"""

from __future__ import annotations

import quopri
import re
from functools import lru_cache

from cardwarden.vcard.card import Params
from cardwarden.vcard.encoding import decode_as, known_charset
from cardwarden.vcard.properties import ALIASES, ROWS

_QUOTED = re.compile(r'[^":]*+(?:"[^"]*+"[^":]*+)*+:')
_NAME = r"[A-Za-z0-9_-]++"
_GRAMMAR = re.compile(rf"""(?:{_NAME}\.)?{_NAME}(?:;{_NAME}(?:[=,](?:"[^"]*+"|[^";:,=]*+))*+)*+\Z""")
"""The headers that vobject may be given: what its own pattern takes, in linear time."""
_PIECE = re.compile(r'(?:[^;"]++|"[^"]*+"?)++')
_VALUE = re.compile(r'(?:[^,"]++|"[^"]*+"?)++')
_AROUND_EQUALS = re.compile(r"\s*+=\s*+")
_EMPTY = re.compile(rf"(?:{_NAME}=|=?)")
_NAMED = re.compile(rf"(?:({_NAME})\.)?({_NAME}|X-[^\x00-\x1f]{{1,60}})\Z", re.IGNORECASE)
_SETTING = re.compile(r"(CHARSET|ENCODING)=([^,]*),", re.IGNORECASE)
_CUSTOM = re.compile(r"X-CUSTOM\((.*)\)\Z", re.IGNORECASE | re.DOTALL)
_BLANK_APART = re.compile(
    rf"(?:{_NAME}\.)?{_NAME}(?:\s++(?:{_NAME}=\S*+|HOME|WORK|CELL|MOBILE|VOICE|FAX|PAGER|MSG|CAR|VIDEO|PREF|MAIN|OTHER|INTERNET|DOM"
    r"|INTL|POSTAL|PARCEL|QUOTED-PRINTABLE|BASE64)(?=\s|\Z))++\Z",
    re.IGNORECASE,
)
"""A name and parameters with blanks between them where a semicolon belongs: a sentence with a colon is none."""
_AROUND_DOT = re.compile(
    rf"({_NAME})\s*+\.\s*+(?=(?:{'|'.join(sorted((*ROWS, *ALIASES)))}|X-{_NAME})\s*+(?:[\s;]|\Z))", re.IGNORECASE
)
"""A group apart from its name, "item1 . TEL": only before a name that is known, for a sentence may have a full stop."""
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"})
_BARE_VALUES = frozenset({"URL", "URI", "CID", "CONTENT-ID", "INLINE", "BINARY"})
_WORTH_KEEPING = 256  # characters; longer headers are rare and hold a value of their own, such as ADR's LABEL

Header = tuple[str, Params, str]
"""Name and group of a line, and its parameters between them."""


def split_line(line: str) -> tuple[Header | None, str]:
    """The header of a line and its value; (None, the line) if nothing in it is the name of a property.

    The colon that ends a header is the first outside quotes; if a quote is never closed, the first of all.
    """
    line = line.lstrip()
    match = _QUOTED.match(line)
    end = match.end() - 1 if match else line.find(":")
    if end < 1:
        return None, line
    head = line[:end]
    header = _known(head) if end <= _WORTH_KEEPING else _read(head)
    return header, line[end + 1 :] if header else line


def _read(head: str) -> Header | None:
    """Name, parameters and group of what stands before a line's colon, also as programs write it wrongly; None for neither."""
    pieces = [piece.strip() for piece in _PIECE.findall(head)]
    if not pieces or head.startswith(";"):
        return None
    if "." in pieces[0]:
        pieces[0] = _AROUND_DOT.sub(r"\1.", pieces[0], count=1) if _AROUND_DOT.match(pieces[0]) else pieces[0]
    said = [pieces[0], *(_AROUND_EQUALS.sub("=", piece, count=1) for piece in pieces[1:])]
    if " " in pieces[0] and _BLANK_APART.match(pieces[0]):  # "TEL TYPE=HOME:"
        said = [*pieces[0].split(), *said[1:]]
    said = [piece for piece in said if not _EMPTY.fullmatch(piece)]  # "TEL;:", "TEL;TYPE=:"
    repaired = ";".join(said)
    if _GRAMMAR.match(repaired):
        from vobject.base import parseLine  # noqa: PLC0415 - it takes longer to load than a check that reads no card

        name, params, _, group = parseLine(repaired + ":")
        return name.upper(), tuple(_param(param) for param in params), (group or "").lower()
    named = _NAMED.match(said[0]) if said else None
    if named is None:
        return None
    return named[2].replace("_", "-").upper(), tuple(map(_odd_param, said[1:])), (named[1] or "").lower()


_known = lru_cache(maxsize=4096)(_read)


def _param(param: list[str]) -> tuple[str, tuple[str, ...]]:
    name, *values = param
    if values:
        return name.upper(), tuple(values)
    bare = name.upper()  # vCard 2.1: TEL;CELL, NOTE;QUOTED-PRINTABLE
    if bare in _ENCODINGS:
        return "ENCODING", (bare,)
    if bare in _BARE_VALUES:
        return "VALUE", (bare,)
    return "TYPE", (name,)


def _odd_param(piece: str) -> tuple[str, tuple[str, ...]]:
    """A parameter of a header that vobject refuses; what has no name is a TYPE, as in 2.1."""
    if custom := _CUSTOM.match(piece):
        return "X-CUSTOM", (_custom_label(custom[1]),)
    name, equals, rest = piece.partition("=")
    if not equals:
        return _param([name])
    if not re.fullmatch(_NAME, name):
        return "TYPE", (piece,)
    return name.upper(), tuple(value.strip('"') for value in _VALUE.findall(rest))


def _custom_label(inside: str) -> str:
    """Samsung's label of one's own: `CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F=61=74` is "Boat"."""
    charset, printable, position = "utf-8", False, 0
    while setting := _SETTING.match(inside, position):
        if setting[1].upper() == "CHARSET":
            charset = known_charset(setting[2]) or charset
        else:
            printable = setting[2].upper() == "QUOTED-PRINTABLE"
        position = setting.end()
    label = inside[position:]
    return decode_as(quopri.decodestring(label.encode("utf-8", "surrogateescape")), charset) if printable else label
