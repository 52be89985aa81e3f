"""The deliveries of the daemon's channels: one at a time each, so that a dead channel delays no other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from cardwarden.service.schedule import DELIVERY, Schedule
from cardwarden.service.serial_job import SerialJob
from cardwarden.service.sight import Sight
from cardwarden.text import plural
from cardwarden.wiring import Program

_EVERY = timedelta(seconds=15)

_log = logging.getLogger(__name__)


class Deliveries:
    """Delivers on the channels of `program()`, the daemon's settings as they are now."""

    def __init__(self, program: Callable[[], Program], schedule: Schedule, sight: Sight) -> None:
        self._program = program
        self._schedule = schedule
        self._sight = sight
        self._clock = program().clock
        self._jobs: dict[str, SerialJob] = {}

    def plan(self, now: datetime) -> None:
        """Put every channel's deliveries into the schedule."""
        names = [channel.name for channel in self._program().channels]
        for gone in self._jobs.keys() - set(names):
            self._sight.worked(_called(gone))
        self._jobs = {name: self._jobs.get(name) or self._job(name) for name in names}
        for name, job in self._jobs.items():
            self._schedule.every(_EVERY, _called(name), job.run, first=now, pool=DELIVERY)

    def ask(self) -> None:
        """Deliver now what waits, on every channel."""
        for job in self.jobs:
            self._schedule.soon(job.run, pool=DELIVERY)

    @property
    def jobs(self) -> list[SerialJob]:
        """The channels' jobs."""
        return list(self._jobs.values())

    def close(self) -> None:
        """Begin no more deliveries."""
        for job in self.jobs:
            job.close()

    def _job(self, name: str) -> SerialJob:
        work = self._sight.noting(_called(name), partial(self._deliver, name))
        return SerialJob(_called(name), lambda _: work(), self._clock)

    def _deliver(self, name: str) -> None:
        if name not in self._jobs:
            return  # it was taken out while this waited
        if self._program().is_paused:
            return
        done = self._program().deliver_on(name)  # it logs what fails
        if done.sent:
            _log.info("delivered %s", plural(done.sent, "message"), extra={"channel": name})


def _called(name: str) -> str:
    """What the log and the schedule call a channel's deliveries."""
    return f"deliver:{name}"
