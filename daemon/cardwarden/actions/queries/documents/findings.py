"""What documents say of findings and of the events they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.detect.finding import FindingKind, SeverityWord, State


@dataclass(frozen=True, slots=True)
class CardDocument:
    """Which contact is meant."""

    uid: str
    """Its UID; empty if it has none."""
    name: str
    """What it is called; empty if nothing tells, or after `forget`."""
    href: str
    """The member of the book that holds it: a file's name, or a path at the server."""


@dataclass(frozen=True, slots=True)
class FindingDocument:
    """One finding."""

    id: int
    """Its number, as `show` and `accept` take it; `diff` numbers what it prints."""
    kind: FindingKind
    """Whether a value differs from what was accepted, a state is bad in itself, or something is told of a whole book."""
    rule: str
    """The rule that found it, as `rules` lists it; empty for what is told of a whole book."""
    severity: SeverityWord
    """What it would cost you."""
    phrase: str
    """The name of what `title` says; the same in every language."""
    title: str
    """What happened, in the reader's language."""
    explanation: str
    """Why that matters, in the reader's language; empty if nothing is to be said."""
    source: str
    """The source, as it is called in the configuration; empty from `diff` of files."""
    card: CardDocument | None
    """The contact; null if it is told of a whole book."""
    property: str
    """The vCard property, such as TEL; empty if it is about the whole card."""
    before: str | None
    """The value that was there; null if there was none."""
    after: str | None
    """The value that is there; null if there is none."""
    event: str
    """The event it belongs to."""
    state: State
    """Whether it is open, or how it ended."""


@dataclass(frozen=True, slots=True)
class EventDocument:
    """Findings of one check that have one cause."""

    id: str
    """Its number with an `e` before it, as `show` and `accept` take it."""
    title: str
    """What happened, in the reader's language."""
    severity: SeverityWord
    """That of its worst finding."""
    explanation: str
    """Why it is as urgent as it is; empty if nothing is to be said."""
    count: int
    """How many findings of it are listed."""
    findings: list[int]
    """Their ids."""


@dataclass(frozen=True, slots=True)
class FindingsDocument:
    """Findings, and the events they belong to."""

    findings: list[FindingDocument]
    """By their id."""
    events: list[EventDocument]
    """The worst first."""


@dataclass(frozen=True, slots=True)
class EventsPageDocument:
    """One page of events, the newest first."""

    findings: list[FindingDocument]
    """Those of this page's events."""
    events: list[EventDocument]
    """This page's."""
    page: int
    """Which page this is, from 1."""
    pages: int
    """How many there are."""
    total: int
    """How many events there are on all of them."""


@dataclass(frozen=True, slots=True)
class HarmlessDocument:
    """A difference that means the same."""

    card: str
    """Whose it is."""
    property: str
    """The vCard property."""
    before: str
    """How it was written."""
    after: str
    """How it is written."""
    reason: str
    """What explains it."""


@dataclass(frozen=True, slots=True)
class ExplainedDocument:
    """What `diff --explain` prints: findings, and what was called harmless."""

    findings: list[FindingDocument]
    """By their id."""
    events: list[EventDocument]
    """The worst first."""
    harmless: list[HarmlessDocument]
    """What means the same, and why."""
