"""The daemon: checks every source at its interval and delivers what waits, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
import traceback
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import FrameType

from cardwarden.actions.check import INCONCLUSIVE
from cardwarden.errors import CardwardenError
from cardwarden.service.schedule import Schedule
from cardwarden.text import harmless, plural
from cardwarden.wiring import Program

_DELIVER_EVERY = timedelta(seconds=15)

_log = logging.getLogger(__name__)


def run(program: Program) -> None:
    """Guard the books until SIGTERM or SIGINT; running checks are finished, what waits stays in the outbox."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    schedule = Schedule()
    now = program.clock.now()
    deliver = _guarded("delivery", partial(_deliver, program))
    for name, options in program.settings.sources.items():
        schedule.every(options.every, name, _guarded(name, partial(_check, program, name, deliver)), first=now)
    schedule.every(_DELIVER_EVERY, "delivery", deliver, first=now)
    for name in program.without_region:
        _log.warning("%s: no region is set, so damaged numbers may stay unseen", name)
    _log.info("guarding %s", plural(len(program.settings.sources), "source"))
    schedule.start()
    stop.wait()
    _log.info("stopping")
    schedule.stop()


def _check(program: Program, name: str, deliver: Callable[[], None]) -> None:
    for book in program.check(name):
        if book.outcome == INCONCLUSIVE:
            _log.warning("%s: inconclusive. %s", name, harmless(book.reason))
        else:
            _log.info(
                "%s: %s, %s, %s", name, book.outcome, plural(book.cards, "card"), plural(len(book.events), "event")
            )
        if book.events:
            deliver()


def _deliver(program: Program) -> None:
    done = program.deliver()  # it logs what fails
    if done.sent:
        _log.info("delivered %s", plural(done.sent, "alert"))


def _guarded(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """A job whose failure is logged; the next run tries again. Of a bug only the place is told: its text may hold a card."""

    def guarded() -> None:
        try:
            job()
        except CardwardenError as error:
            _log.warning("%s: %s", name, harmless(str(error)))
        except Exception as error:  # noqa: BLE001 one bad book must not end the guard of the others
            frame = traceback.extract_tb(error.__traceback__)[-1]
            _log.error(
                "%s: a bug, %s in %s, line %d", name, type(error).__name__, Path(frame.filename).name, frame.lineno
            )

    return guarded
