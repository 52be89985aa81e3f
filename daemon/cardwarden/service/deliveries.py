"""The deliveries of the daemon's channels: one at a time each, so that a dead channel delays no other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from cardwarden.clock import Clock
from cardwarden.service.schedule import DELIVERY, Schedule
from cardwarden.service.serial_job import SerialJob
from cardwarden.service.sight import Sight
from cardwarden.settings.model import Settings
from cardwarden.text import plural
from cardwarden.wiring import Program

_EVERY = timedelta(seconds=10)  # as the sign of life, so that one awakening serves both
_LONGEST = 600.0  # seconds that a channel is at rest: the clock or the owner's zone may be another one meanwhile

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Rest:
    """Nothing is to be done on a channel as long as these are the settings, and nobody writes.

    until   nor before that time; None if none is waited for
    latest  when all is asked anew in any case, in seconds of the clock that never runs backwards
    """

    settings: Settings
    stamp: str
    until: datetime | None
    latest: float

    def holds(self, settings: Settings, stamp: str, clock: Clock) -> bool:
        """Whether that is so still."""
        is_time = self.until is not None and self.until <= clock.now()
        return settings is self.settings and stamp == self.stamp and not is_time and clock.monotonic() < self.latest


class Deliveries:
    """Delivers on the channels of `program()`, the daemon's settings as they are now.

    Whatever is to be told is written into the record first, so what nobody has written to since is not asked again.
    """

    def __init__(self, program: Callable[[], Program], schedule: Schedule, sight: Sight) -> None:
        self._program = program
        self._schedule = schedule
        self._sight = sight
        self._clock = program().clock
        self._jobs: dict[str, SerialJob] = {}
        self._rests: dict[str, _Rest] = {}  # by channel

    def plan(self, now: datetime) -> None:
        """Put every channel's deliveries into the schedule."""
        names = [channel.name for channel in self._program().channels]
        for gone in self._jobs.keys() - set(names):
            self._sight.worked(_called(gone))
        self._jobs = {name: self._jobs.get(name) or self._job(name) for name in names}
        self._rests.clear()
        if self._jobs:
            look = self._sight.noting("looking for messages", self._look)
            self._schedule.every(_EVERY, "deliveries", look, first=now, pool=DELIVERY)

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

    def _look(self) -> None:
        """Deliver on the channels on which there may be something to do. Raises StoreError."""
        program = self._program()
        stamp = program.store.stamp()
        for name, job in list(self._jobs.items()):
            rest = self._rests.get(name)
            if not job.is_running and not (rest and rest.holds(program.settings, stamp, self._clock)):
                self._schedule.soon(job.run, pool=DELIVERY)

    def _job(self, name: str) -> SerialJob:
        work = self._sight.noting(_called(name), partial(self._deliver, name))
        return SerialJob(_called(name), lambda _: work(), self._clock)

    def _deliver(self, name: str) -> None:
        self._rests.pop(name, None)
        program = self._program()
        if name not in self._jobs:
            return  # it was taken out while this waited
        if program.is_paused:
            return
        stamp = program.store.stamp()  # first: what is written from now on is looked for again
        done = program.deliver_on(name)  # it logs what fails
        if done.sent:
            _log.info("delivered %s", plural(done.sent, "message"), extra={"channel": name})
        if hold := program.at_rest(name):
            self._rests[name] = _Rest(program.settings, stamp, hold.until, self._clock.monotonic() + _LONGEST)


def _called(name: str) -> str:
    """What the log and the schedule call a channel's deliveries."""
    return f"deliver:{name}"
