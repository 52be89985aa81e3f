"""When to check: one job a source on APScheduler's clock, and one for what waits in the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

_WORKERS = 4


class Schedule:
    """Jobs that run at intervals, in a few threads, never twice at once; a missed run is made up for by one."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(_WORKERS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(self, interval: timedelta, name: str, job: Callable[[], None], *, first: datetime) -> None:
        """Run `job` every `interval`, for the first time at `first`."""
        trigger = IntervalTrigger(seconds=max(1, int(interval.total_seconds())), timezone=UTC)
        self._scheduler.add_job(job, trigger, id=name, name=name, next_run_time=first)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Start no more jobs and wait for those that run."""
        self._scheduler.shutdown(wait=True)
