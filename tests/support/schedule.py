"""A schedule on the fake clock."""

from __future__ import annotations

import heapq
from datetime import datetime, time, timedelta, tzinfo
from itertools import count

from cardwarden.service.schedule import CHECKS, Job, Schedule
from cardwarden.sources.cron import Cron
from support.world import FakeClock


class SimulatedSchedule(Schedule):
    """Jobs on the fake clock, run one after the other in this thread; none more often than a step."""

    def __init__(self, clock: FakeClock, step: timedelta = timedelta()) -> None:
        self._clock = clock
        self._step = step
        self._order = count()
        self._due: list[tuple[datetime, int, Job, timedelta | None]] = []
        self._next: dict[str, datetime] = {}

    def every(
        self,
        interval: timedelta,
        name: str,
        job: Job,
        *,
        first: datetime,
        pool: str = CHECKS,
        jitter: timedelta = timedelta(),
    ) -> None:
        self._next[name] = first
        self._put(first, job, max(interval, self._step))

    def by_cron(self, cron: Cron, zone: tzinfo, name: str, job: Job, *, pool: str = CHECKS) -> None:
        self._put(self._clock.now() + timedelta(hours=1), job, timedelta(hours=1))

    def daily(self, moment: time, zone: tzinfo, name: str, job: Job, *, jitter: timedelta, pool: str = CHECKS) -> None:
        self._put(self._clock.now() + timedelta(days=1), job, timedelta(days=1))

    def soon(self, job: Job, *, pool: str = CHECKS, at: datetime | None = None) -> None:
        self._put(at or self._clock.now(), job, None)

    def next_run(self, name: str) -> datetime | None:
        """When a job that comes again and again was to run first."""
        return self._next.get(name)

    def clear(self) -> None:
        self._due.clear()
        self._next.clear()

    def start(self) -> None:
        """What is due at the beginning is done at once, and nothing by itself from then on."""
        self.run_due()

    def stop(self) -> None:
        self.clear()

    def run_due(self) -> None:
        """Run everything whose time has come."""
        while self._due and self._due[0][0] <= self._clock.now():
            at, _, job, interval = heapq.heappop(self._due)
            job()
            if interval:
                self._put(max(at + interval, self._clock.now() + timedelta(seconds=1)), job, interval)

    def _put(self, at: datetime, job: Job, interval: timedelta | None) -> None:
        heapq.heappush(self._due, (at, next(self._order), job, interval))
