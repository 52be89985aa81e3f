"""Cards inside the bytes of a file that may hold many: found by their bytes, and replaced without touching the others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import phrase
from cardwarden.vcard import values
from cardwarden.vcard.content import properties_of, split_book
from cardwarden.vcard.encoding import utf16_of


@dataclass(frozen=True, slots=True)
class Exchange:
    """One card of a member: the bytes that were seen, None for none, the bytes that are wanted, and its place, from 0."""

    ordinal: int
    seen: bytes | None
    wanted: bytes | None


@dataclass(frozen=True, slots=True)
class Spliced:
    """A member's bytes after its cards were exchanged, and what each card became."""

    member: bytes
    cards: tuple[bytes | None, ...]


class CardFile:
    """The bytes of a file, and where its cards stand. Each question takes no longer for there being many cards."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts: list[int] = []
        self._cards: list[bytes] = []
        offset = 0
        for raw in split_book(data):
            start = data.index(raw.data, offset)
            self._starts.append(start)
            self._cards.append(raw.data)
            offset = start + len(raw.data)

    def card_at(self, exchange: Exchange) -> bytes | None:
        """What stands in a card's place: what was seen, else what is wanted, else the card with its UID, else the one there.

        A card that is gone has no place: only what is wanted itself, and a card with its UID, count as there.
        """
        seen, wanted = exchange.seen, exchange.wanted
        for data in (seen, wanted):
            if data is not None and data in self._places:
                return data
        uid = _uid(seen if seen is not None else wanted)
        same = self._by_uid.get(uid) if uid else None
        if same is not None or seen is None or wanted is None:
            return same if wanted is not None else None
        return self._cards[exchange.ordinal] if exchange.ordinal < len(self._cards) else None

    def splice(self, exchanges: Sequence[Exchange]) -> Spliced | None:
        """The member with all cards exchanged; None if what was seen of one is not in it.

        If the same bytes stand there several times, the nearest to the place is meant. A card that comes back is put at the
        end; one that goes leaves no trace. A line end is added if cards would be glued together. Raises RefusedError for
        several cards in UTF-16.
        """
        wide = bool(utf16_of(self.data[:64]))
        if wide and len(self._cards) + sum(exchange.seen is None for exchange in exchanges) > 1:
            raise RefusedError(phrase("writer-utf16"))
        places = self._taken(exchanges)
        if places is None:
            return None
        cards: list[bytes | None] = [exchange.wanted for exchange in exchanges]
        last = len(self.data.rstrip())
        parts: list[bytes] = []
        position = 0
        for place, number in sorted((place, number) for number, place in places.items()):
            start, end = self._starts[place], self._starts[place] + len(self._cards[place])
            card = cards[number]
            if card is not None and not wide and end < last and not card.endswith((b"\n", b"\r")):
                card = cards[number] = card + self._line_end
            parts += [self.data[position:start], card or b""]
            position = end
        parts.append(self.data[position:])
        for exchange in exchanges:
            if exchange.seen is None and exchange.wanted is not None:
                ending = next((part for part in reversed(parts) if part), b"\n")
                if not wide and not ending.endswith((b"\n", b"\r")):
                    parts.append(self._line_end)
                parts.append(exchange.wanted)
        return Spliced(b"".join(parts), tuple(cards))

    def _taken(self, exchanges: Iterable[Exchange]) -> Mapping[int, int] | None:
        """The place that each exchange takes, by its number, none twice; None if one finds none."""
        free = {data: list(places) for data, places in self._places.items()}
        taken: dict[int, int] = {}
        for number, exchange in enumerate(exchanges):
            if exchange.seen is None:
                continue
            places = free.get(exchange.seen)
            if not places:
                return None
            after = bisect_left(places, exchange.ordinal)
            nearest = min(
                range(max(0, after - 1), min(len(places), after + 1)), key=lambda at: abs(places[at] - exchange.ordinal)
            )
            taken[number] = places.pop(nearest)
        return taken

    @cached_property
    def _places(self) -> Mapping[bytes, Sequence[int]]:
        """The places of every card, in order, by its bytes."""
        places: dict[bytes, list[int]] = {}
        for place, data in enumerate(self._cards):
            places.setdefault(data, []).append(place)
        return places

    @cached_property
    def _by_uid(self) -> Mapping[str, bytes]:
        """The first card of every UID."""
        cards: dict[str, bytes] = {}
        for data in self._cards:
            cards.setdefault(_uid(data), data)
        return cards

    @cached_property
    def _line_end(self) -> bytes:
        return b"\n" if b"\n" in self.data and b"\r\n" not in self.data else b"\r\n"


def _uid(card: bytes | None) -> str:
    uid = next((prop for prop in properties_of(card) if prop.name == "UID"), None) if card else None
    return values.member(uid.value) if uid else ""
