"""What stands before a content line's colon: name, parameters, group, as the standards have it and as phones write it wrongly."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from functools import lru_cache

from cardwarden.vcard.card import Params
from cardwarden.vcard.encoding import decode_as, known_charset
from cardwarden.vcard.properties import ALIASES, ROWS

_QUOTED = re.compile(r'[^":]*+(?:"[^"]*+"[^":]*+)*+:')
PROPERTY_NAME = r"[A-Za-z0-9_-]++"
"""A pattern: how a property, a parameter or a group may be called."""
_PIECE = re.compile(r'(?:[^;"]++|"[^"]*+"?)++')
_VALUE = re.compile(r'(?:[^,"]++|"[^"]*+"?)++')
_AROUND_EQUALS = re.compile(r"\s*+=\s*+")
_NAMED = re.compile(rf"(?:({PROPERTY_NAME})\.)?({PROPERTY_NAME}|X-[^\x00-\x1f]{{1,60}})\Z", re.IGNORECASE)
_SETTING = re.compile(r"(CHARSET|ENCODING)=([^,]*),", re.IGNORECASE)
_CUSTOM = re.compile(r"X-CUSTOM\((.*)\)\Z", re.IGNORECASE | re.DOTALL)
_BLANK_APART = re.compile(
    rf"(?:{PROPERTY_NAME}\.)?{PROPERTY_NAME}(?:\s++(?:{PROPERTY_NAME}=\S*+|HOME|WORK|CELL|MOBILE|VOICE|FAX|PAGER|MSG|CAR|VIDEO|PREF|MAIN|OTHER|INTERNET|DOM"
    r"|INTL|POSTAL|PARCEL|QUOTED-PRINTABLE|BASE64)(?=\s|\Z))++\Z",
    re.IGNORECASE,
)
"""A name and parameters with blanks between them where a semicolon belongs: a sentence with a colon is none."""
_AROUND_DOT = re.compile(
    rf"({PROPERTY_NAME})\s*+\.\s*+(?=(?:{'|'.join(sorted((*ROWS, *ALIASES)))}|X-{PROPERTY_NAME})\s*+(?:[\s;]|\Z))",
    re.IGNORECASE,
)
"""A group apart from its name, "item1 . TEL": only before a name that is known, for a sentence may have a full stop."""
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"})
_BARE_VALUES = frozenset({"URL", "URI", "CID", "CONTENT-ID", "INLINE", "BINARY"})
_BARE_NAMES = frozenset({"TYPE", "VALUE", "ENCODING", "CHARSET", "LANGUAGE"})
"""Parameters that KAddressBook writes without "=" if they have no value: they are no label."""
_WORTH_KEEPING = 256  # characters; longer headers are rare and hold a value of their own, such as ADR's LABEL

Header = tuple[str, Params, str]
"""Name and group of a line, and its parameters between them."""


def split_line(line: str) -> tuple[Header | None, str]:
    """The header of a line and its value; (None, the line) if nothing in it is the name of a property.

    The colon that ends a header is the first outside quotes; if a quote is never closed, the first of all.
    """
    line = line.lstrip()
    head = head_of(line)
    if not head:
        return None, line
    header = _known(head) if len(head) <= _WORTH_KEEPING else _read(head)
    return header, line[len(head) + 1 :] if header else line


def head_of(line: str) -> str:
    """What stands before the colon that ends a header; "" if there is none."""
    match = _QUOTED.match(line)
    return line[: match.end() - 1 if match else max(line.find(":"), 0)]


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
    named = _NAMED.match(said[0])
    if named is None:
        return None
    params = tuple(param for piece in said[1:] for param in _params(piece))
    return named[2].replace("_", "-").upper(), params, (named[1] or "").lower()  # Lotus Notes writes "_" for "-"


_known = lru_cache(maxsize=4096)(_read)


def _params(piece: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What stands between two semicolons: a parameter with its values, or values alone, as in 2.1 (TEL;CELL,VOICE).

    Nothing comes of what has no value: "TEL;:", "TEL;TYPE=:", "TEL;TYPE:".
    """
    if custom := _CUSTOM.match(piece):
        yield "X-CUSTOM", (_custom_label(custom[1]),)
        return
    name, equals, rest = piece.partition("=")
    if equals and re.fullmatch(PROPERTY_NAME, name):
        if values := tuple(value.strip('"') for value in _VALUE.findall(rest)):
            yield name.upper(), values
    elif equals and piece != "=":
        yield "TYPE", (piece,)
    else:
        yield from (_bare(value) for value in _VALUE.findall(name) if value.upper() not in _BARE_NAMES)


def _bare(value: str) -> tuple[str, tuple[str, ...]]:
    """A value without the name of its parameter."""
    said = value.upper()
    if said in _ENCODINGS:
        return "ENCODING", (said,)
    if said in _BARE_VALUES:
        return "VALUE", (said,)
    return "TYPE", (value,)


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
