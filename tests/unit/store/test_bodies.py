"""The bytes of cards come back as they were, and are kept once and small."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from cardwarden.store import tables as t
from cardwarden.store.bodies import body, save_bodies
from cardwarden.store.engine import Store
from support.store import digest


def count(store: Store, table: str) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(t.metadata.tables[table])) or 0


def test_a_body_comes_back_to_the_byte(store: Store) -> None:
    given = [b"", b"x", bytes(range(256)) * 20, b"TEL:0\r\n" * 1000, os.urandom(100_000), b"\x78\x9c" + b"\0" * 50]
    with store.write() as connection:
        save_bodies(connection, {digest(data): data for data in given})
    with store.read() as connection:
        assert [body(connection, digest(data)) for data in given] == given


def test_a_body_that_was_never_kept_raises_key_error(store: Store) -> None:
    with store.read() as connection, pytest.raises(KeyError):
        body(connection, digest(b"never"))


def test_a_body_is_kept_once(store: Store) -> None:
    with store.write() as connection:
        save_bodies(connection, {digest(b"a"): b"a"})
        save_bodies(connection, {digest(b"a"): b"a", digest(b"b"): b"b"})
    assert count(store, "bodies") == 2


def test_a_body_that_compresses_is_kept_small(store: Store) -> None:
    data = b"TEL;TYPE=CELL:+81 90 1234 5678\r\n" * 100
    with store.write() as connection:
        save_bodies(connection, {digest(data): data})
        assert connection.execute(select(func.length(t.bodies.c.data))).scalar_one() < len(data) / 10
