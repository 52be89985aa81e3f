"""Workers that share a database are called, in its own transaction, by whatever has something to tell on a channel."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, func, insert, select
from sqlalchemy.exc import ProgrammingError

SCHEMA: Final = "cardwarden_fleet"
"""The schema of what workers share. Without any, it is not there."""
_metadata = MetaData(schema=SCHEMA)
_calls = Table("calls", _metadata, Column("record", String, nullable=False), Column("channel", String, nullable=False))


def prepare(connection: Connection) -> None:
    """Make the table. Whoever calls is alone."""
    _metadata.create_all(connection)


def call(connection: Connection, record: str, channel: str) -> None:
    """Something is to be told on a channel of the record in that schema: a worker looks at it when this transaction ends.

    A row is put in, so nobody waits for a worker here. Nothing happens if the database has no workers.
    """
    if connection.scalar(select(func.to_regclass(f"{SCHEMA}.{_calls.name}"))) is None:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(_calls).values(record=record, channel=channel))
    except ProgrammingError:
        # Taken away this moment, as it is made anew: then every channel is looked at.
        if connection.scalar(select(func.to_regclass(f"{SCHEMA}.{_calls.name}"))) is not None:
            raise


def taken(connection: Connection) -> Mapping[str, Set[str]]:
    """Take the calls; gives the channels by the record's schema."""
    channels: dict[str, set[str]] = {}
    for record, channel in connection.execute(delete(_calls).returning(_calls.c.record, _calls.c.channel)):
        channels.setdefault(record, set()).add(channel)
    return channels
