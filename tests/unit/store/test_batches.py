"""Long lists cut into pieces."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from cardwarden.errors import StoreError
from cardwarden.store import batches
from cardwarden.store import tables as t
from cardwarden.store.batches import insert_each
from cardwarden.store.engine import Store

NAMES = ("book_id", "piece", "href", "stamp", "settled")


def rows(book_id: int, count: int) -> list[tuple[int, int, str, str, bool]]:
    return [(book_id, 7, f"{number}\udcff.vcf", "", number % 2 == 0) for number in range(count)]


def book(store: Store) -> int:
    with store.write() as connection:
        made = connection.execute(
            insert(t.books).values(
                source="family", book="", title="", token="", judged_with="", charset="", begun_as="family"
            )
        )
        assert made.inserted_primary_key
        return int(made.inserted_primary_key[0])


def test_rows_that_are_inserted_one_after_another_are_read_as_they_were(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 3)
    expected = rows(book(store), 10)
    with store.write() as connection:
        insert_each(connection, t.members, NAMES, iter(expected))
        insert_each(connection, t.members, NAMES, ())
        found = connection.execute(select(*(t.members.c[name] for name in NAMES))).all()
    assert sorted(map(tuple, found)) == sorted(expected)


def test_what_the_table_refuses_is_refused(store: Store) -> None:
    twice = rows(book(store), 1) * 2
    with pytest.raises((StoreError, IntegrityError)), store.write() as connection:
        insert_each(connection, t.members, NAMES, twice)
