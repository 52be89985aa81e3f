"""Long work in the log."""

from __future__ import annotations

import logging

import pytest

from cardwarden.progress import Work
from cardwarden.service.long_work import LoggedProgress
from support.world import FakeClock


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_one_line_comes_every_ten_seconds(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = FakeClock()
    progress = LoggedProgress("family", clock)
    progress.begin(Work.READING, 100)
    for _ in range(50):
        clock.sleep(0.5)
        progress.advance()
    assert logged(caplog) == [
        "reading: 20 of 100, 2 a second, about 40 seconds left",
        "reading: 40 of 100, 2 a second, about 30 seconds left",
    ]
    assert {record.__dict__["source"] for record in caplog.records} == {"family"}


def test_what_is_done_sooner_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = FakeClock()
    progress = LoggedProgress("family", clock)
    for work in (Work.READING, Work.JUDGING):
        progress.begin(work)
        clock.sleep(9)
        progress.advance()
    assert logged(caplog) == []


def test_where_nobody_knows_how_much_there_is_the_rate_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = FakeClock()
    progress = LoggedProgress("family", clock)
    progress.begin(Work.READING)
    clock.sleep(10)
    progress.advance(1234)
    assert logged(caplog) == ["reading: 1,234, 123 a second"]
