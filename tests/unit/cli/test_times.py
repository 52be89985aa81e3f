"""A time as a person types it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cardwarden.cli.times import moment, shown
from cardwarden.errors import UsageError

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [("now", 0), ("3d ago", 3 * 24), ("3 days ago", 72), ("12h", 12), ("90m", 1.5), ("2w", 336), (" 1D AGO ", 24)],
)
def test_a_time_ago_is_counted_from_now(text: str, ago: float) -> None:
    assert moment(text, NOW) == NOW - timedelta(hours=ago)


def test_a_date_is_its_beginning_in_the_local_zone() -> None:
    midnight = datetime(2026, 3, 10).astimezone()
    assert moment("2026-03-10", NOW) == midnight
    assert moment("2026-03-10T08:30", NOW) == midnight + timedelta(hours=8.5)
    assert moment("2026-03-10 08:30+09:00", NOW) == datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    local = NOW.astimezone()
    assert moment("today", NOW) == local.replace(hour=0, minute=0)
    assert shown(moment("yesterday", NOW)) == f"{local - timedelta(days=1):%Y-%m-%d} 00:00"


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "99999999d", "999999w", "3 moons ago", "\x1b[31m"])
def test_what_is_no_time_is_said_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="Write it like one of these"):
        moment(text, NOW)
