"""A cron line means what crontab(5) says."""

from __future__ import annotations

import pytest

from cardwarden.sources.cron import parse_cron


def test_every_field_is_read() -> None:
    cron = parse_cron("*/20 6-8,22 1 jan-mar mon")
    assert cron.minutes == (0, 20, 40)
    assert cron.hours == (6, 7, 8, 22)
    assert cron.days == (1,)
    assert cron.months == (1, 2, 3)
    assert cron.weekdays == (1,)
    assert cron.either


@pytest.mark.parametrize(
    ("field", "days"), [("0", (0,)), ("7", (0,)), ("5-7", (0, 5, 6)), ("sun", (0,)), ("*/2", (0, 2, 4, 6))]
)
def test_sunday_is_0_and_7(field: str, days: tuple[int, ...]) -> None:
    assert parse_cron(f"0 0 * * {field}").weekdays == days


WRONG = ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "x * * * *", "* * * * 8"]


@pytest.mark.parametrize("line", WRONG)
def test_what_is_no_cron_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"cron line|five fields"):
        parse_cron(line)
