"""How a body is kept small: long lines apart, base64 as what it encodes, the rest deflated with the words that vCards share."""

from __future__ import annotations

import binascii
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import Struct
from typing import TypeAlias

LONG = 1024
"""From this many bytes up, a content line (a picture, mostly) is a body of its own: it stays when the card changes."""

_ENCODED = re.compile(rb"[\w.-]{1,60}[;:][^\n]{0,200}?(?:BASE64|ENCODING=B\b)", re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_BEFORE_CODE = (
    400  # bytes of a line in which base64 has begun: the property's name, its parameters, a data URI's media type
)
_SUM = 4  # bytes
_LINES = 32  # that are cut from a text at once
_CODED = b"\x07"
"""Begins what is kept as what its base64 encodes: no deflated stream does, its first block were of a type that there is not
(RFC 1951, 3.2.3)."""
_LINE = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*\n?")  # with the folds that belong to it

# What is stored was packed with exactly these bytes: another dictionary needs another coding beside this one. deflate
# finds the end of it at the lowest cost, so what nearly every card holds stands last.
_WORDS = (
    b"X-ABLabel:_$!<HomePage>!$_\r\nX-PHONETIC-LAST-NAME:X-PHONETIC-FIRST-NAME:X-SOCIALPROFILE;TYPE=twitter:"
    b"IMPP;X-SERVICE-TYPE=XMPP:xmpp:ANNIVERSARY:GENDER:KIND:individual\r\nLANG:X-ABADR:jp\r\nX-ABShowAs:COMPANY\r\n"
    b"PHOTO;ENCODING=b;TYPE=JPEG:PHOTO;VALUE=uri:https://www.google.com/.comX-EVOLUTION-FILE-AS:X-MOZILLA-HTML:FALSE\r\n"
    b";ENCODING=QUOTED-PRINTABLE:=E3=81=82=E3=82=A2=E5=B1=B1=E7=94=B0;CHARSET=UTF-8;LANGUAGE=ja;PREF=1:"
    b"PRODID:-//Sabre//Sabre VObject 4.5//EN\r\nPRODID:-//Nextcloud Contacts v6\r\nPRODID:ez-vcard 0.11\r\n"
    b"PRODID:-//Inverse inc.//SOGo Connector//EN\r\nPRODID:-//Apple Inc.//macOS 14.//EN\r\n"
    b"PRODID:-//Apple Inc.//iOS 17.//EN\r\nPRODID:-//Apple Inc.//iPhone OS 17.1//EN\r\n"
    b"CATEGORIES:myContacts,Family,Friends\r\nNICKNAME:TITLE:ROLE:ORG:;\r\nURL;TYPE=WORK:http://www..de\r\n"
    b"NOTE:ADR;TYPE=WORK:;;ADR;TYPE=HOME:;;item1.ADR;type=HOME;type=pref:;;item1.X-ABLabel:TokyoJapanDeutschland;"
    b"BDAY;VALUE=date:BDAY:19TEL;TYPE=FAX:TEL;TYPE=WORK,VOICE:+49TEL;TYPE=VOICE:+1 TEL;type=CELL;type=VOICE;type=pref:+81"
    b"TEL;TYPE=HOME,VOICE:03-TEL;TYPE=CELL,VOICE:090-TEL;TYPE=HOME:TEL;TYPE=WORK:TEL;TYPE=CELL:+8190"
    b"EMAIL;TYPE=WORK:EMAIL;type=INTERNET;type=HOME;type=pref:EMAIL;TYPE=INTERNET:EMAIL;TYPE=HOME:@gmail.com\r\n"
    b"@example.org\r\nREV:2024-01-01T00:00:00Z\r\nREV:20250101T000000Z\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:BEGIN:VCARD\r\nVERSION:3.0\r\nUID:\r\n"
    b"FN:\r\nN:;;;;\r\n"
)


PackedPart: TypeAlias = tuple[int, str, int, bytes]
"""A long line of a body: where it begins, its SHA-256 (hex), its length, and what is kept of it."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A body as it is kept: its length, what is kept of it without its long lines, and these, in order."""

    size: int
    rest: bytes
    parts: tuple[PackedPart, ...] = ()

    @classmethod
    def of(cls, data: bytes) -> Packed:
        """A body whose only line is a long one is kept as it is: its line would be the same body."""
        long = [(place, part) for place, part in long_lines(data) if part != data]
        parts = ((place, hashlib.sha256(part).hexdigest(), len(part), pack(part)) for place, part in long)
        return cls(len(data), pack(without(data, long)), tuple(parts))

    def body(self) -> bytes:
        """The bytes that were packed."""
        return put_together(self.size, self.rest, ((place, size, kept) for place, _, size, kept in self.parts))


def put_together(size: int, rest: bytes, parts: Iterable[tuple[int, int, bytes]]) -> bytes:
    """The body of `size` bytes that is kept so, its parts in order: where each begins, its length, what is kept of it.

    Raises ValueError if it cannot be put together.
    """
    long = [(place, unpack(kept, length)) for place, length, kept in parts]
    return joined(unpack(rest, size - sum(len(part) for _, part in long)), long)


def pack(data: bytes) -> bytes:
    """The bytes to keep; as they are if nothing is gained, which their length then tells."""
    packed = (_decoded(data) if len(data) >= LONG else None) or _deflated(data)
    # The last byte of a deflated stream has bits that nothing reads; the sum makes a flip of them seen, too.
    return min(data, packed + _sum(packed), key=len)


def unpack(kept: bytes, size: int) -> bytes:
    """What `pack` was given, of `size` bytes. Raises ValueError if the bytes are not what was kept."""
    if len(kept) == size:
        return bytes(kept)
    packed, checksum = kept[:-_SUM], kept[-_SUM:]
    if _sum(packed) != checksum:
        raise ValueError("a body is not as it was kept")
    data = _encoded(packed) if packed[:1] == _CODED else _inflated(packed, size)
    if len(data) != size:
        raise ValueError("a body has another length than was recorded")
    return data


def _deflated(data: bytes) -> bytes:
    # In base64 of what is packed already, nothing comes twice: a tenth of the time, the same size.
    strategy = zlib.Z_HUFFMAN_ONLY if len(data) >= LONG and _ENCODED.match(data) else zlib.Z_DEFAULT_STRATEGY
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy, _WORDS)
    return packer.compress(data) + packer.flush()


