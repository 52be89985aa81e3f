"""The five fields of a cron line, as crontab(5) reads them."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import phrase

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True, slots=True)
class Cron:
    """When it matches: minutes 0-59, hours 0-23, days of the month 1-31, months 1-12, days of the week 0-6 from Sunday.

    `either`: both kinds of day are restricted, so one of them is enough.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either: bool


def parse_cron(text: str) -> Cron:
    """The fields of `text`, such as "30 6 * * 1-5". Raises ValueError with a sentence for the settings."""
    fields = text.lower().split()
    if len(fields) != 5:
        raise WrongValueError(phrase("write-cron"))
    minute, hour, day, month, weekday = fields
    return Cron(
        minutes=_numbers(minute, 0, 59),
        hours=_numbers(hour, 0, 23),
        days=_numbers(day, 1, 31),
        months=_numbers(month, 1, 12, _MONTHS, first=1),
        weekdays=tuple(sorted({number % 7 for number in _numbers(weekday, 0, 7, _DAYS)})),
        either=not day.startswith("*") and not weekday.startswith("*"),
    )


def _numbers(field: str, low: int, high: int, names: tuple[str, ...] = (), *, first: int = 0) -> tuple[int, ...]:
    numbers: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        begin, dash, end = span.partition("-")
        if span == "*":
            start, stop = low, high
        else:
            start = _number(begin, names, first)
            stop = _number(end, names, first) if dash else high if slash else start
        every = _number(step, (), 0) if slash else 1
        if not (low <= start <= stop <= high and every > 0):
            raise WrongValueError(phrase("write-cron-part", part=part[:20]))
        numbers.update(range(start, stop + 1, every))
    return tuple(sorted(numbers))


def _number(text: str, names: tuple[str, ...], first: int) -> int:
    if text in names:
        return names.index(text) + first
    return int(text) if text.isascii() and text.isdigit() else -1
