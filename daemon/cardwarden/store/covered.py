"""Rows in the chain: what was found, what was declared right and who accepted it, who put what back.

Each time such a row is written, a link carries a digest over it (SHA-256 over a salt and its values, the first 32 hex
digits). The salt stays beside the row and goes with it, so that nobody can guess from the chain what was taken out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, delete, insert, select, type_coerce
from sqlalchemy.types import NullType

from cardwarden.store import chain
from cardwarden.store import tables as t
from cardwarden.store.batches import batches, each_row

RowKey = tuple[int, ...]
"""The primary key of a row: one number or two."""

COVERED: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        t.books,
        t.writings,
        t.events,
        t.findings,
        t.finding_history,
        t.accepted,
        t.acceptances,
        t.acceptance_findings,
        t.acceptance_cards,
        t.restores,
        t.restore_cards,
    )
}
ONCE: Final = frozenset({"events", "writings", "finding_history", "acceptances", "acceptance_cards"})
"""What is written once: a second digest of such a row is a flaw."""
NUMBERED_ANEW: Final = frozenset({"finding_history"})
"""Rows whose number SQLite may give again after the newest ones were taken out. Any other that is gone does not come back."""
_ADDED: Final[Mapping[str, Mapping[str, Any]]] = {
    "books": {"charset": ""},
    "writings": {"user": b""},
    "findings": {"doubt": "", "with_origin": False},
    "acceptance_findings": {"undone_who": '""'},
}
"""Columns that rows of 0.1.0 did not have, and what they say in these since: that is not in what the chain says of them."""
# Of books: how they are checked.
_NOT_SHOWN: Final = frozenset(
    {"token", "judged_with", "last_conclusive_at", "last_deep_at", "doubted_as", "doubted_since", "listing"}
)  # of books
_SALT = 16


def cover(connection: Connection, written: Mapping[Table, Iterable[int | RowKey]]) -> None:
    """Chain in rows as they are now: they are new, or were changed."""
    salts: dict[Table, dict[RowKey, bytes]] = {}
    for table, given in written.items():
        if keys := sorted({key if isinstance(key, tuple) else (key,) for key in given}):
            salts[table] = {key: os.urandom(_SALT) for key in keys}
    if not salts:
        return
    _drop_salts(connection, salts)
    places = [
        {"kind": table.name, **_place(key), "salt": salt} for table, keys in salts.items() for key, salt in keys.items()
    ]
    connection.execute(_ADD_SALT(), places)
    rows = {
        table.name: [[*key, digest(keys[key], row)] for key, row in _rows(connection, table, list(keys))]
        for table, keys in salts.items()
    }
    chain.add(connection, {"rows": rows})


def take_out(connection: Connection, table: Table, which: ColumnElement[bool]) -> dict[str, list[RowKey]]:
    """Delete rows; gives what `took_out` has to say of them, which is nothing for tables that are not covered."""
    if table.name not in COVERED:
        connection.execute(delete(table).where(which))
        return {}
    keys = [tuple(key) for key in connection.execute(select(*table.primary_key.columns).where(which))]
    connection.execute(delete(table).where(which))
    _drop_salts(connection, {table: keys})
    return {table.name: keys} if keys else {}


def took_out(connection: Connection, gone: Iterable[Mapping[str, Iterable[RowKey]]], why: str, at: datetime) -> None:
    """Chain in that rows were taken out."""
    every: dict[str, set[RowKey]] = {}
    for of_tables in gone:
        for name, keys in of_tables.items():
            every.setdefault(name, set()).update(keys)
    if every:
        keys_of = {name: sorted(keys) for name, keys in sorted(every.items())}
        chain.add(connection, {"gone": keys_of, "why": why, "at": chain.milliseconds(at)})


def digest(salt: bytes, values: Mapping[str, Any]) -> str:
    """What the chain says of a row: 32 hex digits over its values as the database holds them, those that are not NULL.

    They are the same in every kind of database: some keep yes and no as numbers.
    """
    plain = {
        name: int(value) if value is True or value is False else value
        for name, value in values.items()
        if value is not None
    }
    return hashlib.sha256(salt + _said(plain).encode("ascii")).hexdigest()[:32]


def fits(table: Table, salt: bytes, values: Mapping[str, Any], said: str | None) -> bool:
    """Whether a row is what the chain says of it (32 hex digits; None if it says nothing).

    A digest that 0.1.0 wrote was of a row without the columns that were added since: it fits if they say nothing.
    """
    if digest(salt, values) == said:
        return True
    added = _ADDED.get(table.name)
    if added is None or any(values[name] != nothing for name, nothing in added.items()):
        return False
    return digest(salt, {name: value for name, value in values.items() if name not in added}) == said


def _of_bytes(value: Any) -> dict[str, str]:
    """What stands for a value that JSON has no word for."""
    if not isinstance(value, bytes | memoryview):
        raise TypeError(type(value).__name__)
    return {"bytes": bytes(value).hex()}


_said = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_of_bytes).encode


def every_row(connection: Connection, table: Table) -> Generator[tuple[RowKey, Mapping[str, Any]], None, None]:
    """Each row of a table by its key, as the database holds it. To be closed as `each_row` is."""
    return _keyed(connection, table, _raw(table))


def salts_of(connection: Connection, table: Table) -> dict[RowKey, bytes]:
    """The salts of a table's rows, by the rows' keys."""
    s = t.row_salts.c
    rows = each_row(connection, select(s.first, s.second, s.salt).where(s.kind == table.name))
    pair = len(table.primary_key.columns) > 1
    return {((first, second) if pair else (first,)): salt for first, second, salt in rows}


def _place(key: RowKey) -> dict[str, int]:
    return {"first": key[0], "second": key[1] if len(key) > 1 else 0}


def _drop_salts(connection: Connection, of: Mapping[Table, Iterable[RowKey]]) -> None:
    places = [
        {"of_kind": table.name, **{f"of_{name}": value for name, value in _place(key).items()}}
        for table, keys in of.items()
        for key in keys
    ]
    if places:
        connection.execute(_DROP_SALT(), places)


# Built once, for they are asked at each change.
_ADD_SALT = cache(lambda: insert(t.row_salts))
_DROP_SALT = cache(
    lambda: delete(t.row_salts).where(
        t.row_salts.c.kind == bindparam("of_kind"),
        t.row_salts.c.first == bindparam("of_first"),
        t.row_salts.c.second == bindparam("of_second"),
    )
)


def _rows(connection: Connection, table: Table, keys: Sequence[RowKey]) -> Iterator[tuple[RowKey, Mapping[str, Any]]]:
    """These rows; `keys` are sorted. If a key has two numbers, most have the same first one."""
    if len(table.primary_key.columns) == 1:
        for batch in batches(key[0] for key in keys):
            yield from _keyed(connection, table, _some(table), {"last": batch})
        return
    for first, of_first in groupby(keys, key=lambda key: key[0]):
        for batch in batches(key[1] for key in of_first):
            yield from _keyed(connection, table, _some(table), {"first": first, "last": batch})


@cache
def _some(table: Table) -> Select[Any]:
    """Some rows of a table by their keys (`first` if these are two numbers, `last`). Put together once: it has many columns."""
    *others, last = table.primary_key.columns
    of_first = [column == bindparam("first") for column in others]
    return _raw(table).where(*of_first, last.in_(bindparam("last", expanding=True)))


def _raw(table: Table) -> Select[Any]:
    columns = [
        type_coerce(column, NullType()).label(column.name) for column in table.c if column.name not in _NOT_SHOWN
    ]
    query: Select[Any] = select(*columns).order_by(*table.primary_key.columns)  # type: ignore[assignment]
    return query


def _keyed(
    connection: Connection, table: Table, query: Select[Any], wanted: Mapping[str, Any] | None = None
) -> Generator[tuple[RowKey, Mapping[str, Any]], None, None]:
    names = [column.name for column in query.selected_columns]
    places = [names.index(column.name) for column in table.primary_key.columns]
    with closing(each_row(connection, query, wanted)) as rows:
        for row in rows:
            yield tuple([row[place] for place in places]), dict(zip(names, row, strict=True))
