"""Checks that saw the same are one row."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.store import tables as t
from cardwarden.store.engine import Store
from support.store import after, check


def count(store: Store, table: str) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(t.metadata.tables[table])) or 0


def test_an_unchanged_check_extends_the_row_of_the_one_before(store: Store) -> None:
    with store.write() as connection:
        for minutes in (0, 15, 30):
            check(connection, minutes)
        rows = connection.execute(select(t.checks.c.first_at, t.checks.c.last_at, t.checks.c.times)).all()
    assert rows == [(after(0), after(30), 3)]


@pytest.mark.parametrize(
    "differs",
    [
        {"changed": True},
        {"outcome": Outcome.FINDINGS},
        {"outcome": Outcome.INCONCLUSIVE},
        {"doubt": Doubt.DROP},
        {"reason": "no answer"},
    ],
)
def test_a_check_that_differs_gets_a_row_of_its_own(store: Store, differs: dict[str, object]) -> None:
    with store.write() as connection:
        check(connection, 0)
        check(connection, 15, **differs)
    assert count(store, "checks") == 2


def test_inconclusive_checks_extend_while_the_reason_is_the_same(store: Store) -> None:
    with store.write() as connection:
        for reason in ("no answer", "no answer", "looks empty", "no answer"):
            check(connection, outcome=Outcome.INCONCLUSIVE, reason=reason)
    assert count(store, "checks") == 3


def test_books_do_not_extend_each_others_checks(store: Store) -> None:
    with store.write() as connection:
        check(connection, book="/a")
        check(connection, book="/b")
        check(connection, book="/a")
    assert count(store, "checks") == 2
