"""When to do what: jobs on APScheduler's clock, at intervals, by cron lines, or at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from cardwarden.sources.cron import Cron

CHECKS, NETWORK, DELIVERY, PING = "default", "network", "delivery", "ping"
PULSE, UPKEEP, WATCH = "pulse", "upkeep", "watch"
"""The pools. What waits for a server or a file system never holds back the pulse, a dead channel no check, and a server
that hangs no check of this machine's files."""

_WORKERS = {CHECKS: 4, NETWORK: 16, DELIVERY: 8, PING: 1, PULSE: 1, UPKEEP: 1, WATCH: 1}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

Job = Callable[[], None]


class _Scheduler(BackgroundScheduler):  # type: ignore[misc]
    """One that may be stopped in the middle of its work: it finds jobs gone that the stop took away."""

    def _process_jobs(self) -> float | None:
        try:
            seconds: float | None = super()._process_jobs()
        except (JobLookupError, RuntimeError):
            if self.running:
                raise
            return None
        return seconds


class Schedule:
    """Jobs that run in a few threads, never twice at once; a missed run is made up for by one."""

    def __init__(self) -> None:
        self._scheduler = _Scheduler(
            timezone=UTC,
            executors={name: ThreadPoolExecutor(count) for name, count in _WORKERS.items()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

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
        """Run `job` every `interval`, for the first time at `first`, each time up to `jitter` earlier or later."""
        seconds = max(1, int(interval.total_seconds()))
        trigger = IntervalTrigger(seconds=seconds, timezone=UTC, jitter=int(jitter.total_seconds()) or None)
        self._scheduler.add_job(job, trigger, id=name, name=name, next_run_time=first, executor=pool)

    def by_cron(self, cron: Cron, zone: tzinfo, name: str, job: Job, *, pool: str = CHECKS) -> None:
        """Run `job` when a cron line says so, on the owner's clock."""
        self._scheduler.add_job(job, _trigger(cron, zone), id=name, name=name, executor=pool)

    def daily(self, moment: time, zone: tzinfo, name: str, job: Job, *, jitter: timedelta, pool: str = CHECKS) -> None:
        """Run `job` once a day, up to `jitter` from that time."""
        trigger = CronTrigger(
            hour=moment.hour, minute=moment.minute, timezone=zone, jitter=int(jitter.total_seconds()) or None
        )
        self._scheduler.add_job(job, trigger, id=name, name=name, executor=pool)

    def soon(self, job: Job, *, pool: str = CHECKS, at: datetime | None = None) -> None:
        """Run `job` once, now or at `at`."""
        self._scheduler.add_job(job, "date", run_date=at, executor=pool)

    def next_run(self, name: str) -> datetime | None:
        """When a job runs next; None if there is no such job."""
        job = self._scheduler.get_job(name)
        return job.next_run_time.astimezone(UTC) if job and job.next_run_time else None

    def clear(self) -> None:
        """Forget every job; those that run go on."""
        self._scheduler.remove_all_jobs()

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Start no more jobs, and do not wait for those that run."""
        self._scheduler.shutdown(wait=False)


def next_by_cron(cron: Cron, zone: tzinfo, now: datetime) -> datetime | None:
    """The first time after `now` that a cron line says, in UTC; None if there is none."""
    following = _trigger(cron, zone).get_next_fire_time(None, now + timedelta(seconds=1))
    return following.astimezone(UTC) if following else None


def usual_gap(cron: Cron, zone: tzinfo, now: datetime) -> timedelta:
    """The longest time between two runs among the next ten."""
    trigger = _trigger(cron, zone)
    times: list[datetime] = []
    last = None
    for _ in range(10):
        following = trigger.get_next_fire_time(last, last + timedelta(microseconds=1) if last else now)
        if following is None:
            break
        times.append(following)
        last = following
    return max((late - early for early, late in pairwise(times)), default=timedelta(days=1))


def _trigger(cron: Cron, zone: tzinfo) -> BaseTrigger:
    fields = {
        "minute": _listed(cron.minutes),
        "hour": _listed(cron.hours),
        "month": _listed(cron.months),
        "timezone": zone,
    }
    days = {"day": _listed(cron.days)}
    # By name: APScheduler counts the days of the week from Monday, cron from Sunday.
    weekdays = {"day_of_week": ",".join(_DAYS[number] for number in cron.weekdays)}
    if cron.either:
        return OrTrigger([CronTrigger(**fields, **days), CronTrigger(**fields, **weekdays)])
    return CronTrigger(**fields, **days, **weekdays)


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))
