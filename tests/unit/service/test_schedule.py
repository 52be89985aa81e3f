"""The schedule runs what it is asked to, at the times that cron means."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cardwarden.service.schedule import _WORKERS, NETWORK, Schedule, _trigger, usual_gap
from cardwarden.sources.cron import parse_cron

FRIDAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "following"),
    [
        ("30 6 * * 0", datetime(2026, 5, 3, 6, 30, tzinfo=UTC)),  # Sunday
        ("30 6 * * 7", datetime(2026, 5, 3, 6, 30, tzinfo=UTC)),
        ("30 6 * * 1-5", datetime(2026, 5, 4, 6, 30, tzinfo=UTC)),  # Monday
        ("0 0 13 * 5", datetime(2026, 5, 8, 0, 0, tzinfo=UTC)),  # a Friday, or the 13th
        ("0 0 2 * 5", datetime(2026, 5, 2, 0, 0, tzinfo=UTC)),
    ],
)
def test_cron_days_are_those_of_crontab(line: str, following: datetime) -> None:
    assert _trigger(parse_cron(line), UTC).get_next_fire_time(None, FRIDAY) == following


def test_cron_is_on_the_owners_clock() -> None:
    at = _trigger(parse_cron("0 7 * * *"), ZoneInfo("Asia/Tokyo")).get_next_fire_time(None, FRIDAY)
    assert at.astimezone(UTC).hour == 22


def test_the_usual_gap_is_the_longest_one() -> None:
    assert usual_gap(parse_cron("0 7 * * 1-5"), UTC, FRIDAY) == timedelta(days=3)
    assert usual_gap(parse_cron("*/15 * * * *"), UTC, FRIDAY) == timedelta(minutes=15)


def test_a_job_runs_when_it_is_asked_for() -> None:
    schedule = Schedule()
    ran = threading.Event()
    schedule.every(timedelta(days=9), "later", lambda: None, first=datetime(2100, 1, 1, tzinfo=UTC))
    schedule.start()
    try:
        schedule.soon(ran.set)
        assert ran.wait(30)
        assert schedule.next_run("later") == datetime(2100, 1, 1, tzinfo=UTC)
        assert schedule.next_run("unknown") is None
    finally:
        schedule.stop()


def test_servers_that_hang_hold_up_no_check_of_a_folder() -> None:
    schedule = Schedule()
    hang, began, ran = threading.Event(), threading.Semaphore(0), threading.Event()

    def hangs() -> None:
        began.release()
        hang.wait(30)

    for _ in range(_WORKERS[NETWORK]):
        schedule.soon(hangs, pool=NETWORK)
    schedule.start()
    try:
        for _ in range(_WORKERS[NETWORK]):
            assert began.acquire(timeout=20)
        schedule.soon(ran.set)
        assert ran.wait(20)
    finally:
        hang.set()
        schedule.stop()
