"""What is installed and configured: households, sources, rules, what a server has, what the doctor sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class HouseholdDocument:
    """A household of a server."""

    household: str
    """Its name."""
    state: Literal["guarded", "stopped", "paused", "wrong", "removed"]
    """A daemon here or a worker guards it, or nobody does as far as can be told; it is let be for now; its settings are wrong;
    only its history was kept."""
    record: str
    """Where its history is: a file, or the address of a PostgreSQL."""
    problems: list[str]
    """What is wrong with its settings, in the reader's language."""


@dataclass(frozen=True, slots=True)
class HouseholdsDocument:
    """The households of a server, in order."""

    households: list[HouseholdDocument]
    """Each of them."""


@dataclass(frozen=True, slots=True)
class RenamedDocument:
    """A source that goes on under another name."""

    old: str
    """What it was called."""
    new: str
    """What it is called."""
    books: list[str]
    """The titles of its books."""


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """A rule."""

    name: str
    """What it is called in the configuration."""
    page: str
    """What it finds."""
    options: Mapping[str, bool | int | float | str | list[str]]
    """Its settings, each with its default."""


@dataclass(frozen=True, slots=True)
class RulesDocument:
    """Rules."""

    rules: list[RuleDocument]
    """All, or the one that was asked for."""


@dataclass(frozen=True, slots=True)
class DiscoveredBookDocument:
    """An address book at a server."""

    name: str
    """Its title there."""
    url: str
    """Its address, for `url` in the configuration."""


@dataclass(frozen=True, slots=True)
class DiscoveredDocument:
    """The address books at a server."""

    books: list[DiscoveredBookDocument]
    """All that may be seen."""


@dataclass(frozen=True, slots=True)
class DiagnosisDocument:
    """One thing that the doctor looked at."""

    verdict: Literal["ok", "trouble", "unknown"]
    """How it stands."""
    name: str
    """The name of what `says` says; the same in every language."""
    subject: str | None
    """The source or channel it is about; null for the whole installation."""
    says: str
    """What was found, in the reader's language."""
    mend: str | None
    """The command that mends it; null if none does."""
    values: Mapping[str, int | float | str]
    """The values in `says`."""


@dataclass(frozen=True, slots=True)
class DoctorDocument:
    """All that the doctor looked at."""

    version: str
    """Of cardwarden."""
    results: list[DiagnosisDocument]
    """In the order of looking."""
