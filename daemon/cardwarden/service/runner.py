"""The daemon: checks every book when it changes and at its times, delivers what waits, until it is told to stop."""

from __future__ import annotations

import logging
import os
import queue
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import FrameType

from cardwarden.actions.check import Checked
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.errors import CardwardenError, SettingsError, StoreError
from cardwarden.service import heartbeat
from cardwarden.service.debounce import Debounce
from cardwarden.service.health import unguarded
from cardwarden.service.logs import place_of
from cardwarden.service.round import Round
from cardwarden.service.schedule import DELIVERY, PULSE, UPKEEP, Schedule
from cardwarden.service.systemd import Systemd
from cardwarden.service.watch import Place, Watches, place_of_file, place_of_folder
from cardwarden.settings.model import Settings
from cardwarden.settings.secrets import resolve
from cardwarden.settings.times import time_of
from cardwarden.sources.cron import parse_cron
from cardwarden.sources.secret import given
from cardwarden.sources.vcf_file import VcfFileOptions
from cardwarden.sources.vdir import VdirOptions
from cardwarden.store import outbox, place
from cardwarden.store.books import statuses
from cardwarden.store.members import is_unsettled
from cardwarden.text import harmless, plural
from cardwarden.wiring import Program

FINISH = 20.0
"""Seconds that running checks get to end after the first signal."""

_DELIVER_EVERY = timedelta(seconds=15)
_PULSE_EVERY = 10.0  # seconds, unless systemd wants it sooner
_UPKEEP_EVERY = timedelta(minutes=1)
_NAP = 1.0  # seconds: the kernel may hand a signal to another thread, and then it does not wake the main one
_SECOND_LOOK = timedelta(seconds=2.5)  # longer than the coarsest step of a file's times
_LONGEST_PAUSE = timedelta(hours=1)  # between two tries of a source that fails, unless `every` is longer
_STUCK = 1800.0  # seconds after which a check that has not ended counts as one that failed
_CARE_AFTER = timedelta(minutes=10)  # not while everything starts
_DEEP_AGE = timedelta(hours=25)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Changed:
    source: str
    name: str


class _Asked:
    """What a signal asks for."""

    def __init__(self, number: int) -> None:
        self.number = number


def run(program: Program, reload: Callable[[], Settings], environ: Mapping[str, str] = os.environ) -> None:
    """Guard the books until SIGTERM or SIGINT.

    Checks that run then may end within `FINISH` seconds; what waits stays in the outbox. A second signal ends the
    process at once. SIGHUP takes on the settings that `reload` gives; where it raises SettingsError the old ones stay.
    """
    Daemon(program, reload, environ).run()


