"""A card with some of its lines put back as they were: how a baseline keeps what is held, and how a restore writes."""

from __future__ import annotations

from collections.abc import Sequence

from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Property
from cardwarden.vcard.content import lines_of
from cardwarden.vcard.diff import Change
from cardwarden.vcard.encoding import utf16_of
from cardwarden.vcard.properties import ALIASES, Kind, row


def put_back(now: bytes, was: bytes, changes: Sequence[Change]) -> bytes:
    """The card `now` with `changes` undone by the bytes of `was`; every other line keeps its bytes.

    `changes` are those from `was` to `now`. List properties (CATEGORIES) share their lines, so that all lines of one go
    back together. A group name that is taken meanwhile is renamed in the lines that come back.
    """
    if utf16_of(now[:64]) or utf16_of(was[:64]):
        wide, plain = utf16_of(now[:64]) or "utf-8", utf16_of(was[:64]) or "utf-8"
        patched = put_back(_recoded(now, wide), _recoded(was, plain), changes)
        return patched.decode("utf-8", "surrogatepass").encode(wide, "surrogatepass")
    out: dict[int, int] = {}
    back: list[Property] = []
    place: int | None = None
    whole = {change.name for change in changes if row(change.name).kind is Kind.LIST}
    for change in changes:
        if change.name in whole:
            continue
        for line in _lines(change.after):
            out[line.start] = line.end
            place = line.start if place is None else min(place, line.start)
        back.extend(_lines(change.before))
    for name in whole:
        for line in _named(now, name):
            out[line.start] = line.end
            place = line.start if place is None else min(place, line.start)
        back.extend(_named(was, name))
    kept = [line for line in lines_of(now) if line.start not in out]
    at = place if place is not None else _end_line(now, kept)
    text = _renamed(was, _unique(back), {line.group for line in kept if line.group})
    return _without(now[:at], out, 0) + text + _without(now[at:], out, at)


def _lines(fact: Fact | None) -> tuple[Property, ...]:
    return fact.lines if fact else ()


def _named(card: bytes, name: str) -> list[Property]:
    return [p for p in lines_of(card) if p.name == name or (p.name in ALIASES and ALIASES[p.name].to == name)]


def _unique(lines: list[Property]) -> list[Property]:
    return sorted({line.start: line for line in lines}.values(), key=lambda line: line.start)


def _end_line(card: bytes, kept: list[Property]) -> int:
    """Where a line that only comes back is put: before END, behind the last line that stays."""
    return kept[-1].end if kept else card.upper().rfind(b"END")


def _without(part: bytes, out: dict[int, int], offset: int) -> bytes:
    pieces: list[bytes] = []
    position = 0
    for start in sorted(out):
        if offset <= start < offset + len(part):
            pieces.append(part[position : start - offset])
            position = out[start] - offset
    pieces.append(part[position:])
    return b"".join(pieces)


def _renamed(was: bytes, lines: list[Property], taken: set[str]) -> bytes:
    names: dict[str, str] = {}
    pieces: list[bytes] = []
    for line in lines:
        data = was[line.start : line.end]
        if not data.endswith((b"\n", b"\r")):
            data += b"\r\n" if b"\r\n" in was else b"\n"
        if line.group and line.group in taken:
            if line.group not in names:
                count = 1
                while f"item{count}" in taken or f"item{count}" in names.values():
                    count += 1
                names[line.group] = f"item{count}"
            data = names[line.group].encode("ascii") + data[len(line.group.encode("utf-8")) :]
        pieces.append(data)
    return b"".join(pieces)


def _recoded(card: bytes, codec: str) -> bytes:
    return card.decode(codec, "surrogatepass" if codec != "utf-8" else "surrogateescape").encode(
        "utf-8", "surrogatepass"
    )
