"""The tables that all workers share: work, households and workers; and what a row of the last two says, as values.

Nothing of a contact stands here, nor of a message: names of households, sources and channels, times and counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    func,
    or_,
)

from cardwarden.store.calls import SCHEMA
from cardwarden.store.migrate import generation

REVISION: Final = f"3 for {generation()}"
"""Of the tables here, and of the records that their workers can use. They hold nothing that cannot be found out anew: other ones
are made anew, not migrated, when no worker lives; so none of another generation works beside these."""

METADATA = MetaData(schema=SCHEMA)
_WHEN = DateTime(timezone=True)

work = Table(
    "work",
    METADATA,
    Column("household", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("is_local", Boolean, nullable=False),  # only a machine that has the disk may do it
    Column("place", String, nullable=False),  # that machine; "" for any, or for none that is known yet
    Column("due_at", _WHEN),  # empty: nothing to do, or it is queued and nothing new came since
    Column("queued_at", _WHEN),
    Column("begun_at", _WHEN),
    Column("ended_at", _WHEN),
    Column("good_at", _WHEN),  # when it last came to a conclusion
    Column("usual_gap", Float, nullable=False),  # seconds from one time to the next
    Column("failures", Integer, nullable=False, default=0),
    Column("deaths", Integer, nullable=False, default=0),  # workers that died at it in a row
    Column("slow", Boolean, nullable=False, default=False),
    Index("work_due", "due_at"),
)
households = Table(
    "households",
    METADATA,
    Column("name", String, primary_key=True),
    Column("state", String, nullable=False),  # guarded, paused, wrong, elsewhere, failing to be taken on, or removed
    Column("digest", String, nullable=False),  # of its settings as the work here follows from them
    Column("books", Integer, nullable=False, default=0),
    Column("cards", Integer, nullable=False, default=0),
    Column("open", Integer, nullable=False, default=0),
    Column("critical", Integer, nullable=False, default=0),
    Column("waiting", Integer, nullable=False, default=0),
    Column("failing", Integer, nullable=False, default=0),  # channels that take nothing
    Column("unread", Integer, nullable=False, default=0),  # books without a conclusive check in time
    Column("seen_at", _WHEN),
    Column("missing_at", _WHEN),  # since when no worker has its settings, or since it was removed
    Column("told_at", _WHEN),  # when a worker began to tell its people that its settings are wrong
    Column("is_told", Boolean, nullable=False, default=False),  # all of them know
    Column("ears", Boolean, nullable=False, default=False),  # a worker is to hear its answers, or to tell its broker
    Column("heard_by", String),
    Column("heard_until", _WHEN),  # unless that worker says otherwise
)
workers = Table(
    "workers",
    METADATA,
    Column("name", String, primary_key=True),
    Column("place", String, nullable=False),
    Column("version", String, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("started_at", _WHEN, nullable=False),
    Column("seen_at", _WHEN, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("running", Integer, nullable=False),
    Column("names", ARRAY(String)),  # the households whose settings its machine has; empty until it has looked
)
about = Table("about", METADATA, Column("revision", String, primary_key=True), Column("queue", String, nullable=False))

IS_UNHEARD = or_(households.c.heard_by.is_(None), households.c.heard_until < func.now())
"""Of a household: no worker hears its answers or tells its broker, or none has said so lately."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a household has, in numbers."""

    books: int
    cards: int
    open: int
    critical: int
    waiting: int
    failing: int
    unread: int


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker that gave a sign of life lately."""

    name: str
    place: str
    version: str
    at_once: int
    started_at: datetime
    seen_at: datetime
    done: int
    failed: int
    running: int
