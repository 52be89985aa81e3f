"""The machine's clock."""

from __future__ import annotations

from datetime import timedelta

from cardwarden.clock import SystemClock


def test_the_time_of_day_is_in_utc_and_the_other_clock_never_runs_backwards() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() >= before
