"""Long lists cut into pieces: as many as one SQL statement can carry, or as memory is to hold as rows at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Executable, LargeBinary, Select, Table, TypeDecorator
from sqlalchemy.types import TypeEngine

T = TypeVar("T")
LOAD = "cardwarden_load"
"""An option of a connection's: called with it, a table, names of columns and rows of the driver's values, it inserts them."""
SIZE = 500
AT_ONCE = 1_000
"""Rows: written as parameters of a statement they take several times the room that they take as values."""


def batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    """`items` in order, in tuples of at most 500."""
    every = tuple(items)
    return (every[start : start + SIZE] for start in range(0, len(every), SIZE))


def each_row(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> Generator[Any, None, None]:
    """The rows of a statement, some at a time: one by one they take twice as long, and all at once more room.

    Who may not go through all of them closes it, before a savepoint ends: the server's cursor ends with that, and to
    close it after that fails the transaction.
    """
    with connection.execute(statement, values, execution_options={"yield_per": AT_ONCE}) as result:
        for rows in result.partitions():
            yield from rows


def execute_each(connection: Connection, statement: Executable, rows: Iterable[Mapping[str, Any]]) -> None:
    """Execute a statement with each of these rows, some thousand at a time, made as they are wanted."""
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        connection.execute(statement, batch)


def insert_each(connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows, as values of these columns, some thousand at a time, made as they are wanted.

    The rows of a large book are handed to the driver as they are: what SQLAlchemy does for each took longer than inserting it.
    """
    ways = _ways(connection.dialect, table, names)
    load = connection.get_execution_options().get(LOAD, _load)
    left = iter(rows)
    while batch := [_bound(ways, row) for row in islice(left, AT_ONCE)]:
        load(connection, table, names, batch)


def _load(connection: Connection, table: Table, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """As SQLite's driver is fastest with many."""
    connection.exec_driver_sql(_inserting(connection.dialect, table, names), rows)


@lru_cache(maxsize=64)
def _inserting(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(dialect.identifier_preparer.quote(name) for name in names)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - of tables.py


_Way = Callable[[Any], Any] | None
"""How a column's value becomes what the driver takes; None if it is that already."""


@lru_cache(maxsize=64)
def _ways(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[_Way, ...]:
    """What each column's values go through."""
    return tuple(_way(table.c[name].type, dialect) for name in names)


def _way(kind: TypeEngine[Any], dialect: Dialect) -> _Way:
    """Of bytes SQLAlchemy makes what some drivers want instead of them; SQLite's takes them as they are."""
    if isinstance(kind, TypeDecorator) and isinstance(kind.impl, LargeBinary):
        return lambda value: kind.process_bind_param(value, dialect)
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)


def _bound(ways: tuple[_Way, ...], row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([value if way is None else way(value) for way, value in zip(ways, row, strict=True)])
