"""When changes are expected: windows of time in which those of a source pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, bindparam, insert, select, update

from cardwarden.phrases.phrase import Value
from cardwarden.store import tables as t


@dataclass(frozen=True, slots=True)
class Expectation:
    """Changes of a source that a check sees from `since` until `until` are expected; `who` said so, "" if not known."""

    source: str
    since: datetime
    until: datetime
    who: Value
    why: Value


def add(connection: Connection, expectation: Expectation) -> None:
    """Record an expectation."""
    e = expectation
    made = insert(t.expectations).values(source=e.source, since=e.since, until=e.until, who=e.who, why=e.why)
    connection.execute(made)


def in_force(connection: Connection, at: datetime) -> list[Expectation]:
    """The expectations of all sources at a time, the one of each that was added last; by source."""
    e = t.expectations.c
    rows = connection.execute(
        select(e.source, e.since, e.until, e.who, e.why).where(e.since <= at, e.until > at).order_by(e.id)
    ).all()
    latest = {row.source: Expectation(*row) for row in rows}
    return [latest[source] for source in sorted(latest)]


def current(connection: Connection, source: str, at: datetime) -> Expectation | None:
    """The expectation of a source at a time, the one added last; None if there is none."""
    row = connection.execute(_CURRENT(), {"of_source": source, "at": at}).first()
    return None if row is None else Expectation(*row)


# Built once, for it is asked at each change.
_E = t.expectations.c
_CURRENT = cache(
    lambda: (
        select(_E.source, _E.since, _E.until, _E.who, _E.why)
        .where(_E.source == bindparam("of_source"), _E.since <= bindparam("at"), _E.until > bindparam("at"))
        .order_by(_E.id.desc())
        .limit(1)
    )
)


def rename(connection: Connection, old: str, new: str) -> None:
    """What was expected of a source is expected of it under its new name."""
    e = t.expectations.c
    connection.execute(update(t.expectations).where(e.source == old).values(source=new))