class Daemon:
    """The main thread waits for signals and for changes of files; everything else happens in the schedule's pools."""

    def __init__(
        self,
        program: Program,
        reload: Callable[[], Settings],
        environ: Mapping[str, str],
        schedule: Schedule | None = None,
    ) -> None:
        self._program = program
        self._reload_settings = reload
        self._clock = program.clock
        self._inbox: queue.SimpleQueue[_Changed | _Asked] = queue.SimpleQueue()
        self._schedule = schedule or Schedule()
        self._watches = Watches(lambda source, name: self._inbox.put(_Changed(source, name)))
        self._debounce = Debounce()
        self._systemd = Systemd(environ)
        self._checks: dict[str, Round] = {}
        self._deliveries: dict[str, Round] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}  # monotonic, by source
        self._unread: set[str] = set()
        self._started_at = self._clock.now()
        self._is_stopping = False
        self._monitors = _Monitors()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self.plan(self._clock.now())
        self._schedule.start()
        self._pulse()
        self._systemd.ready()
        if told := place.warning(self._program.store.path):
            _log.warning("%s", told)
        _log.info("guarding %s", plural(len(self._program.settings.sources), "source"))
        self._loop()
        self._end()

    # The main thread

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGHUP and self._is_stopping:
            os._exit(128 + number)  # the second time: at once; what was recorded is safe, and nothing else counts
        self._is_stopping = self._is_stopping or number != signal.SIGHUP
        self._inbox.put(_Asked(number))

    def _loop(self) -> None:
        while True:
            try:
                wait = self._debounce.wait(self._clock.monotonic())
                item = self._inbox.get(timeout=_NAP if wait is None else min(_NAP, wait))
            except queue.Empty:
                item = None
            match item:
                case _Asked(number=signal.SIGHUP):
                    self._reload()
                case _Asked():
                    return
                case _Changed(source=source, name=name) if self._watches.concerns(source, name):
                    self._debounce.note(source, self._clock.monotonic())
            for source in self._debounce.due(self._clock.monotonic()):
                self._ask(source)

    def _ask(self, source: str, at: datetime | None = None) -> None:
        """Have a source checked: now, at `at`, or when the check that runs ends."""
        if source in self._checks:
            self._schedule.soon(self._checks[source].run, at=at)

    def _reload(self) -> None:
        self._systemd.reloading(self._clock.monotonic())
        try:
            settings = self._new_settings()
        except SettingsError as error:
            _log.error("the settings stay as they were: %s", error)
            for problem in error.problems:
                _log.error("the settings stay as they were: %s", problem)
            self._systemd.status(f"The new settings are wrong; the old ones stay. {error}")
        else:
            self._program = self._program.with_settings(settings)
            self._schedule.clear()
            self.plan(self._clock.now())
            _log.info("new settings: guarding %s", plural(len(settings.sources), "source"))
        self._systemd.ready()

    def _new_settings(self) -> Settings:
        settings = self._reload_settings()
        if settings.store != self._program.settings.store:
            raise SettingsError("[store] cannot change while cardwarden runs. Restart it to use another database.")
        return settings

    def _end(self) -> None:
        self._systemd.stopping()
        _log.info("stopping")
        rounds = [*self._checks.values(), *self._deliveries.values()]
        for one in rounds:
            one.close()
        self._schedule.stop()
        self._monitors.stop()
        deadline = self._clock.monotonic() + FINISH
        ended = [one.wait(max(0.0, deadline - self._clock.monotonic())) for one in rounds]
        heartbeat.path_beside(self._program.store.path).unlink(missing_ok=True)
        if not all(ended):
            _log.warning("a check or a delivery did not end in time and was cut off")
            logging.shutdown()
            os._exit(0)  # threads that hang would hold up a clean exit for ever
        self._watches.stop()

    # What happens when

    def plan(self, now: datetime) -> None:
        """Put everything into the schedule that the settings ask for, beginning at `now`."""
        program, settings, zone = self._program, self._program.settings, self._program.zone
        deep_at = time_of(settings.deep_at)
        stale = self._without_deep(now) if deep_at else set()
        self._checks = {name: self._checks.get(name) or self._round(name) for name in settings.sources}
        for name, options in settings.sources.items():
            work = self._checks[name]
            by_time = partial(self._by_time, name, work)
            if options.cron:
                self._schedule.by_cron(parse_cron(options.cron), zone, name, by_time)
                self._ask(name)
            else:
                jitter = min(options.every / 10, timedelta(minutes=1))
                self._schedule.every(options.every, name, by_time, first=now, jitter=jitter)
            if deep_at:
                deep = partial(work.run, deep=True)
                self._schedule.daily(deep_at, zone, f"{name}:deep", deep, jitter=timedelta(minutes=5))
                if name in stale:
                    self._schedule.soon(deep)
        self._deliveries = {
            channel.name: self._deliveries.get(channel.name) or Round(partial(self._deliver, channel.name), self._clock)
            for channel in program.channels
        }
        for name, delivery in self._deliveries.items():
            self._schedule.every(_DELIVER_EVERY, f"deliver:{name}", delivery.run, first=now, pool=DELIVERY)
        beat = timedelta(seconds=self._beat)
        self._schedule.every(beat, "pulse", _guarded("pulse", self._pulse), first=now + beat, pool=PULSE)
        self._schedule.every(_UPKEEP_EVERY, "upkeep", _guarded("upkeep", self._upkeep), first=now, pool=UPKEEP)
        care = _guarded("care of the history", lambda: _care(program))
        self._schedule.every(timedelta(days=1), "care", care, first=now + _CARE_AFTER, pool=UPKEEP)
        with program.store.write() as connection:
            outbox.try_again(connection, now)  # what was in the way may have been put right
        self._watches.set(_places(settings))
        self._monitors.plan(program, self._schedule, self._is_alive, now)
        for name in program.without_region:
            _log.warning("no region is set, so damaged numbers may stay unseen", extra={"source": name})

    def _round(self, name: str) -> Round:
        return Round(lambda deep: self._check(name, deep=deep), self._clock)

    def _without_deep(self, now: datetime) -> set[str]:
        """The sources with a book that was not wholly read within a day: the machine was off at night."""
        with self._program.store.read() as connection:
            return {
                one.source
                for one in statuses(connection)
                if one.last_deep_at is None or now - one.last_deep_at > _DEEP_AGE
            }

    @property
    def _beat(self) -> float:
        """Seconds between two signs of life."""
        return max(1.0, min(_PULSE_EVERY, self._systemd.watchdog / 3 or _PULSE_EVERY))

    # Checks

    def _by_time(self, name: str, work: Round) -> None:
        """A check that the schedule asks for; a source that failed several times is left alone for longer."""
        if self._clock.monotonic() >= self._not_before.get(name, 0.0):
            work.run()

    def _check(self, name: str, *, deep: bool) -> None:
        if name not in self._program.settings.sources:
            return  # it was taken out while this waited
        began = self._clock.monotonic()
        try:
            done = self._program.check(name, deep=deep)
        except Exception as error:  # noqa: BLE001 one bad book must not end the guard of the others
            _log_failure(name, error)
            done = []
        self._note_outcome(name, done)
        self._log_checks(name, done, self._clock.monotonic() - began)
        if any(one.events or one.resolved for one in done) or self._unread_changed(name, done):
            for delivery in self._deliveries.values():
                self._schedule.soon(delivery.run, pool=DELIVERY)

    def _unread_changed(self, name: str, done: list[Checked]) -> bool:
        was = name in self._unread
        failed = not done or not all(one.outcome.is_conclusive for one in done)
        (self._unread.add if failed else self._unread.discard)(name)
        return was or failed

    def _note_outcome(self, name: str, done: list[Checked]) -> None:
        if any(one.outcome.is_conclusive or one.refused for one in done):
            self._failures.pop(name, None)
            self._not_before.pop(name, None)
            return
        count = self._failures[name] = self._failures.get(name, 0) + 1
        every = self._program.settings.sources[name].every
        pause = min(every * 2 ** min(count - 1, 10), max(every, _LONGEST_PAUSE)) - every / 2
        self._not_before[name] = self._clock.monotonic() + pause.total_seconds()

    def _log_checks(self, name: str, done: list[Checked], seconds: float) -> None:
        try:
            with self._program.store.read() as connection:
                ids = {one.title: one.check_id for one in statuses(connection, name)}
                again = is_unsettled(connection, name)
        except StoreError:
            ids, again = {}, False  # the check itself has told of it
        for one in done:
            fields = {
                "source": name, "book": one.book, "check": ids.get(one.book), "outcome": one.outcome,
                "cards": one.cards, "events": len(one.events), "seconds": round(seconds, 2),
            }  # fmt: skip
            if not one.outcome.is_conclusive:
                _log.warning("inconclusive: %s", harmless(one.reason), extra=fields)
            elif one.reason:
                _log.warning("checked in part: %s", harmless(one.reason), extra=fields)
            else:
                _log.info("checked", extra=fields)
        if again and not self._is_stopping:
            self._ask(name, self._clock.now() + _SECOND_LOOK)

    # Delivery

    def _deliver(self, name: str, _deep: bool) -> None:
        if name not in self._deliveries:
            return
        try:
            done = self._program.deliver_on(name)  # it logs what fails
        except Exception as error:  # noqa: BLE001 one channel must not end the others
            _log_failure(f"deliver:{name}", error)
            return
        if done.sent:
            _log.info("delivered %s", plural(done.sent, "message"), extra={"channel": name})

    # Watching the watcher

    def _is_alive(self) -> bool:
        beat = heartbeat.read(heartbeat.path_beside(self._program.store.path))
        return beat is not None and beat.pid == os.getpid() and beat.is_alive(self._clock.monotonic())

    def _pulse(self) -> None:
        """Runs in the scheduler's own rhythm: where that stops, systemd and the health check see it."""
        for name in self._watches.supervise():
            self._ask(name)
        sources = self._program.settings.sources
        times = {name: self._schedule.next_run(name) for name in sources}
        modes = self._watches.modes()
        path = heartbeat.path_beside(self._program.store.path)
        beat = heartbeat.Heartbeat(
            pid=os.getpid(),
            started_at=self._started_at.isoformat(),
            beat=self._clock.monotonic(),
            every=self._beat,
            next={name: at.isoformat() for name, at in times.items() if at},
            watch={name: modes.get(name, "its schedule") for name in sources},
        )
        try:
            heartbeat.write(path, beat)
        except OSError as error:
            _log.warning("%s could not be written: %s", path.name, error.strerror)
        lost = f", {len(self._unread)} of them not readable now" if self._unread else ""
        self._systemd.status(f"Guarding {plural(len(sources), 'source')}{lost}")
        self._systemd.alive()

    def _upkeep(self) -> None:
        program = self._program
        for name, work in list(self._checks.items()):
            if work.busy_for > _STUCK:
                reason = f"The check that began {work.busy_for / 60:.0f} minutes ago has not ended."
                program.review(
                    name, [Checked(name, "", Outcome.INCONCLUSIVE, Doubt.UNREAD, reason)], program.clock.now()
                )
        with program.store.read() as connection:
            strays = outbox.pending(connection).keys() - self._deliveries.keys()
        if strays:
            with program.store.write() as connection:
                outbox.forget_channels(connection, list(self._deliveries))


