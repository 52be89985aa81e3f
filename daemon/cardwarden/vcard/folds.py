"""Bytes of a card -> its logical lines: folds, soft breaks and whatever programs make of line ends, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardwarden.vcard.encoding import BOM

BEGIN_OR_END = re.compile(rb"(BEGIN|END)[ \t]*:[ \t]*(?:VCARD|VLIST)", re.IGNORECASE)  # VLIST: a group as SOGo keeps it
"""A line of a card's frame. A soft break at the end of the line before it does not take it in: that line was cut."""

_CR_LINE = re.compile(rb"[^\r\n]*+(?:\r{1,2}\n|\r|\n)|[^\r\n]++")
_LF_CR_LINE = re.compile(rb"[^\n]*+\n\r?|[^\n]++")
_FOLDED = re.compile(rb"(?!\Z)[^\n]*+(?:\n[ \t][^\n]*+)*+\n?")  # a line with the lines that begin with a blank
_EMPTY_OR_SWAPPED = re.compile(rb"\n[\n\r]")  # in half of the time of looking for the two of them
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]+\Z")
_LONGEST_HEADER = 4096


def unfold(card: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, line) of each logical line: RFC 6350 section 3.2, 2.1's soft breaks, base64 without indentation."""
    position = len(BOM) if card.startswith(BOM) else 0
    if b"QUOTED-PRINTABLE" in card.upper() or _odd_ends(card):
        return _unfolded_by_line(card, position)
    return _unfolded(card, position)


def _unfolded(card: bytes, position: int) -> Iterator[tuple[int, int, bytes]]:
    """The logical lines of a card whose lines end with \\n and that has no soft breaks: a folded line is taken at once."""
    parts: list[bytes] = []
    begin = position
    base64 = False
    for match in _FOLDED.finditer(card, position):
        whole = match[0]
        first, _, more = whole.partition(b"\n")
        first = first.rstrip(b"\r")
        text = _joined(whole) if more else first
        if parts and base64 and first and _BASE64_LINE.match(first):
            parts.append(text)
        else:
            if parts:
                yield begin, match.start(), b"".join(parts)
            parts, begin = [text], match.start()
            header = first[:_LONGEST_HEADER].partition(b":")[0].upper()
            base64 = b"BASE64" in header or b"ENCODING=B" in header
    if parts:
        yield begin, len(card), b"".join(parts)


def _joined(folded: bytes) -> bytes:
    """A folded line without its folds: a line end and the blank after it."""
    joined = folded.replace(b"\r\n ", b"").rstrip(b"\r\n")
    if b"\n" not in joined and b"\r" not in joined:
        return joined
    first, *rest = folded.removesuffix(b"\n").split(b"\n")
    return b"".join([first.rstrip(b"\r"), *(line.rstrip(b"\r")[1:] for line in rest)])


def _unfolded_by_line(card: bytes, position: int) -> Iterator[tuple[int, int, bytes]]:
    """The logical lines of any card."""
    parts: list[bytes] = []
    begin = position
    soft = quoted = base64 = False
    for physical in _physical_lines(card, position):
        text = physical.rstrip(b"\r\n")
        if soft and not BEGIN_OR_END.match(text):
            parts.append(text)
        elif parts and text[:1] in (b" ", b"\t"):
            parts.append(text[1:])
        elif parts and base64 and text and _BASE64_LINE.match(text):
            parts.append(text)
        else:
            if parts:
                yield begin, position, b"".join(parts)
            parts, begin = [text], position
            header = text[:_LONGEST_HEADER].partition(b":")[0].upper()
            quoted = b"QUOTED-PRINTABLE" in header
            base64 = b"BASE64" in header or b"ENCODING=B" in header
        position += len(physical)
        soft = quoted and parts[-1].endswith(b"=")
        if soft:
            parts[-1] = parts[-1][:-1]
    if parts:
        yield begin, position, b"".join(parts)


def _odd_ends(card: bytes) -> bool:
    """Whether lines end otherwise than with one \\n: see `_physical_lines`."""
    if b"\r" in card and _are_lone_returns(card, card.count(b"\n")):
        return True
    if not _EMPTY_OR_SWAPPED.search(card):
        return False
    return _are_swapped(card, card.count(b"\n")) or _are_doubled(_ended_lines(card, 0))


def _are_lone_returns(card: bytes, newlines: int) -> bool:
    """Whether more lines end with a \\r of their own than there are \\n."""
    returns = card.count(b"\r")
    return returns > newlines and returns - card.count(b"\r\n") - card.count(b"\r\r\n") > newlines


def _are_swapped(card: bytes, newlines: int) -> bool:
    """Whether more than half of the lines end with \\n\\r instead of \\r\\n."""
    return b"\n\r" in card and 2 * (card.count(b"\n\r") - card.count(b"\n\r\n")) > newlines


def _are_doubled(lines: list[bytes]) -> bool:
    """Whether an empty line follows each line (the last may lack it): every line end was written twice."""
    return len(lines) > 2 and not any(line.strip(b"\r\n") for line in lines[1::2])


def _physical_lines(card: bytes, position: int) -> list[bytes]:
    """The lines with their ends; if each end is doubled, the empty line is a part of it."""
    lines = _ended_lines(card, position)
    if not _are_doubled(lines):
        return lines
    return [b"".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]


def _ended_lines(card: bytes, position: int) -> list[bytes]:
    """The lines with their ends: \\n ends a line, or \\r in a card that mostly has lone ones (classic Mac OS).

    `\\r\\r\\n` and `\\n\\r` are what two programs made of a line end that both wanted to mend.
    """
    newlines = card.count(b"\n")
    if _are_lone_returns(card, newlines):
        return _CR_LINE.findall(card, position)
    if _are_swapped(card, newlines):
        return _LF_CR_LINE.findall(card, position)
    *whole, last = card[position:].split(b"\n")
    return [*(line + b"\n" for line in whole), last] if last else [line + b"\n" for line in whole]
