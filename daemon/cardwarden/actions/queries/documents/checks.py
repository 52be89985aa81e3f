"""What a check came to, and what people say to it: accepted, expected, guarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cardwarden.actions.queries.documents.findings import EventDocument, FindingDocument
from cardwarden.detect.outcome import Outcome


@dataclass(frozen=True, slots=True)
class CheckedBookDocument:
    """What the check of one book came to."""

    source: str
    """The source."""
    book: str
    """The book's title; empty if the source could not tell its books."""
    outcome: Outcome
    """`partial`: some of it could not be judged; `inconclusive`: it was not believed, and nothing was concluded."""
    reason: str
    """Why it was not believed, or what could not be judged."""
    cards: int
    """How many contacts it has, as far as is known."""


@dataclass(frozen=True, slots=True)
class CheckDocument:
    """What a check came to."""

    outcome: Outcome
    """Of all books together, as the exit code says it."""
    books: list[CheckedBookDocument]
    """Each book that was checked."""
    findings: list[FindingDocument]
    """What this check found, by id."""
    events: list[EventDocument]
    """What this check found, the worst first."""
    resolved: list[int]
    """Ids of findings that are no more."""
    open: int
    """How many findings are open now."""


@dataclass(frozen=True, slots=True)
class AcceptedDocument:
    """What was accepted."""

    accepted: list[int]
    """Ids of findings."""


@dataclass(frozen=True, slots=True)
class TakenBackDocument:
    """Whose acceptance was taken back."""

    taken_back: list[int]
    """Ids of findings."""


@dataclass(frozen=True, slots=True)
class GuardDocument:
    """What became of guarding somebody closely, or no more."""

    changed: bool
    """Whether that is new."""
    guarded: bool
    """How it is now."""


@dataclass(frozen=True, slots=True)
class GuardedDocument:
    """A contact or a category that is guarded closely."""

    uid: str | None
    """The contact's UID; null for a category."""
    name: str | None
    """The contact's name; null for a category."""
    source: str | None
    """The contact's source; null for a category."""
    category: str | None
    """The category; null for a contact."""
    at: datetime
    """Since when."""
    who: str
    """By whose wish."""


@dataclass(frozen=True, slots=True)
class GuardedListDocument:
    """Whom is guarded closely."""

    settings: list[str]
    """Whom the configuration names."""
    guarded: list[GuardedDocument]
    """Whom somebody named by the command or on the page."""
    suggested: list[str]
    """Names of contacts that it would suit."""


@dataclass(frozen=True, slots=True)
class ExpectDocument:
    """A while in which changes are meant."""

    source: str
    """The source whose changes are."""
    since: datetime
    """From when."""
    until: datetime
    """Until when."""
    unseen: list[str]
    """Why books could not be checked before it began."""
