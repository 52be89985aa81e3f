"""A time as a person types it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cardwarden.cli.times import moment
from cardwarden.errors import UsageError

NOW = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")  # where it is the 11th already


@pytest.mark.parametrize(
    ("text", "ago"),
    [("now", 0), ("3d ago", 3 * 24), ("3 days ago", 72), ("12h", 12), ("90m", 1.5), ("2w", 336), (" 1D AGO ", 24)],
)
def test_a_time_ago_is_counted_from_now(text: str, ago: float) -> None:
    assert moment(text, NOW, TOKYO) == NOW - timedelta(hours=ago)


def test_a_date_is_its_beginning_where_the_owner_lives() -> None:
    midnight = datetime(2026, 3, 10, tzinfo=TOKYO)
    assert moment("2026-03-10", NOW, TOKYO) == midnight
    assert moment("2026-03-10T08:30", NOW, TOKYO) == midnight + timedelta(hours=8.5)
    assert moment("2026-03-10 08:30+01:00", NOW, TOKYO) == datetime(2026, 3, 10, 7, 30, tzinfo=UTC)
    assert moment("today", NOW, TOKYO) == midnight + timedelta(days=1)
    assert moment("yesterday", NOW, TOKYO) == midnight


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "99999999d", "999999w", "3 moons ago", "\x1b[31m"])
def test_what_is_no_time_is_said_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="Write it like one of these"):
        moment(text, NOW, TOKYO)
