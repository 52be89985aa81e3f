"""Cards by what they are in the store: all of a book, also those that are gone for good, and one by its row."""

from __future__ import annotations

from sqlalchemy import Connection, select

from cardwarden.store import history
from cardwarden.store import tables as t
from cardwarden.store.history import CARD_COLUMNS, StoredBook, StoredCard, stored_card


def all_cards(connection: Connection, book_id: int) -> list[StoredCard]:
    """Every card that was ever seen in a book, also those that are kept for their history only."""
    c = t.cards.c
    rows = connection.execute(select(*CARD_COLUMNS).where(c.book_id == book_id).order_by(c.id))
    return [stored_card(*row) for row in rows]


def card_by_id(connection: Connection, card_id: int) -> tuple[StoredBook, StoredCard]:
    """A card by its row, and its book. Raises KeyError where there is none."""
    c, b = t.cards.c, t.books.c
    row = connection.execute(
        select(b.source, b.book, *CARD_COLUMNS).join(t.books, b.id == c.book_id).where(c.id == card_id)
    ).first()
    book = history.find_book(connection, row[0], row[1]) if row else None
    if row is None or book is None:
        raise KeyError(card_id)
    return book, stored_card(*row[2:])
