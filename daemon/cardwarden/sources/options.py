"""What every source can be told, and the types its options are written in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from cardwarden.errors import WrongValueError
from cardwarden.later import later
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.files import Location

with later("importlib.metadata", "entry_points"):  # pydantic names it for plugins, which are turned off
    import pydantic.plugin._loader as _  # noqa: F401

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}


def duration(value: object) -> timedelta:
    """`90s`, `15m`, `2h`, `1d`, `1h30m` as a timedelta. Raises ValueError for anything else."""
    if not isinstance(value, str):
        raise WrongValueError(phrase("write-duration"))
    text = value.replace(" ", "")
    if not re.fullmatch(r"(?:[0-9]{1,5}[smhdwy]){1,6}", text):
        raise WrongValueError(phrase("write-duration"))
    parts = re.findall(r"([0-9]+)([smhdwy])", text)
    return sum((int(count) * _UNITS[unit] for count, unit in parts), timedelta())


Duration = Annotated[timedelta, BeforeValidator(duration)]


def at_least(least: str) -> AfterValidator:
    """Refuses a shorter duration than one such as "1d"."""
    bound = duration(least)

    def checked(value: timedelta) -> timedelta:
        if value < bound:
            raise WrongValueError(phrase("write-at-least", bound=Code(least)))
        return value

    return AfterValidator(checked)


def _cron(text: str) -> str:
    from cardwarden.sources.cron import parse_cron  # noqa: PLC0415 - most sources have no line of cron

    parse_cron(text)
    return text


class Options(BaseModel):
    """Frozen, and a key it does not know is refused. What reads such a table is made when the first one is read."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=False, defer_build=True
    )

    @classmethod
    def as_written(cls) -> dict[str, FieldInfo]:
        """Its fields by their keys, as a configuration writes them: `copy`, which pydantic has taken, is the field `copy_`."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}


class SourceOptions(Options):
    """What every source has."""

    every: Annotated[Duration, at_least("1s")] = Field(
        default=timedelta(minutes=15), description="how often the book is checked"
    )
    cron: Annotated[str, AfterValidator(_cron)] | None = Field(
        default=None, description="or when, as a line of cron: minute, hour, day, month, day of the week"
    )
    region: str | None = Field(default=None, description="country of numbers without a country code (ISO 3166)")
    ignore: tuple[str, ...] = Field(default=(), description="vCard properties of an odd server that never matter")
    restore: bool = Field(default=False, description="whether `cardwarden restore` may write into this book")


class OnDiskOptions(SourceOptions):
    """What every source has that reads a folder or a file of this machine. Whatever is not one asks a server."""

    path: Location
