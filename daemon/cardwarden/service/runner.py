"""The daemon: checks every source at its interval and delivers what waits, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from cardwarden.actions.check import check_book
from cardwarden.actions.deliver import deliver
from cardwarden.errors import CardwardenError
from cardwarden.service.schedule import Schedule
from cardwarden.wiring import Program

_DELIVER_EVERY = timedelta(seconds=15)

_log = logging.getLogger(__name__)


def run(program: Program) -> None:
    """Guard the books until SIGTERM or SIGINT; running checks are finished, what waits stays in the outbox."""
    stop = threading.Event()
    schedule = Schedule()
    now = program.clock.now()
    deliver_now = _guarded("delivery", lambda: _deliver(program))
    for name, options in program.settings.sources.items():
        schedule.every(options.every, name, _guarded(name, _checks_of(program, name, deliver_now)), first=now)
    schedule.every(_DELIVER_EVERY, "delivery", deliver_now, first=now + _DELIVER_EVERY)

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    schedule.start()
    _log.info("guarding %d sources", len(program.settings.sources))
    stop.wait()
    _log.info("stopping")
    schedule.stop()


def _checks_of(program: Program, name: str, deliver_now: Callable[[], None]) -> Callable[[], None]:
    def check() -> None:
        source = program.source(name)
        for ref in source.books():
            done = check_book(program.store, source, ref, program.judging(name), program.wanted, program.clock)
            _log.info("%s: %s, %d cards, %d new events", name, done.outcome, done.cards, len(done.events))
            if done.events:
                deliver_now()

    return check


def _deliver(program: Program) -> None:
    done = deliver(program.store, program.channels, program.clock)
    if done.sent:
        _log.info("delivered %d alerts", done.sent)


def _guarded(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """A job whose failure is logged; the next run tries again."""

    def guarded() -> None:
        try:
            job()
        except CardwardenError as error:
            _log.warning("%s: %s", name, error)

    return guarded