def _inflated(packed: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_WORDS)
    try:
        return unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _decoded(line: bytes) -> bytes | None:
    """A long line of base64 as what it encodes and how it was folded; None if that would not give its very bytes again."""
    begin = 1 + max(line.rfind(b":", 0, _BEFORE_CODE), line.rfind(b",", 0, _BEFORE_CODE))
    head, folded = line[:begin], line[begin:]
    if b"\0" in head:
        return None
    match = _FOLD.search(folded)
    fold, first, second = (match[0], match.start(), match.end()) if match else (b"", len(folded), 0)
    more = folded.find(fold, second) - second if match else 0
    try:
        raw = binascii.a2b_base64(
            folded
        )  # passes over folds, and over what is no base64: then it is not the same again
    except binascii.Error:
        return None
    shape = b"%d,%d" % (first, more if more > 0 else len(folded))
    packed = _CODED + b"\0".join((head, shape, fold, folded[len(folded.rstrip(b"\r\n")) :], raw))
    return packed if _encoded(packed) == line else None


def _encoded(packed: bytes) -> bytes:
    head, shape, fold, end, raw = packed.split(b"\0", 4)
    head = head[len(_CODED) :]
    first, more = map(int, shape.split(b","))
    text = binascii.b2a_base64(raw, newline=False)
    if not fold:
        return head + text + end
    # Some lines at a time: a third of the time that it takes one by one, for every picture that `verify` looks at.
    several = Struct(f"{more}s" * _LINES)
    rest = first + max(len(text) - first, 0) // several.size * several.size
    lines = [text[:first]]
    for block in several.iter_unpack(memoryview(text)[first:rest]):
        lines += block
    lines += [text[start : start + more] for start in range(rest, len(text), more)]
    return b"".join((head, fold.join(lines), end))


def _sum(packed: bytes) -> bytes:
    return zlib.crc32(packed).to_bytes(_SUM, "big")


def long_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The long content lines of a body, with their folds, and where each begins."""
    if len(data) <= LONG:
        return
    for line in _LINE.finditer(data):
        if line.end() - line.start() >= LONG:
            yield line.start(), line[0]


def without(data: bytes, parts: list[tuple[int, bytes]]) -> bytes:
    """A body with its parts taken out."""
    kept: list[bytes] = []
    end = 0
    for at, part in parts:
        kept.append(data[end:at])
        end = at + len(part)
    return b"".join([*kept, data[end:]])


def joined(rest: bytes, parts: list[tuple[int, bytes]]) -> bytes:
    """The body again: its parts, in order, at the places they have in it."""
    made = bytearray()
    taken = 0
    for at, part in parts:
        upto = taken + at - len(made)
        made += rest[taken:upto] + part
        taken = upto
    return bytes(made + rest[taken:])
