"""Which readings are doubted, and that a book that looks the same twice is believed."""

from __future__ import annotations

import pytest

from cardwarden.detect.guard import Inconclusive, Reading, Trusted, guard
from cardwarden.detect.outcome import Doubt


@pytest.mark.parametrize(
    ("reading", "doubt"),
    [
        (Reading(before=3, now=0), Doubt.EMPTY),
        (Reading(before=30, now=14), Doubt.DROP),
        (Reading(before=30, now=30, unreadable=16), Doubt.UNREADABLE),
        (Reading(before=1, now=1, unreadable=1), Doubt.UNREADABLE),
    ],
)
def test_a_reading_that_may_be_a_servers_bad_day_is_doubted_once(reading: Reading, doubt: Doubt) -> None:
    found = guard(reading)
    assert isinstance(found, Inconclusive)
    assert found.doubt == doubt
    assert "Nothing was concluded" in found.reason
    assert guard(reading, doubted=doubt) == Trusted()


@pytest.mark.parametrize(
    "reading",
    [
        Reading(before=0, now=0),
        Reading(before=0, now=100),
        Reading(before=30, now=15),
        Reading(before=18, now=9),
        Reading(before=30, now=30, unreadable=2),
        Reading(before=0, now=2, unreadable=2),
    ],
)
def test_other_readings_are_believed(reading: Reading) -> None:
    assert guard(reading) == Trusted()


def test_another_doubt_than_the_last_one_is_a_doubt() -> None:
    assert isinstance(guard(Reading(before=3, now=0), doubted=Doubt.DROP), Inconclusive)
