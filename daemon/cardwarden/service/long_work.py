"""Long work in the log: one line every ten seconds."""

from __future__ import annotations

import logging

from cardwarden.clock import Clock
from cardwarden.progress import Work

EVERY = 10.0  # seconds

_log = logging.getLogger(__name__)


class LoggedProgress:
    """What the check of a source tells of itself; what takes less than ten seconds is not logged."""

    def __init__(self, source: str, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._work = Work.READING
        self._total: int | None = None
        self._done = 0
        self._since = self._said = clock.monotonic()

    def begin(self, work: Work, total: int | None = None) -> None:
        self._work, self._total, self._done = work, total, 0
        self._since = self._said = self._clock.monotonic()

    def advance(self, count: int = 1) -> None:
        self._done += count
        now = self._clock.monotonic()
        if now - self._said < EVERY:
            return
        self._said = now
        rate = self._done / (now - self._since)
        if self._total:
            left = (self._total - self._done) / rate
            _log.info(
                "%s: %s of %s, %.0f a second, about %.0f seconds left",
                self._work.value, f"{self._done:,}", f"{self._total:,}", rate, left, extra={"source": self._source},
            )  # fmt: skip
        else:
            _log.info(
                "%s: %s, %.0f a second", self._work.value, f"{self._done:,}", rate, extra={"source": self._source}
            )
