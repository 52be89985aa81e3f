"""What is put back, and what was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cardwarden.detect.outcome import Outcome


@dataclass(frozen=True, slots=True)
class RestoredCardDocument:
    """A contact that is to be put back."""

    uid: str
    """Its UID; empty if it has none."""
    name: str
    """What it is called; empty if nothing tells."""
    href: str
    """The member of the book that holds it."""
    before: str | None
    """The SHA-256 of what is there; null if nothing is."""
    after: str | None
    """The SHA-256 of what is to be there; null if nothing is."""
    written: bool
    """Whether that was done."""


@dataclass(frozen=True, slots=True)
class RestoredBookDocument:
    """What a restore does to one book."""

    source: str
    """The source."""
    book: str
    """The book's title."""
    restore: int | None
    """The restore's number, for `restore --undo`; null if nothing was written."""
    cards: list[RestoredCardDocument]
    """What is to be put back."""
    already: int
    """How many contacts are already as they are to be."""
    left: list[str]
    """What is left alone, and why."""


@dataclass(frozen=True, slots=True)
class RecheckDocument:
    """The check of a book that followed a restore."""

    source: str
    """The source."""
    book: str
    """The book's title."""
    outcome: Outcome
    """As of any check."""
    reason: str
    """Why it was not believed, or what could not be judged."""


@dataclass(frozen=True, slots=True)
class RestoreDocument:
    """What a restore does, or did."""

    dry_run: bool
    """Whether it was only to be shown."""
    books: list[RestoredBookDocument]
    """Each book of it."""
    checks: list[RecheckDocument]
    """What came of it."""


@dataclass(frozen=True, slots=True)
class ImportFileDocument:
    """A file to import into a copy that cannot be written."""

    file: str | None
    """Where it is; null if the copy lacks nothing."""
    contacts: int
    """How many are in it."""


@dataclass(frozen=True, slots=True)
class PastRestoreDocument:
    """A restore that was made."""

    id: int
    """Its number, for `restore --undo`."""
    at: datetime
    """When."""
    who: str
    """By whom."""
    source: str
    """Where."""
    what: str
    """What was put back."""
    undoes: int | None
    """The restore that it undid."""
    state: str
    """`done`, `stopped`, `interrupted`: whether all of it was written."""
    cards: int
    """How many contacts it was about."""
    written: int
    """How many of them were written."""


@dataclass(frozen=True, slots=True)
class RestoresDocument:
    """Every restore, the newest first."""

    restores: list[PastRestoreDocument]
    """All of them."""
