"""What a check of the installation found: a name and values, for sentences are made when somebody reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

PUBLIC: Final = frozenset({"count", "days", "free", "limit", "percent", "seconds", "size", "status", "wanted"})
"""Values that may stand in a report for others: numbers, never a name, a path or an address."""


class Diagnosis(Enum):
    """How it stands with one thing."""

    OK = "ok"
    TROUBLE = "trouble"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was looked at.

    name     of the sentence that says what was found, such as `disk-full`
    subject  the source or channel it is about, "" for the whole installation
    values   what the sentence needs
    mend     the command that mends it, "" if `name` has a sentence on how to mend it, or nothing needs to be
    """

    verdict: Diagnosis
    name: str
    subject: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    mend: str = ""

    @property
    def public_values(self) -> dict[str, object]:
        """The values that tell nobody who the owner is."""
        return {key: value for key, value in self.values.items() if key in PUBLIC and isinstance(value, int | float)}


def ok(name: str, subject: str = "", **values: object) -> Result:
    """All is well with it."""
    return Result(Diagnosis.OK, name, subject, values)


def trouble(name: str, subject: str = "", mend: str = "", **values: object) -> Result:
    """Something is wrong with it, and this mends it."""
    return Result(Diagnosis.TROUBLE, name, subject, values, mend)


def unknown(name: str, subject: str = "", mend: str = "", **values: object) -> Result:
    """It cannot be told."""
    return Result(Diagnosis.UNKNOWN, name, subject, values, mend)
