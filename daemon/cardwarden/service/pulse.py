"""The sign of life that systemd, `status` and `healthcheck` see; it waits for no server and no file system of a book."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import dumped, phrase
from cardwarden.service import heartbeat
from cardwarden.service.checks import Checks
from cardwarden.service.schedule import Schedule
from cardwarden.service.sight import Sight
from cardwarden.service.systemd import Systemd
from cardwarden.service.watch import Watches
from cardwarden.sources.options import OnDiskOptions, SourceOptions
from cardwarden.text import plural
from cardwarden.wiring import Program

_EVERY = 10.0  # seconds, unless systemd wants it sooner

_log = logging.getLogger(__name__)


class Pulse:
    """Runs in the scheduler's own rhythm: if that stops, systemd and the health check see it."""

    def __init__(
        self,
        program: Callable[[], Program],
        schedule: Schedule,
        systemd: Systemd,
        checks: Checks,
        watches: Watches,
        sight: Sight,
    ) -> None:
        self._program = program
        self._schedule = schedule
        self._systemd = systemd
        self._checks = checks
        self._watches = watches
        self._sight = sight
        self._clock = program().clock
        self._started_at = self._clock.now()
        self._is_written = True

    @property
    def every(self) -> float:
        """Seconds between two signs of life."""
        return max(1.0, min(_EVERY, self._systemd.watchdog / 3 or _EVERY))

    def beat(self) -> None:
        """Say that the daemon lives, and how it stands."""
        sources, store = self._program().settings.sources, self._program().store
        if self._sight.trouble is None and store.lost():
            self._sight.wake()
        times = {name: self._schedule.next_run(name) for name in sources}
        modes = self._watches.modes()
        trouble = self._sight.trouble
        self._write(
            heartbeat.Heartbeat(
                pid=os.getpid(),
                started_at=self._started_at.isoformat(),
                beat=self._clock.monotonic(),
                every=self.every,
                next={name: at.isoformat() for name, at in times.items() if at},
                watch={name: modes.get(name) or _unwatched(options) for name, options in sources.items()},
                trouble=dumped(trouble) or "",
                file=store.file,
                waits=[[wait.until.isoformat(), dumped(wait.why) or ""] for wait in self._program().opened.waits()],
            )
        )
        lost = f", {len(self._checks.unread)} of them not readable now" if self._checks.unread else ""
        self._systemd.status(english(trouble) if trouble else f"Guarding {plural(len(sources), 'source')}{lost}")
        self._systemd.alive()

    def _write(self, beat: heartbeat.Heartbeat) -> None:
        path = heartbeat.life_beside(self._program().store.path)
        try:
            heartbeat.write(path, beat)
        except OSError as error:
            if self._is_written:
                _log.warning("%s could not be written: %s", path.name, error.strerror)
            self._is_written = False
        else:
            self._is_written = True

    def is_alive(self) -> bool:
        """Whether the last beat is not overdue."""
        beat = heartbeat.read(heartbeat.life_beside(self._program().store.path))
        return beat is not None and beat.pid == os.getpid() and beat.is_alive(self._clock.monotonic())

    def end(self) -> None:
        """Leave no sign of life."""
        try:
            heartbeat.life_beside(self._program().store.path).unlink(missing_ok=True)
        except OSError as error:  # a disk that became read-only; status sees that the process is gone
            _log.warning("the sign of life stays: %s", error.strerror)


def _unwatched(options: SourceOptions) -> str:
    """Why nothing tells of a source's changes: it is on a server, or the daemon has just begun."""
    is_on_disk = isinstance(options, OnDiskOptions)
    return dumped(phrase("watch-soon") if is_on_disk else phrase("watch-none")) or ""
