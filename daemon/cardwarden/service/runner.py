"""The daemon: checks every book when it changes and at its times, delivers what waits, until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import FrameType

from cardwarden import database_file
from cardwarden.errors import ReplacedError, SettingsError
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import phrase
from cardwarden.service.checks import Checks
from cardwarden.service.debounce import Debounce
from cardwarden.service.deliveries import Deliveries
from cardwarden.service.failures import guarded
from cardwarden.service.inbox import FileChanged, Inbox, InboxItem, SignalReceived, StoreReplaced
from cardwarden.service.leap import LeapWatch
from cardwarden.service.monitors import Monitors
from cardwarden.service.pulse import Pulse
from cardwarden.service.schedule import PULSE, UPKEEP, WATCH, Schedule
from cardwarden.service.serial_job import SerialJob
from cardwarden.service.sight import Sight
from cardwarden.service.systemd import Systemd
from cardwarden.service.upkeep import Upkeep
from cardwarden.service.watch import Watches
from cardwarden.settings import last_known
from cardwarden.settings.model import Settings
from cardwarden.text import plural
from cardwarden.wiring import Program

FINISH = 20.0
"""Seconds that running checks get to end after the first signal."""

_UPKEEP_EVERY = timedelta(minutes=1)
_RETENTION_AFTER = timedelta(minutes=10)  # not while everything starts

_log = logging.getLogger(__name__)


class Daemon:
    """Guards the books until SIGTERM or SIGINT: `run`.

    Checks that run then may end within `FINISH` seconds; what waits stays in the outbox. A second signal ends the
    process at once. SIGHUP takes on the settings that `reload` gives; if it raises SettingsError the old ones stay.
    Raises ReplacedError if the database's file was removed or replaced: a new start goes on with what is there then.

    The main thread waits for signals and for changes of files; everything else happens in the schedule's pools.
    """

    def __init__(
        self,
        program: Program,
        reload: Callable[[], Settings],
        environ: Mapping[str, str],
        schedule: Schedule | None = None,
    ) -> None:
        """`environ` says whether systemd waits for signs of life; `schedule` runs what is due, in its pools."""
        self._program = program
        self._reload_settings = reload
        self._clock = program.clock
        self._leaps = LeapWatch(self._clock)
        self.inbox = Inbox()
        self._debounce = Debounce()
        self._schedule = schedule or Schedule()
        self._systemd = Systemd(environ)
        self._watches = Watches(lambda source, name: self.inbox.put(FileChanged(source, name)))
        self._sight = Sight(self._current, self._on_sight, self._look)
        self._deliveries = Deliveries(self._current, self._schedule, self._sight)
        self._checks = Checks(self._current, self._schedule, self._sight, self._deliveries.ask)
        self._upkeep = Upkeep(self._current, self._checks, self._sight, lambda: self.inbox.put(StoreReplaced()))
        self._pulse = Pulse(self._current, self._schedule, self._systemd, self._checks, self._watches, self._sight)
        self._monitors = Monitors(self._pulse.is_alive, self._sight)
        self._watching = SerialJob("watching", lambda _: self._watch(), self._clock)
        self._settled: Callable[[Settings], None] | None = None
        self._is_stopping = False
        self._is_replaced = False

    @property
    def program(self) -> Program:
        """The program with the settings that are in force now."""
        return self._program

    def run(self, settled: Callable[[Settings], None] | None = None) -> None:
        """Guard until a signal says stop. `settled` is called with new settings when they are in force."""
        self._settled = settled
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self.plan(self._clock.now())
        self._schedule.start()
        self._pulse.beat()
        self._systemd.ready()
        if warning := database_file.warning(self._program.store.path):
            _log.warning("%s", english(warning))
        _log.info("guarding %s", plural(len(self._program.settings.sources), "source"))
        with self.inbox.hearing_signals():
            while self.step():
                pass
        self._end()
        if self._is_replaced:
            store = self._program.store
            raise ReplacedError(store.lost() or database_file.replaced(store.path))

    def plan(self, now: datetime) -> None:
        """Put everything into the schedule that the settings ask for, beginning at `now`; waits for nothing."""
        program, schedule = self._program, self._schedule
        beat = timedelta(seconds=self._pulse.every)
        schedule.every(beat, "watching", self._watching.run, first=now, pool=WATCH)
        self._checks.plan(now)
        self._deliveries.plan(now)
        schedule.every(beat, "pulse", guarded("pulse", self._pulse.beat), first=now + beat, pool=PULSE)
        schedule.every(_UPKEEP_EVERY, "upkeep", self._upkeep.run, first=now, pool=UPKEEP)
        first = now + _RETENTION_AFTER
        schedule.every(timedelta(days=1), "retention", self._upkeep.retain, first=first, pool=UPKEEP)
        schedule.soon(self._upkeep.catch_up, pool=UPKEEP)
        schedule.soon(self._upkeep.try_again, pool=UPKEEP)
        self._monitors.plan(program, schedule, now)
        schedule.soon(guarded("noting the settings", self._keep_settings), pool=UPKEEP)
        for name in program.without_region:
            _log.warning("no region is set, so damaged numbers may stay unseen", extra={"source": name})

    def step(self, at_most: float | None = None) -> bool:
        """Wait a moment, `at_most` that many seconds, for something to do, and do it; gives whether to go on."""
        waits = (self._debounce.wait(self._clock.monotonic()), at_most, self._pulse.every)
        item = self.inbox.take(min(wait for wait in waits if wait is not None))
        if leap := self._leaps.look():
            self._note_leap(leap)
        go_on = self._handle(item)
        for source in self._debounce.due(self._clock.monotonic()):
            self._checks.ask(source)
        return go_on

    def _handle(self, item: InboxItem | None) -> bool:
        match item:
            case SignalReceived(number=signal.SIGHUP):
                self.reload()
            case SignalReceived():
                return False
            case StoreReplaced():
                self._is_replaced = True
                return False
            case FileChanged(source=source, name=name) if self._watches.concerns(source, name):
                self._debounce.note(source, self._clock.monotonic())
            case _:
                pass
        return True

    def reload(self) -> None:
        """Take on the settings as they are now; every source is checked at once. Wrong ones leave the old ones."""
        self._systemd.reloading(self._clock.monotonic())
        try:
            self.take_on(self._reload_settings())
        except SettingsError as error:
            _log.error("the settings stay as they were: %s", error)
            for problem in error.problems:
                _log.error("the settings stay as they were: %s", english(problem))
            self._systemd.status(f"The new settings are wrong; the old ones stay. {error}")
        else:
            self._beat_now()  # status and doctor look at once
            _log.info("new settings: guarding %s", plural(len(self._program.settings.sources), "source"))
        self._systemd.ready()

    def take_on(self, settings: Settings) -> None:
        """Guard what these settings say. Raises SettingsError if they name another database."""
        if settings.store.url != self._program.settings.store.url:
            raise SettingsError(phrase("settings-other-database"))
        self._program = self._program.with_settings(settings)
        self._plan_anew()
        if self._settled is not None:
            settled = self._settled
            guarded("what stands beside the daemon", lambda: settled(settings))()

    def close(self) -> None:
        """Begin nothing more, and watch nothing."""
        for part in (self._checks, self._deliveries, self._watching):
            part.close()
        self._monitors.stop()
        self._watches.stop()
        self.inbox.close()

    def _current(self) -> Program:
        return self._program

    def _look(self) -> None:
        """Somebody could not use the database: see whether it can be used, and tell."""
        self._schedule.soon(self._upkeep.run, pool=UPKEEP)

    def _on_sight(self) -> None:
        """The guard went blind, or sees again: whoever looks from outside sees that now."""
        self._monitors.ping(self._schedule)
        self._beat_now()

    def _beat_now(self) -> None:
        self._schedule.soon(guarded("pulse", self._pulse.beat), pool=PULSE)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGHUP and self._is_stopping:
            os._exit(128 + number)  # the second time: at once; what was recorded is safe, and nothing else counts
        self._is_stopping = self._is_stopping or number != signal.SIGHUP
        self.inbox.put(SignalReceived(number))

    def _note_leap(self, leap: timedelta) -> None:
        """Times in the schedule were reckoned by the clock as it was, so they are reckoned anew."""
        _log.warning("the clock was put %s by %s", "forward" if leap > timedelta() else "back", _length(abs(leap)))
        self._plan_anew()
        self._beat_now()  # none may have come for a while

    def _plan_anew(self) -> None:
        self._schedule.clear()
        self.plan(self._clock.now())

    def _keep_settings(self) -> None:
        try:
            last_known.keep(self._program.store.path, self._program.settings)
        except OSError as error:
            _log.warning("the settings cannot be noted beside the database: %s", error.strerror)

    def _watch(self) -> None:
        program = self._program
        targets = {name: program.source(name).watch for name in program.settings.sources}
        for name in self._watches.set({name: target for name, target in targets.items() if target}):
            self._checks.ask_again(name)  # it may have been read before what nobody saw
        for name in self._watches.supervise():
            self._checks.ask(name)

    def _end(self) -> None:
        self._systemd.stopping()
        _log.info("stopping")
        self._checks.close()
        self._deliveries.close()
        self._watching.close()
        self._schedule.stop()
        self._monitors.stop()
        deadline = self._clock.monotonic() + FINISH
        jobs = [*self._checks.jobs, *self._deliveries.jobs, self._watching]
        ended = [job.wait(max(0.0, deadline - self._clock.monotonic())) for job in jobs]
        self._pulse.end()
        if not all(ended):
            _log.warning("a check or a delivery did not end in time and was cut off")
            logging.shutdown()
            os._exit(0)  # threads that hang would hold up a clean exit for ever
        self._watches.stop()


def _length(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return plural(round(seconds / size), unit)
    return plural(seconds, "second")
