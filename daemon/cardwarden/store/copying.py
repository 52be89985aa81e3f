"""One household's whole record from one database into another, of whichever kinds they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, insert, select, text, type_coerce
from sqlalchemy.types import TypeDecorator, TypeEngine

from cardwarden.store import tables as t
from cardwarden.store.tables import metadata

_AT_ONCE = 500


def copy_record(source: Connection, target: Connection) -> int:
    """Copy every row as it is kept, with its id; gives how many. The target holds nothing but a record that just began."""
    target.execute(t.record.delete())
    copied = 0
    for table in metadata.sorted_tables:
        values = {column.name: bindparam(f"of_{column.name}", type_=_kept(column)) for column in table.c}
        for rows in _rows(source, table):
            target.execute(insert(table).values(values), rows)
            copied += len(rows)
        if table.autoincrement_column is not None:
            _go_on_after(target, table, _last_id(source, table))
    return copied


def clear(connection: Connection) -> None:
    """Delete every row, also those that are never to change."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def is_empty(connection: Connection) -> bool:
    """Whether nothing was recorded yet."""
    tables = (table for table in metadata.sorted_tables if table is not t.record)
    return all(connection.execute(select(table).limit(1)).first() is None for table in tables)


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Values as they are kept, not as they are understood: the chain is over those."""
    columns = [type_coerce(column, _kept(column)).label(f"of_{column.name}") for column in table.c]
    query = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    for part in connection.execute(query).mappings().partitions():
        yield [dict(row) for row in part]


def _kept(column: Column[Any]) -> TypeEngine[Any]:
    kind = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _last_id(connection: Connection, table: Table) -> int:
    """The last id that was given, also if its row is gone: it is never given again."""
    here = connection.scalar(select(func.max(table.autoincrement_column))) or 0
    if connection.dialect.name == "postgresql":
        given = connection.scalar(select(func.pg_sequence_last_value(_sequence(connection, table))))
        return max(here, given or 0)
    if not table.dialect_options["sqlite"]["autoincrement"]:
        return here
    given = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    return max(here, given or 0)


def _go_on_after(connection: Connection, table: Table, number: int) -> None:
    """The next row gets the id after that one, or a later one."""
    if not number:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.setval(_sequence(connection, table), number)))
    elif table.dialect_options["sqlite"]["autoincrement"]:
        # SQLite has counted what was inserted; rows that are gone count, too.
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": table.name, "seq": number}
        )


def _sequence(connection: Connection, table: Table) -> str:
    schema = connection.get_execution_options()["schema_translate_map"][None]
    return f'"{schema}"."{table.name}_id_seq"'
