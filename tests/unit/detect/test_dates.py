"""What a change of a date means, way by way, and what a REV says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.detect.dates import DateChange, classify_date, is_not_before, stamped_at
from support.examples import examples


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("1604-04-12", "--04-12", DateChange.YEAR_UNSAID),
        ("1985-04-12", "--04-12", DateChange.YEAR_LOST),
        ("1985-04-12", "--04-13", DateChange.CHANGED),
        ("--04-12", "1604-04-12", DateChange.YEAR_MADE_UP),
        ("--04-12", "1985-04-12", DateChange.CHANGED),
        ("--04-12", "2000-04-12", DateChange.YEAR_MADE_UP),
        ("--04-12", "1849-04-12", DateChange.YEAR_MADE_UP),
        ("--04-12", "1850-04-12", DateChange.CHANGED),
        ("1985-04-12", "1850-04-12", DateChange.CHANGED),
        ("1985-04-12", "2200-04-12", DateChange.CHANGED),
        ("1985-04-12", "1985", DateChange.CHANGED),
        ("1985-04-12", "soon", DateChange.BROKEN),
        ("13.04.1985", "1985-04-12", DateChange.CHANGED),
        ("1985.04.12", "1985-04-12", DateChange.REPAIRED),
        ("--04-12", "soon", DateChange.BROKEN),
        ("soon", "later", DateChange.CHANGED),
        ("1985-04-12", "1985-12-04", DateChange.SWAPPED),
        ("2009-08-08T143000-0500", "2009-08-08", DateChange.CHANGED),
        ("1985-04-12", "2000-04-12", DateChange.YEAR_MADE_UP),
        ("1985-04-12", "1885-04-12", DateChange.CENTURY),
        ("1985-04-12", "1984-04-12", DateChange.CHANGED),
        ("1985-04-12", "1985-04-11", DateChange.DRIFT),
        ("1985-04-12", "1985-04-14", DateChange.CHANGED),
        ("1985-04-12", "1985-06-12", DateChange.CHANGED),
        ("1985-04-12", "1986-04-13", DateChange.CHANGED),
        ("1985-04-11T150000Z", "1985-04-12", DateChange.REPAIRED),
        ("1985-04-12", "1985-04-01", DateChange.FIRST),
        ("1985-02-30", "1985-03-02", DateChange.CHANGED),
        ("2528-04-12", "1985-04-12", DateChange.REPAIRED),  # the Buddhist year
        ("2999-04-12", "1985-04-12", DateChange.CHANGED),
        ("1985-04-12", "1970-01-01", DateChange.EPOCH),
        ("1985-04-12", "1970-01-01T000000Z", DateChange.EPOCH),
        ("1970-01-01T000000Z", "1900-01-01", DateChange.YEAR_MADE_UP),
        ("1985-04-12", "1985-05-12", DateChange.MONTH),
        ("1985-12-12", "1986-01-12", DateChange.MONTH),
        ("--04-12", "--05-12", DateChange.MONTH),
        ("--04-12", "--04-11", DateChange.DRIFT),
        ("--04-12", "--12-04", DateChange.SWAPPED),
        ("--04-12", "--09-30", DateChange.CHANGED),
        ("1985-12-30", "1986-12-30", DateChange.WEEK_YEAR),
        ("1985-01-02", "1984-01-02", DateChange.WEEK_YEAR),
        ("1985-04-12", "0085-04-12", DateChange.YEAR_MADE_UP),
        ("1985-04-12", "1985-00-12", DateChange.BROKEN),
        ("1985-00-12", "1985-04-00", DateChange.CHANGED),
        ("1985-00-12", "1985-04-12", DateChange.REPAIRED),
        ("--00-12", "--04-12", DateChange.REPAIRED),
        ("1985-00-12", "soon", DateChange.CHANGED),
    ],
)
def test_what_became_of_a_date_has_a_name(before: str, after: str, change: DateChange) -> None:
    assert classify_date(before, after) is change


@examples(100)
@given(
    st.dates(date(1870, 1, 1), date(2060, 12, 31)),
    st.sampled_from([543, 2333, 3760, -621, -622, -580, -1911]),
    st.integers(1, 12),
    st.integers(1, 28),
)
def test_a_year_of_another_calendar_is_known_whatever_its_months_are(
    day: date, years: int, month: int, of_month: int
) -> None:
    written = f"{day.year + years:04}-{month:02}-{of_month:02}"
    if written == "0001-01-01":
        return  # a computer's zero date
    was = day.isoformat()
    if was[:4] in {"1600", "1604", "1700", "1800"} or day.year + years < 0:
        return
    assert classify_date(was, written) in {DateChange.CALENDAR, DateChange.YEAR_MADE_UP}
    assert classify_date(written, was) in {DateChange.REPAIRED, DateChange.CHANGED, DateChange.EPOCH}


@pytest.mark.parametrize(
    ("revision", "at"),
    [
        ("20310101T120000Z", datetime(2031, 1, 1, 12, tzinfo=UTC)),
        ("2031-01-01T12:00:00+0900", datetime(2031, 1, 1, 3, tzinfo=UTC)),
        ("2031-01-01T12:00:00-01", datetime(2031, 1, 1, 13, tzinfo=UTC)),
        ("2031-01-01", datetime(2031, 1, 1, tzinfo=UTC)),
        ("20310230T120000Z", None),
        ("00010101T000000+0100", None),
        ("yesterday", None),
    ],
)
def test_a_revision_says_a_time_in_utc_or_none(revision: str, at: datetime | None) -> None:
    assert stamped_at(revision) == at


@pytest.mark.parametrize(
    ("written", "is_then_or_later"),
    [("2031-01-01", True), ("2031-01-02", True), ("2030-12-31", False), ("2031-02-30", False), ("--01-02", False)],
)
def test_a_date_is_that_day_or_a_later_one_or_none(written: str, *, is_then_or_later: bool) -> None:
    assert is_not_before(written, date(2031, 1, 1)) is is_then_or_later
