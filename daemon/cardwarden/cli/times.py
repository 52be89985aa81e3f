"""A time as a person types it: a date, a date and a time, "yesterday", "3d ago"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from cardwarden.errors import UsageError
from cardwarden.phrases.nearest import no_such
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.text import clip

HELP: Final = "2026-11-22, 2026-11-22T08:30, yesterday, 90m, 12h, 3d or 2w (ago)"
_EXAMPLES: Final = Code("2026-11-22, 2026-11-22T08:30, yesterday, 90m, 12h, 3d, 2w")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO: Final = re.compile(r"([0-9]{1,6}) ?(m|min|minutes?|h|hours?|d|days?|w|weeks?)(?: ago)?")


def moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The time meant by `text`, aware, where the owner lives (`zone`) if it names no zone. A day alone is its beginning.

    Raises UsageError if it cannot be understood or lies outside the calendar.
    """
    said = text.strip().lower()
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    words = {"now": now, "today": midnight, "yesterday": midnight - timedelta(days=1)}
    try:
        if said in words:
            return words[said]
        if ago := _AGO.fullmatch(said):
            return now - timedelta(**{_UNITS[ago[2][0]]: int(ago[1])})
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        wrong = phrase("time-not-understood", text=clip(text, 40), examples=_EXAMPLES)
        raise UsageError(no_such(wrong, clip(said, 40), words)) from None