class _Monitors:
    """Those who look at the daemon from outside: the ping and the endpoint, as the settings have them."""

    def __init__(self) -> None:
        self._endpoint: object = None
        self._listen: str | None = None
        self._started = False

    def plan(self, program: Program, schedule: Schedule, is_alive: Callable[[], bool], now: datetime) -> None:
        health = program.settings.health
        if given(health, "ping_url"):
            from cardwarden.service.ping import Call, Ping  # noqa: PLC0415 - few need it

            ping = Ping(lambda: resolve(health, "ping_url", "health", program.environ))
            if not self._started:
                self._started = True
                schedule.soon(lambda: ping.say(Call.START), pool=UPKEEP)

            def tell() -> None:
                ping.say(Call.FAIL if unguarded(program) else Call.SUCCESS)

            first = now + min(health.ping_every, timedelta(minutes=2))
            schedule.every(health.ping_every, "ping", _guarded("ping", tell), first=first, pool=UPKEEP)
        self._serve(program, is_alive)

    def _serve(self, program: Program, is_alive: Callable[[], bool]) -> None:
        listen = program.settings.health.listen
        self.stop()
        if listen is None:
            return
        from cardwarden.service.endpoint import Answer, Endpoint  # noqa: PLC0415 - few need it
        from cardwarden.service.metrics import TYPE, metrics  # noqa: PLC0415

        def healthz() -> Answer:
            return (200, "text/plain", b"ok\n") if is_alive() else (503, "text/plain", b"the schedule stands still\n")

        def readyz() -> Answer:
            try:
                missing = unguarded(program)
            except StoreError as error:
                return 503, "text/plain; charset=utf-8", f"{error}\n".encode()
            text = "".join(f"no conclusive check in time: {harmless(name)}\n" for name in missing) or "ok\n"
            return 503 if missing else 200, "text/plain; charset=utf-8", text.encode()

        def shown() -> Answer:
            try:
                return 200, TYPE, metrics(program)
            except CardwardenError as error:
                return 503, "text/plain; charset=utf-8", f"{error}\n".encode()

        try:
            self._endpoint = Endpoint(listen, {"/healthz": healthz, "/readyz": readyz, "/metrics": shown})
        except OSError as error:
            _log.error("health.listen: %s cannot be used (%s). Choose another port.", listen, error.strerror)

    def stop(self) -> None:
        if self._endpoint is not None:
            self._endpoint.stop()  # type: ignore[attr-defined]
            self._endpoint = None


def _care(program: Program) -> None:
    taken = program.retain()
    if taken:
        _log.info("took out %s that nobody needs any more", plural(taken, "old version"))


def _places(settings: Settings) -> dict[str, Place]:
    """What is watched, by source."""
    places: dict[str, Place] = {}
    for name, options in settings.sources.items():
        match options:
            case VdirOptions():
                places[name] = place_of_folder(options.path)
            case VcfFileOptions():
                place = place_of_file(options.path)
                if place is not None:
                    places[name] = place
            case _:
                continue
    return places


def _guarded(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """A job whose failure is logged; the next run tries again."""

    def guarded() -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 the daemon goes on
            _log_failure(name, error)

    return guarded


def _log_failure(name: str, error: Exception) -> None:
    """Of a bug only the place is told: its text may hold what stands in a contact."""
    if isinstance(error, CardwardenError):
        _log.warning("%s: %s", name, error)
    else:
        _log.error("%s: a bug, %s", name, place_of(error))
