"""Does one piece of work of one household: the same actions that the daemon of a home calls, and a note of how it went."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.actions.checked import Checked
from cardwarden.actions.decide import Hold, HoldReason
from cardwarden.clock import Clock
from cardwarden.detect.finding import Severity
from cardwarden.errors import BusyError, CardwardenError, StoreError, UsageError
from cardwarden.fleet.homes import Homes
from cardwarden.fleet.ledger import Before, Ended, Ledger
from cardwarden.fleet.tables import Count
from cardwarden.fleet.wishes import IDLE, next_deep
from cardwarden.fleet.work import Key, WorkKind
from cardwarden.heap import give_back_memory
from cardwarden.service import logs
from cardwarden.service.after_check import look_again_in, pause_after
from cardwarden.service.failures import log_failure
from cardwarden.service.health import gap, unguarded_of
from cardwarden.service.long_work import LoggedProgress
from cardwarden.service.schedule import next_by_cron
from cardwarden.sources.cron import parse_cron
from cardwarden.store import findings as finding_store
from cardwarden.store import outbox
from cardwarden.store.books import statuses
from cardwarden.text import plural
from cardwarden.wiring import Program, tell_blind

_AGAIN = timedelta(minutes=1)
"""After how long work is tried again that could not be begun: its settings are wrong, or its record is away."""
_DEEP_FIRST = timedelta(seconds=10)
"""By how much a check that a server puts off comes after a deep one: that is a check, too, and might else never have its turn."""
_BLIND_AFTER = 3
"""Checks in a row that could not use a household's own record, while the database answers, until its channels are told."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Went:
    """What a piece of work came to.

    next  when it is due again, None if only something new makes it so
    good  whether it came to a conclusion; None if it was not done
    """

    next: datetime | None
    good: bool | None = True
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Performer:
    """Any thread may perform."""

    homes: Homes
    ledger: Ledger
    clock: Clock

    def perform(self, key: Key, job: int) -> bool:
        """Do a piece of work, and note how it went; gives whether it came to a conclusion or was not to be done now.

        Raises StoreError if that cannot be noted: then it is done again.
        """
        with logs.about(household=key.household, job=job):
            began = self.clock.monotonic()
            before = self.ledger.begin(key)
            if before is None:
                return True  # nobody asks for it any more
            try:
                went = self._went(key, before)
            except Exception as error:  # noqa: BLE001 one household's fault must not end the work for others
                if not self.homes.has(key.household):
                    _log.warning("this machine does not have its settings; another one may")
                    went = _Went(self.clock.now() + _AGAIN, good=None)
                else:
                    log_failure(f"{key.kind} {key.name}".strip(), error)
                    went = _Went(self.clock.now() + _AGAIN, good=False)
            seconds = self.clock.monotonic() - began
            self.ledger.end(key, Ended(went.next, went.good, seconds), went.count)
            return went.good is not False

    def _went(self, key: Key, before: Before) -> _Went:
        with self.homes.using(key.household) as program:
            if program.is_paused:
                return _Went(self.clock.now() + _AGAIN, good=None)
            match key.kind:
                case WorkKind.CHECK | WorkKind.DEEP:
                    return self._check(program, key, before)
                case WorkKind.DELIVER | WorkKind.DIGEST:
                    return self._deliver(program, key)
                case WorkKind.CARE:
                    return self._upkeep(program)

    def _check(self, program: Program, key: Key, before: Before) -> _Went:
        """Check the books of one source, as the daemon of a home does."""
        name, now = key.name, self.clock.now()
        options = program.settings.sources.get(name)
        if options is None:
            return _Went(None, good=None)
        deep = key.kind is WorkKind.DEEP
        if (at := program.may_check_at(name)) is not None:
            return _Went(at if deep else at + _DEEP_FIRST, good=None)
        began = self.clock.monotonic()
        done: list[Checked] = []
        try:
            done = program.check(name, deep=deep, progress=LoggedProgress(name, self.clock))
        except StoreError as error:
            log_failure(name, error)
            if not isinstance(error, BusyError) and before.failures + 1 >= _BLIND_AFTER:
                tell_blind(program.settings, error.said, clock=self.clock, environ=program.environ)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 one bad book must not end the guard of the others
            log_failure(name, error)
        else:
            program.note_checked([name])
        give_back_memory(sum(checked.cards for checked in done))
        wait = look_again_in(program, name, done, self.clock.monotonic() - began)
        has_changed = any(checked.events or checked.resolved for checked in done)
        good = any(checked.outcome.is_conclusive or checked.refused for checked in done)
        is_news = has_changed or not all(checked.outcome.is_conclusive for checked in done)
        # A count costs as much as the check of a book in which nothing changed; each round of a channel makes one, too.
        count = _count(program) if deep or is_news or before.is_new or before.failures else None
        if deep:
            usual = Key(key.household, WorkKind.CHECK, name)
            if good:  # a server's limits may leave room for no other one
                self.ledger.note_good(usual)
            if wait is not None:
                self.ledger.make_due(usual, self.clock.now() + wait)
            again = next_deep(program, now)
            return _Went(again if good else now + timedelta(hours=1), good, count)
        return _Went(self._next_check(program, key, wait, 0 if good else before.failures + 1), good, count)

    def _next_check(self, program: Program, key: Key, wait: timedelta | None, failures: int) -> datetime:
        now, options = self.clock.now(), program.settings.sources[key.name]
        if options.cron:
            by_cron = next_by_cron(parse_cron(options.cron), program.zone, now)
            return min(filter(None, (by_cron, now + wait if wait else None)), default=now + timedelta(days=1))
        every = gap(program, options)
        if failures:
            every = pause_after(failures, every)
        elif wait is not None:
            return now + wait
        jitter = min(every / 10, timedelta(minutes=1))
        return now + every + (random.random() - 0.5) * 2 * jitter  # noqa: S311 - when exactly is no secret

    def _deliver(self, program: Program, key: Key) -> _Went:
        if key.name not in program.settings.alerts.channels:
            return _Went(None, good=None)
        done = program.deliver_on(key.name)  # it logs what fails
        if done.sent:
            _log.info("delivered %s", plural(done.sent, "message"), extra={"channel": key.name})
        hold = program.next_round(key.name)
        return self._after_delivery(program, key, hold, good=not done.failures)

    def _after_delivery(self, program: Program, key: Key, hold: Hold | None, *, good: bool) -> _Went:
        now = self.clock.now()
        if hold is None:
            return _Went(now + timedelta(seconds=1), good)  # another process delivers there, or something came just now
        if hold.reason is HoldReason.DIGEST and hold.until is not None:
            self.ledger.make_due(Key(key.household, WorkKind.DIGEST, key.name), hold.until)
        count = _count(program)
        if key.kind is WorkKind.DIGEST:
            return _Went(None, good, count)
        idle = now + IDLE * (0.9 + random.random() / 5)  # noqa: S311
        later = hold.reason is HoldReason.DIGEST or hold.until is None
        return _Went(idle if later or hold.until is None else min(hold.until, idle), good, count)

    def _upkeep(self, program: Program) -> _Went:
        for name, count in program.hand_over().items():
            _log.warning(
                "the channel is gone from the settings; what waited there (%d) goes to the others",
                count,
                extra={"channel": name},
            )
        retained = program.retain()
        if retained.waits:
            _log.warning("nothing old was taken out: %s", retained.waits)
        if retained.versions:
            _log.info("took out %s that nobody needs any more", plural(retained.versions, "old version"))
        return _Went(self.clock.now() + timedelta(days=1), count=_count(program))


def _count(program: Program) -> Count | None:
    """How a household stands; None if that cannot be told now."""
    try:
        with program.store.read() as connection:
            books = [book for book in statuses(connection) if book.source in program.settings.sources]
            open_now = finding_store.count_open(connection)
            waiting, failing = outbox.pending(connection), outbox.failing(connection)
            late = len(unguarded_of(program, connection, books))
    except CardwardenError:
        return None
    mine = {of: count for of, count in open_now.items() if of[0] in program.settings.sources}
    return Count(
        len(books),
        sum(book.cards for book in books),
        sum(mine.values()),
        sum(count for (_, severity), count in mine.items() if severity is Severity.CRITICAL),
        sum(waiting.values()),
        len(failing),
        late,
    )
