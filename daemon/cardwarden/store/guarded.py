"""Contacts that a person asked to have guarded closely, beside those that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, delete, func, insert, select

from cardwarden.phrases.phrase import Value
from cardwarden.store import tables as t
from cardwarden.store.batches import batches


@dataclass(frozen=True, slots=True)
class GuardedRow:
    """A card by its row, or every card that has a category; who asked for that, and when."""

    id: int
    card_id: int | None
    category: str | None
    at: datetime
    who: Value


def guarded(connection: Connection) -> list[GuardedRow]:
    """All of them, the oldest first."""
    g = t.guarded.c
    rows = connection.execute(select(g.id, g.card_id, g.category, g.at, g.who).order_by(g.id))
    return [GuardedRow(*row) for row in rows]


def last_asked_at(connection: Connection) -> datetime | None:
    """When somebody last asked for that; None if nobody ever did."""
    at: datetime | None = connection.scalar(select(func.max(t.guarded.c.at)))
    return at


def guarded_of_book(connection: Connection, book_id: int | None) -> tuple[frozenset[str], Sequence[str]]:
    """The keys of the guarded cards of a book, and the guarded categories as they were written; no keys if it is new (None)."""
    c = t.cards.c
    rows = connection.execute(_GUARDED()).all()
    keys: set[str] = set()
    # First whom there are: these are few, while a join would go through the whole book.
    for batch in batches(card for card, _ in rows if card is not None):
        keys.update(connection.scalars(select(c.key).where(c.id.in_(batch), c.book_id == book_id)))
    return frozenset(keys), [category for _, category in rows if category is not None]


# Built once, for it is asked at each change.
_GUARDED = cache(lambda: select(t.guarded.c.card_id, t.guarded.c.category).order_by(t.guarded.c.id))


def add(
    connection: Connection, *, card_id: int | None = None, category: str | None = None, at: datetime, who: Value
) -> None:
    """Guard a card or a category from now on."""
    connection.execute(insert(t.guarded).values(card_id=card_id, category=category, at=at, who=who))


def remove(connection: Connection, guarded_id: int) -> None:
    """Guard it closely no more."""
    connection.execute(delete(t.guarded).where(t.guarded.c.id == guarded_id))
