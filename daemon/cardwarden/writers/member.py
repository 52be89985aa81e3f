"""One card inside the bytes of a file that may hold many: found by its bytes, and replaced without touching the others."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.errors import RefusedError
from cardwarden.vcard import values
from cardwarden.vcard.content import lines_of, split_book
from cardwarden.vcard.encoding import utf16_of


@dataclass(frozen=True, slots=True)
class Spliced:
    """A member's bytes after a card was replaced, and that card's own."""

    member: bytes
    card: bytes | None


def card_at(member: bytes, ordinal: int, seen: bytes | None, wanted: bytes | None) -> bytes | None:
    """What a member holds in a card's place: `seen`, else `wanted`, else the card with its UID, else the one there.

    A card that is gone (`seen` is None) has no place: only `wanted` itself, and a card with its UID, count as there.
    """
    cards = [data for _, data in _cards(member)]
    for data in (seen, wanted):
        if data is not None and _position(cards, data, ordinal) is not None:
            return data
    uid = _uid(seen if seen is not None else wanted)
    same = [data for data in cards if uid and _uid(data) == uid]
    if same or seen is None or wanted is None:
        return same[0] if same and wanted is not None else None
    return cards[ordinal] if ordinal < len(cards) else None


def splice(member: bytes, ordinal: int, seen: bytes | None, wanted: bytes | None) -> Spliced | None:
    """`member` with `wanted` in the place of the card `seen`; None where that is not in it.

    Where the same bytes stand there several times, the nearest to `ordinal` is meant. A card that comes back (`seen` is
    None) is put at the end; one that goes (`wanted` is None) leaves no trace. A line end is added where cards would be
    glued together. Raises RefusedError for several cards in UTF-16.
    """
    cards = _cards(member)
    wide = bool(utf16_of(member[:64]))
    if wide and len(cards) + (seen is None) > 1:
        raise RefusedError(
            "This file is written in UTF-16 and holds more than one contact, which are not replaced one by one. "
            "Nothing was written. Export it as UTF-8, or put it right in the program that wrote it."
        )
    if seen is None:
        start = end = len(member)
    else:
        place = _position([data for _, data in cards], seen, ordinal)
        if place is None:
            return None
        start = cards[place][0]
        end = start + len(seen)
    before, behind = member[:start], member[end:]
    if wanted is None:
        return Spliced(before + behind, None)
    if before and seen is None and not before.endswith((b"\n", b"\r")):
        before += _line_end(member)
    if not wide and behind.strip() and not wanted.endswith((b"\n", b"\r")):
        wanted += _line_end(member)
    return Spliced(before + wanted + behind, wanted)


def _cards(member: bytes) -> list[tuple[int, bytes]]:
    """Every card with its offset."""
    found: list[tuple[int, bytes]] = []
    offset = 0
    for raw in split_book(member):
        start = member.index(raw.data, offset)
        found.append((start, raw.data))
        offset = start + len(raw.data)
    return found


def _position(cards: list[bytes], wanted: bytes, ordinal: int) -> int | None:
    places = [place for place, data in enumerate(cards) if data == wanted]
    return min(places, key=lambda place: abs(place - ordinal), default=None)


def _uid(card: bytes | None) -> str:
    found = next((line for line in lines_of(card) if line.name == "UID"), None) if card else None
    return values.member(found.value) if found else ""


def _line_end(member: bytes) -> bytes:
    return b"\n" if b"\n" in member and b"\r\n" not in member else b"\r\n"
