"""Leaps of the clock: the time of day moved, and not because time went by."""

from __future__ import annotations

from datetime import datetime, timedelta

from cardwarden.clock import Clock

LEAST = timedelta(seconds=5)
"""What is less is left alone: nothing waits noticeably longer for it."""


class LeapWatch:
    """Compares the time of day with the time since the machine was started."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = self._now()

    def look(self) -> timedelta | None:
        """How far the clock leapt since the last look, negative for back; None if it did not."""
        offset = self._now()
        leap = offset - self._offset
        self._offset = offset
        return leap if abs(leap) >= LEAST else None

    def _now(self) -> datetime:
        """When the machine was started, by today's clock."""
        return self._clock.now() - timedelta(seconds=self._clock.since_boot())
