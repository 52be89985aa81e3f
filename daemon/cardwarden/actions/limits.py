"""What is left of a household's limits for one of its sources: who came first keeps its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.actions.access import is_given_up
from cardwarden.phrases.phrase import Phrase
from cardwarden.sources.limits import HouseholdLimits, Room
from cardwarden.store.books import statuses
from cardwarden.store.engine import Connection

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a server allows a household, whose `sources` have those names."""

    limits: HouseholdLimits
    sources: frozenset[str]

    def refusal(self, connection: Connection, source: str, book: str, cards: int) -> Phrase | None:
        """Why a book may not be recorded with so many cards; None if it may.

        It was read with the room that there was then. What is recorded of others meanwhile takes of that: in the transaction that
        records it, nothing does any more.
        """
        room = room_for(connection, source, self.sources, self.limits)
        if book not in room.cards and (book in room.had or room.new == 0):
            return self.limits.too_many_books
        most = room.cards.get(book, room.for_new)
        return self.limits.too_many_cards if most is not None and cards > most else None


def room_for(connection: Connection, source: str, sources: Collection[str], limits: HouseholdLimits) -> Room:
    """The room of a source's books beside all others of the household, whose sources have those names.

    Books that were read once come first, in the order in which they were first seen; those that were not, after them. So
    what grows or comes last is refused, and what was guarded stays so.
    """
    books = [book for book in statuses(connection) if book.source in sources and not is_given_up(connection, book)]
    books.sort(key=lambda book: (book.last_conclusive_at is None, book.id))
    placed = books if limits.books is None else books[: limits.books]
    left = limits.cards
    cards: dict[str, int | None] = {}
    for book in placed:
        if book.source == source:
            cards[book.book] = left
        if left is not None and book.last_conclusive_at is not None:
            left = max(0, left - book.cards)
    had = {book.book: book.cards for book in books if book.source == source}
    return Room(cards, had, None if limits.books is None else limits.books - len(placed), left)


def allowed_at(
    connection: Connection, source: str, sources: Collection[str], limits: HouseholdLimits, now: datetime
) -> datetime | None:
    """When a source may be checked again, so that all together are not checked more often than allowed; None for now."""
    last = max((book.last_at for book in statuses(connection, source)), default=None)
    if limits.checks_a_day is None or last is None:
        return None
    least = least_gap(sources, limits)
    at = min(last + least, now + least)  # a clock that was wrong keeps nobody waiting
    return at if at > now else None


def least_gap(sources: Collection[str], limits: HouseholdLimits) -> timedelta:
    """How much time is between two checks of one of these sources at least."""
    return _DAY * len(sources) / limits.checks_a_day if limits.checks_a_day else timedelta()
