"""The checks of the daemon's sources: one at a time each, less often while a source fails, noted in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from cardwarden.actions.checked import Checked
from cardwarden.errors import StoreError
from cardwarden.heap import give_back_memory
from cardwarden.service.after_check import look_again_in, pause_after
from cardwarden.service.apart import check_apart, reads_large_book
from cardwarden.service.failures import guarded, log_failure
from cardwarden.service.long_work import LoggedProgress
from cardwarden.service.mounts import is_remote
from cardwarden.service.schedule import CHECKS, NETWORK, UPKEEP, Schedule
from cardwarden.service.serial_job import SerialJob
from cardwarden.service.sight import Sight
from cardwarden.settings.times import time_of
from cardwarden.sources.cron import parse_cron
from cardwarden.store.books import statuses
from cardwarden.wiring import Program

_STUCK = 1800.0  # seconds after which a check that has not ended counts as one that failed
_DEEP_AGE = timedelta(hours=25)

_log = logging.getLogger(__name__)


class Checks:
    """Checks the sources of `program()`, the daemon's settings as they are now; what is new is handed to `on_news`."""

    def __init__(
        self, program: Callable[[], Program], schedule: Schedule, sight: Sight, on_news: Callable[[], None]
    ) -> None:
        self._program = program
        self._schedule = schedule
        self._sight = sight
        self._on_news = on_news
        self._clock = program().clock
        self._jobs: dict[str, SerialJob] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}  # monotonic, by source
        self._unread: frozenset[str] = frozenset()
        self._closed = False
        self._paused = False
        self._put_off: dict[str, bool] = {}  # sources whose check is put off, and whether it is to be deep

    def plan(self, now: datetime) -> None:
        """Put every source's checks into the schedule, the first one now: also of a source that failed before."""
        program, zone = self._program(), self._program().zone
        deep_at = time_of(program.settings.deep_at)
        self._failures.clear()
        self._put_off.clear()
        self._not_before.clear()
        self._jobs = {name: self._jobs.get(name) or self._job(name) for name in program.settings.sources}
        for name, options in program.settings.sources.items():
            by_time = partial(self.run_by_time, name)
            pool = self._pool(name)
            if options.cron:
                self._schedule.by_cron(parse_cron(options.cron), zone, name, by_time, pool=pool)
                self.ask(name)
            else:
                jitter = min(options.every / 10, timedelta(minutes=1))
                self._schedule.every(options.every, name, by_time, first=now, jitter=jitter, pool=pool)
            if deep_at:
                deep = partial(self._jobs[name].run, deep=True)
                self._schedule.daily(deep_at, zone, f"{name}:deep", deep, jitter=timedelta(minutes=5), pool=pool)

    def catch_up(self) -> None:
        """Have every source read deeply that was not within a day: the machine was off at night. Raises StoreError."""
        program, now = self._program(), self._clock.now()
        if not time_of(program.settings.deep_at):
            return
        with program.store.read() as connection:
            books = statuses(connection)
        stale = {
            status.source for status in books if status.last_deep_at is None or now - status.last_deep_at > _DEEP_AGE
        }
        for name, job in self._jobs.items():
            if name in stale:
                self._schedule.soon(partial(job.run, deep=True), pool=self._pool(name))

    def ask(self, source: str, at: datetime | None = None) -> None:
        """Have a source checked: now, at `at`, or when the check that runs ends."""
        if source in self._jobs:
            self._schedule.soon(self._jobs[source].run, pool=self._pool(source), at=at)

    def ask_again(self, source: str) -> None:
        """Have a source checked, unless its first check is still to come."""
        if source in self._jobs and self._jobs[source].has_begun:
            self.ask(source)

    def run_by_time(self, name: str) -> None:
        """A check that the schedule asks for; a source that failed several times is left alone for longer."""
        if self._clock.monotonic() >= self._not_before.get(name, 0.0):
            self._jobs[name].run()

    def review_stuck(self) -> None:
        """Note the books whose check has not ended for long as books that are not read. Raises StoreError."""
        for name, job in list(self._jobs.items()):
            if (seconds := job.busy_for) > _STUCK:
                self._program().review_stuck(name, seconds)

    @property
    def unread(self) -> frozenset[str]:
        """The sources with a book that could not be read at the last check."""
        return self._unread

    @property
    def jobs(self) -> list[SerialJob]:
        """The sources' jobs."""
        return list(self._jobs.values())

    def close(self) -> None:
        """Begin no more checks."""
        self._closed = True
        for job in self.jobs:
            job.close()

    def _pool(self, name: str) -> str:
        """Where the checks of a source run: what may hang for minutes must not hold up those of this machine's disks."""
        if name not in self._program().settings.sources:
            return CHECKS  # it was taken out meanwhile, and its check does nothing
        source = self._program().source(name)
        return CHECKS if source.path and not is_remote(source.path) else NETWORK

    def _job(self, name: str) -> SerialJob:
        return SerialJob(name, lambda deep: self._check(name, deep=deep), self._clock)

    def _check(self, name: str, *, deep: bool) -> None:
        """Check one source, note how it went, and ask for delivery if there is something new."""
        if name not in self._program().settings.sources:
            self._sight.worked(name)
            return  # it was taken out while this waited
        if self._is_paused() or self._is_put_off(name, deep=deep):
            self._sight.worked(name)
            return
        deep = self._put_off.pop(name, False) or deep
        began = self._clock.monotonic()
        done: list[Checked] = []
        try:
            done = self._looked(name, deep=deep)
        except StoreError as error:
            self._sight.failed(name, error)
            log_failure(name, error)
        except Exception as error:  # noqa: BLE001 one bad book must not end the guard of the others
            log_failure(name, error)
        else:
            self._sight.worked(name)
            if self._sight.is_told:
                self._schedule.soon(guarded("telling of the database", self._sight.review), pool=UPKEEP)
        self._note_outcome(name, done)
        self._look_again(name, done, self._clock.monotonic() - began)
        if any(checked.events or checked.resolved for checked in done) or self._readability_changed(name, done):
            self._on_news()
        give_back_memory(sum(checked.cards for checked in done))

    def _looked(self, name: str, *, deep: bool) -> list[Checked]:
        """Make a check, here or in a process of its own. Raises what the check raises."""
        program = self._program()
        done = None
        if program.helped and reads_large_book(program, name):
            done = check_apart(program, name, deep=deep)
            if done is None and self._closed:
                return []
        return program.check(name, deep=deep, progress=LoggedProgress(name, self._clock)) if done is None else done

    def _is_put_off(self, name: str, *, deep: bool) -> bool:
        """Whether a server does not allow its household that check yet: it is made when it does, and asked for but once."""
        try:
            at = self._program().may_check_at(name)
        except StoreError:
            return False  # the check meets it, too, and tells
        if at is None:
            return False
        if name not in self._put_off:
            self._schedule.soon(partial(self._make_up, name), pool=self._pool(name), at=at)
        self._put_off[name] = deep or self._put_off.get(name, False)
        return True

    def _make_up(self, name: str) -> None:
        """Make a check that was put off, unless it was made with another one meanwhile."""
        if name in self._put_off and name in self._jobs:
            self._jobs[name].run(deep=self._put_off.pop(name))

    def _is_paused(self) -> bool:
        """Whether nothing is to be checked for now; the log says when that begins and ends."""
        was, self._paused = self._paused, self._program().is_paused
        if was is not self._paused:
            _log.warning("paused: nothing is checked or sent" if self._paused else "not paused any more")
        return self._paused

    def _readability_changed(self, name: str, done: list[Checked]) -> bool:
        was = name in self._unread
        failed = not done or any(not checked.outcome.is_conclusive for checked in done)
        self._unread = self._unread | {name} if failed else self._unread - {name}
        return was or failed

    def _note_outcome(self, name: str, done: list[Checked]) -> None:
        options = self._program().settings.sources.get(name)
        if options is None or any(checked.outcome.is_conclusive or checked.refused for checked in done):
            self._failures.pop(name, None)
            self._not_before.pop(name, None)
            return
        count = self._failures[name] = self._failures.get(name, 0) + 1
        pause = pause_after(count, options.every) - options.every / 2
        self._not_before[name] = self._clock.monotonic() + pause.total_seconds()

    def _look_again(self, name: str, done: list[Checked], seconds: float) -> None:
        """What looked doubtful is looked at again soon."""
        if (wait := look_again_in(self._program(), name, done, seconds)) is not None and not self._closed:
            self.ask(name, self._clock.now() + wait)
