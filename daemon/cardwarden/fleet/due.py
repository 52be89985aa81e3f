"""What is due and what is being done, as the planner asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from cardwarden.fleet.tables import work
from cardwarden.fleet.work import ASIDE, Key, Task, WorkKind

_CANDIDATES = 8  # pieces of work of one household that are looked at for one host; it gets fewer at once
_CANDIDATES_OF_HOST = 64  # the same, of all households
_CANDIDATES_IN_ALL = 2000

QUEUED_FOR = func.extract("epoch", func.now() - work.c.queued_at)
"""Seconds since a piece of work was queued."""
IS_DUE = and_(work.c.due_at <= func.now(), work.c.queued_at.is_(None), or_(~work.c.is_local, work.c.place != ""))
"""Of a piece of work: it may be begun now. What lies on a disk that no machine is known to have waits for that machine, and
what is being done, for its end."""
_PIECE = (work.c.household, work.c.kind, work.c.name, work.c.host, work.c.place)
_RUNNING = select(*_PIECE, or_(work.c.slow, QUEUED_FOR > ASIDE)).where(work.c.queued_at.is_not(None))
_RANKED = (
    select(
        *_PIECE,
        work.c.slow,
        work.c.due_at,
        func.row_number().over(partition_by=(work.c.host, work.c.household), order_by=work.c.due_at).label("own"),
    )
    .where(IS_DUE)
    .subquery()
)
_OF_HOST = (
    select(_RANKED, func.row_number().over(partition_by=_RANKED.c.host, order_by=_RANKED.c.due_at).label("number"))
    .where(_RANKED.c.own <= _CANDIDATES)
    .subquery()
)
_DUE = (
    select(*(_OF_HOST.c[name] for name in ("household", "kind", "name", "host", "place", "slow")))
    .where(or_(_OF_HOST.c.host == "", _OF_HOST.c.number <= _CANDIDATES_OF_HOST))
    .order_by(_OF_HOST.c.due_at)
    .limit(_CANDIDATES_IN_ALL)
)
"""What is due, the longest due first: of one host and household no more than could be begun, so that none hides the others."""


def due_tasks(connection: Connection) -> list[Task]:
    """What may be begun now, the longest due first."""
    return [_task_of(row) for row in connection.execute(_DUE)]


def running_tasks(connection: Connection) -> list[Task]:
    """What is queued or being done; one that is set aside is slow."""
    return [_task_of(row) for row in connection.execute(_RUNNING)]


def _task_of(row: Sequence[Any]) -> Task:
    household, kind, name, host, place, slow = row
    return Task(Key(household, WorkKind(kind), name), host, place, bool(slow))
