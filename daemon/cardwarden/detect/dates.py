"""What a change of a date means: a day off, day and month swapped, a placeholder year; and the time of a REV."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import Enum

_FULL = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*)?\Z")
_NO_YEAR = re.compile(r"--([0-9]{2})-?([0-9]{2})\Z")
_ZERO = re.compile(r"\A(?:[0-9]{4}-?|--)(?:00-?[0-9]{2}|[0-9]{2}-?00)(?![0-9])")  # no month, or no day of one
_EVENING = re.compile(
    r"T(?:1[0-9]|2[0-3])[0-9]{4}Z\Z"
)  # midnight of the next day, as a time zone in the east writes it
_STAMP = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s?(?:Z|([+-])(\d\d):?(\d\d)?)?)?\Z",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]+")
_FIRST_YEAR = 1850
_LAST_YEAR = 2200
_ANY_YEAR = 2004  # a leap year: two days of no year are compared as of one
_CALENDARS = frozenset({543, 2333, 3760, 3761, -621, -622, *range(-583, -576), -1911, -1867, -1925, -1988, -2018})
"""Years that other calendars are ahead: Buddhist, Dangi, Hebrew, Persian, Islamic, Minguo (and Taisho), other eras of Japan."""
_TURN_OF_THE_YEAR = frozenset({("12", "29"), ("12", "30"), ("12", "31"), ("01", "01"), ("01", "02"), ("01", "03")})
"""Days whose week belongs to another year (ISO 8601, 3.1.1.23): programs that mix up YYYY and yyyy write that one."""
_PLACEHOLDERS = {
    "0000",
    "0001",
    "1000",
    "1582",
    "1600",
    "1604",
    "1700",
    "1800",
    "1900",
    "1901",
    "1904",
    "1970",
    "2000",
    "9999",
}
_EPOCHS = {
    "1970-01-01",
    "1969-12-31",
    "1900-01-01",
    "1899-12-30",
    "1904-01-01",
    "0001-01-01",
    "1601-01-01",
    "2000-01-01",
}


class DateChange(Enum):
    """What became of a date; the phrases `date-…` say it."""

    DRIFT = "drift"
    SWAPPED = "swapped"
    EPOCH = "epoch"
    YEAR_LOST = "year-lost"
    YEAR_UNSAID = "year-unsaid"
    YEAR_MADE_UP = "year-made-up"
    FIRST = "first"
    CENTURY = "century"
    CALENDAR = "calendar"
    MONTH = "month"
    WEEK_YEAR = "week-year"
    OTHER = "other"
    NOT_PAST = "not-past"
    BROKEN = "broken"
    REPAIRED = "repaired"
    CHANGED = "changed"


def classify_date(before: str, after: str) -> DateChange:
    """Which of the known ways leads from one date, as values.date gives it, to the other."""
    if _ZERO.search(after):  # a database's zero took its place
        return DateChange.CHANGED if _ZERO.search(before) else DateChange.BROKEN
    if _ZERO.search(before):
        return DateChange.REPAIRED if _FULL.match(after) or _NO_YEAR.match(after) else DateChange.CHANGED
    was, now = _FULL.match(before), _FULL.match(after)
    if after[:10] in _EPOCHS and before[:10] not in _EPOCHS and not _NO_YEAR.match(before):
        return DateChange.EPOCH
    old, new = _NO_YEAR.match(before), _NO_YEAR.match(after)
    if old and new:
        return classify_date(*(f"{_ANY_YEAR}-{day[1]}-{day[2]}" for day in (old, new)))
    if old and now:
        same_day = (old[1], old[2]) == (now[2], now[3])
        return (
            DateChange.YEAR_MADE_UP
            if same_day and (now[1] in _PLACEHOLDERS or _is_made_up(now[1]))
            else DateChange.CHANGED
        )
    if was and new:
        if _is_made_up(was[1]) and (was[2], was[3]) == (new[1], new[2]):
            return DateChange.YEAR_UNSAID
        return DateChange.YEAR_LOST if (was[2], was[3]) == (new[1], new[2]) else DateChange.CHANGED
    if was and not now:
        year_only = re.fullmatch(r"[0-9]{4}(?:-[0-9]{2})?", after)
        return DateChange.CHANGED if year_only else DateChange.BROKEN
    if now and not was and not old:
        return DateChange.REPAIRED if sorted(_NUMBER.findall(before)) == sorted(now.groups()) else DateChange.CHANGED
    if not was or not now:
        return DateChange.BROKEN if old and not now else DateChange.CHANGED
    return _between(before, after, was, now)


def _between(before: str, after: str, was: re.Match[str], now: re.Match[str]) -> DateChange:
    """The same for two days with a year."""
    years = int(now[1]) - int(was[1])
    if was[1] == now[1] and was[2] != was[3] and (was[2], was[3]) == (now[3], now[2]):
        return DateChange.SWAPPED
    if (was[2], was[3]) == (now[2], now[3]) and now[1] in _PLACEHOLDERS:
        return DateChange.YEAR_MADE_UP
    if _is_nobodys(now[1]) and not _is_nobodys(was[1]):
        return DateChange.CALENDAR if years in _CALENDARS else DateChange.YEAR_MADE_UP
    if _is_nobodys(was[1]) and not _is_nobodys(now[1]) and -years in _CALENDARS:
        return DateChange.REPAIRED
    if (was[2], was[3]) == (now[2], now[3]):
        if abs(years) == 1 and (was[2], was[3]) in _TURN_OF_THE_YEAR:
            return DateChange.WEEK_YEAR
        return DateChange.CENTURY if abs(years) == 100 else DateChange.CHANGED
    if (day_before := _day(was)) and (other := _day(now)) and abs(day_before - other) <= timedelta(days=1):
        evening = _EVENING.search(before) and other > day_before and "T" not in after
        return DateChange.REPAIRED if evening else DateChange.DRIFT
    if was[3] == now[3] and abs(12 * years + int(now[2]) - int(was[2])) == 1:
        return DateChange.MONTH
    if (was[1], was[2], "01") == now.groups():
        return DateChange.FIRST
    return DateChange.CHANGED


def is_not_before(written: str, day: date) -> bool:
    """Whether a date, as values.date gives it, is that day, or a later one."""
    match = _FULL.match(written)
    said = _day(match) if match else None
    return said is not None and said >= day


def stamped_at(revision: str) -> datetime | None:
    """The time that a card says it was written at, in UTC if it names no zone (REV: RFC 6350, 6.7.4); None if it says none."""
    match = _STAMP.match(revision.strip())
    if not match:
        return None
    sign, hours, minutes = match.groups()[6:]
    east = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return at + east if sign == "-" else at - east
    except (ValueError, OverflowError):
        return None


def _is_made_up(year: str) -> bool:
    """Whether nobody in an address book was born or married in that year: programs write it, Apple 1604, for "no year"."""
    return int(year) < _FIRST_YEAR or year in {"1900", "9999"}


def _is_nobodys(year: str) -> bool:
    """Whether nobody can have been born in that year, or will be."""
    return not _FIRST_YEAR <= int(year) <= _LAST_YEAR


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
