"""How all households and workers stand at one moment, for the operator's page and for monitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from cardwarden.fleet.due import IS_DUE
from cardwarden.fleet.tables import IS_UNHEARD, Count, WorkerRow, households, work, workers
from cardwarden.fleet.work import LANES, Lane, WorkKind


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household as the operator sees it: how it stands, in numbers.

    failures          checks in a row that came to no conclusion, of all its sources
    behind            sources without a conclusive check in time
    any_worker_lives  whether there is one that could do its work
    """

    name: str
    state: str
    count: Count
    seen_at: datetime | None
    failures: int
    behind: int
    any_worker_lives: bool

    @property
    def standing(self) -> str:
        """What is to be said of it first: wrong, paused or elsewhere, without a worker, failing, behind, or guarded."""
        if self.state != "guarded":
            return self.state
        if not self.any_worker_lives:
            return "stopped-worker"
        if self.failures or self.count.failing:
            return "failing"
        return "behind" if self.behind or self.count.unread else "guarded"


@dataclass(frozen=True, slots=True)
class FleetView:
    """The whole fleet at one moment.

    due, running  pieces of work, by lane: that may be begun now, and that are queued or being done
    lag           seconds since that was due which is due longest of those that may be begun; 0 if there is none. It says that
                  there are too few workers, so what no machine has the disk of is none: its household is behind
    unheard       households whose answers no worker hears, or whose broker none tells
    failing       sources that failed at their last check, by host
    """

    now: datetime
    households: tuple[HouseholdRow, ...]
    workers: tuple[WorkerRow, ...]
    due: Mapping[Lane, int]
    running: Mapping[Lane, int]
    lag: float
    failing: Mapping[str, int]
    unheard: int


_IN_TIME = func.make_interval(0, 0, 0, 0, 0, 0, 2 * work.c.usual_gap + 600)
_IS_CHECK = work.c.kind == WorkKind.CHECK.value
_IS_BEHIND = and_(_IS_CHECK, or_(work.c.good_at.is_(None), work.c.good_at < func.now() - _IN_TIME))


def fleet_view(connection: Connection, dead: float) -> FleetView:
    """The whole fleet now. A worker is dead after `dead` seconds without a sign of life."""
    now = connection.execute(select(func.now())).scalar_one()
    living = _living_workers(connection, dead)
    due, running = _work_by_lane(connection)
    lag = connection.scalar(select(func.extract("epoch", func.now() - func.min(work.c.due_at))).where(IS_DUE))
    failing = connection.execute(
        select(work.c.host, func.count()).where(_IS_CHECK, work.c.failures > 0).group_by(work.c.host)
    )
    unheard = connection.scalar(select(func.count()).select_from(households).where(households.c.ears, IS_UNHEARD))
    return FleetView(
        now,
        _household_rows(connection, any_worker_lives=bool(living)),
        living,
        due,
        running,
        float(lag or 0.0),
        {str(host): int(count) for host, count in failing},
        unheard or 0,
    )


def _living_workers(connection: Connection, dead: float) -> tuple[WorkerRow, ...]:
    lately = workers.c.seen_at > func.now() - timedelta(seconds=dead)
    columns = [workers.c[name] for name in WorkerRow.__slots__]
    rows = connection.execute(select(*columns).where(lately).order_by(workers.c.name)).mappings()
    return tuple(WorkerRow(**row) for row in rows)


def _household_rows(connection: Connection, *, any_worker_lives: bool) -> tuple[HouseholdRow, ...]:
    """All households, by name, and of each how its checks went."""
    late = (
        select(
            work.c.household,
            func.sum(work.c.failures).filter(_IS_CHECK).label("failures"),
            func.count().filter(_IS_BEHIND).label("behind"),
        )
        .group_by(work.c.household)
        .subquery()
    )
    rows = connection.execute(
        select(households, late.c.failures, late.c.behind)
        .select_from(households.outerjoin(late, late.c.household == households.c.name))
        .where(households.c.state != "removed")
        .order_by(households.c.name)
    ).mappings()
    return tuple(
        HouseholdRow(
            row["name"],
            row["state"],
            Count(**{name: row[name] for name in Count.__slots__}),
            row["seen_at"],
            int(row["failures"] or 0),
            int(row["behind"] or 0),
            any_worker_lives,
        )
        for row in rows
    )


def _work_by_lane(connection: Connection) -> tuple[Mapping[Lane, int], Mapping[Lane, int]]:
    """How much is due, and how much is queued or being done."""
    due, running = dict.fromkeys(Lane, 0), dict.fromkeys(Lane, 0)
    counts = connection.execute(
        select(work.c.kind, func.count().filter(IS_DUE), func.count(work.c.queued_at)).group_by(work.c.kind)
    )
    for kind, is_due, is_queued in counts:
        due[LANES[WorkKind(kind)]] += is_due
        running[LANES[WorkKind(kind)]] += is_queued
    return due, running
