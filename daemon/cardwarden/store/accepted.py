"""What the owner of a book declared right: meanings of values, each by its finding's `accepted_key`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, bindparam, insert, select

from cardwarden.detect.finding import Finding
from cardwarden.store import covered
from cardwarden.store import tables as t
from cardwarden.store.batches import batches
from cardwarden.store.findings import card_ids_of


def accept_values(connection: Connection, book_id: int, findings: Iterable[Finding], at: datetime) -> None:
    """Remember that the values of findings are right; one that was accepted before gets the new time."""
    right = {finding.accepted_key: finding for finding in findings}
    if not right:
        return
    cards = card_ids_of(connection, book_id, right.values())
    forget_accepted(connection, book_id, right, "again", at)
    rows = [
        {
            "book_id": book_id,
            "key": key,
            "card_id": cards[finding.card.key] if finding.card else None,
            "at": at,
        }
        for key, finding in right.items()
    ]
    connection.execute(insert(t.accepted), rows)
    covered.cover(connection, {t.accepted: _ids(connection, book_id, right)})


def forget_accepted(connection: Connection, book_id: int, keys: Iterable[str], why: str, at: datetime) -> None:
    """What has these keys (`Finding.accepted_key`) is no longer declared right; `why` stands in the chain."""
    ids = _ids(connection, book_id, keys)
    gone = [covered.take_out(connection, t.accepted, t.accepted.c.id.in_(batch)) for batch in batches(ids)]
    covered.took_out(connection, gone, why, at)


def _ids(connection: Connection, book_id: int, keys: Iterable[str]) -> list[int]:
    a = t.accepted.c
    ids: list[int] = []
    for batch in batches(keys):
        ids.extend(connection.scalars(select(a.id).where(a.book_id == book_id, a.key.in_(batch))))
    return ids


def accepted_keys(connection: Connection, book_id: int) -> set[str]:
    """The values that were declared right in this book, by `Finding.accepted_key`."""
    return set(connection.scalars(_KEYS(), {"of_book": book_id}))


# Built once, for it is asked at each change.
_KEYS = cache(lambda: select(t.accepted.c.key).where(t.accepted.c.book_id == bindparam("of_book")))
