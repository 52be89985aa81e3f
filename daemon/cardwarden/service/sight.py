"""Does the guard see? Troubles of the database, by who met them, become one blindness that is told and ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from cardwarden.actions.blind import Blind
from cardwarden.errors import BusyError, StoreError
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Value
from cardwarden.service.failures import guarded
from cardwarden.wiring import Program

_BUSY = 600.0  # seconds for which another process may hold the database before that is a trouble

_log = logging.getLogger(__name__)


class Sight:
    """Any thread may note; `review` tells, from one thread."""

    def __init__(
        self, program: Callable[[], Program], on_change: Callable[[], None], wake: Callable[[], None] = lambda: None
    ) -> None:
        """`on_change` is called when the guard went blind, or sees again; `wake` has the database looked at now."""
        self._program = program
        self._on_change = on_change
        self.wake = wake
        self._clock = program().clock
        self._blind = Blind(program().store.path, program().environ, self._clock)
        self._lock = threading.Lock()
        self._troubles: dict[str, tuple[StoreError, float]] = {}  # by who met it, and since when (monotonic)
        self._working: set[str] = set()  # who could use it when they tried last
        self._rare: dict[str, Callable[[], None]] = {}  # what failed and would come again much later, by its name

    def noting(self, who: str, job: Callable[[], None], *, rare: bool = False) -> Callable[[], None]:
        """The job, and a note of whether it could use the database. A `rare` one that could not is done again soon."""

        def run() -> None:
            try:
                job()
            except StoreError as error:
                if rare:
                    self._rare[who] = noted
                self.failed(who, error)
                raise
            self.worked(who)

        noted = guarded(who, run)
        return noted

    def again(self) -> None:
        """Do what failed and would come again much later."""
        for who in list(self._rare):
            self._rare.pop(who)()

    def failed(self, who: str, error: StoreError) -> None:
        """`who` could not use the database: that is looked into at once."""
        with self._lock:
            is_new = who not in self._troubles
            _, since = self._troubles.get(who, (error, self._clock.monotonic()))
            self._troubles[who] = (error, since)
            self._working.discard(who)
        if is_new:
            self.wake()

    def worked(self, who: str) -> None:
        """`who` could use the database."""
        with self._lock:
            self._troubles.pop(who, None)
            self._working.add(who)

    @property
    def trouble(self) -> Value | None:
        """Why nothing is guarded; None if all is well."""
        now = self._clock.monotonic()
        with self._lock:
            return next(
                (
                    error.said
                    for error, since in self._troubles.values()
                    if not isinstance(error, BusyError) or now - since >= _BUSY
                ),
                None,
            )

    @property
    def is_told(self) -> bool:
        """Whether somebody was told of a blindness, and not yet of its end."""
        return bool(self._blind.why)

    def _works_for_all(self) -> bool:
        """Whether every source was checked since the trouble, also if that was of a daemon that ran before."""
        with self._lock:
            return self._program().settings.sources.keys() <= self._working

    def review(self) -> None:
        """Tell the owner of a trouble, and of its end."""
        channels = self._program().channels
        if trouble := self.trouble:
            if trouble != self._blind.why:
                _log.error("nothing is guarded: %s", english(trouble))
                self._on_change()
            self._blind.tell(trouble, channels)
        elif self._blind.why and self._works_for_all():
            _log.info("the database can be used again")
            self._on_change()
            self._blind.end(channels)
