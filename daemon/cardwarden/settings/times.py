"""Times of day, quiet hours and time zones as the settings write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, time, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import Code, phrase

OFF = "off"
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def time_of(text: str) -> time | None:
    """ "08:00" as a time; None for "off"."""
    match = _TIME.fullmatch(text)
    return time(int(match[1]), int(match[2])) if match else None


def span_of(text: str) -> tuple[time, time] | None:
    """ "22:00-07:00" as two times; None for "off"."""
    begin, _, end = map(time_of, text.partition("-"))
    return (begin, end) if begin is not None and end is not None else None


def zone_of(name: str | None, environ: Mapping[str, str], local: Path = Path("/etc/localtime")) -> tzinfo:
    """The time zone of that name; without one $TZ, else the machine's, else UTC."""
    for candidate in (name, environ.get("TZ", "").lstrip(":")):
        if candidate:
            try:
                return ZoneInfo(candidate)
            except (KeyError, ValueError, OSError):
                continue
    try:
        with local.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC


def _moment(text: str) -> str:
    if text != OFF and time_of(text) is None:
        raise WrongValueError(phrase("write-time-of-day"))
    return text


def _span(text: str) -> str:
    span = span_of(text)
    if text != OFF and (span is None or span[0] == span[1]):
        raise WrongValueError(phrase("write-times-of-day"))
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongValueError(phrase("write-time-zone", example=Code("Asia/Tokyo"))) from None
    return name


MomentText = Annotated[str, AfterValidator(_moment)]
Span = Annotated[str, AfterValidator(_span)]
Zone = Annotated[str, AfterValidator(_zone)]
