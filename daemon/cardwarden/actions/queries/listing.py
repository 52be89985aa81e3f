"""Findings and events in a list, and what programs read of them: the JSON of the commands and of the page's API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cardwarden.detect.finding import Event, Finding, Severity, State
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Value
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredEvent, StoredFinding

if TYPE_CHECKING:
    from cardwarden.actions.queries.documents.findings import EventDocument, FindingDocument, FindingsDocument

# What programs read is imported where it is made: making its types takes longer than all that a person asks for.


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding as it is shown. `id` and `event` number it where it is stored, and within this run elsewhere."""

    id: int
    event: int
    finding: Finding
    state: State
    source: str

    @classmethod
    def stored(cls, stored: StoredFinding) -> Listed:
        return cls(stored.id, stored.event_id, stored.finding, stored.state, stored.source)


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event as it is shown."""

    id: int
    event: Event
    findings: tuple[Listed, ...]

    @classmethod
    def stored(cls, event: StoredEvent) -> ListedEvent:
        return cls(event.id, event.event, tuple(Listed.stored(finding) for finding in event.findings))


@dataclass(frozen=True, slots=True)
class FindingList:
    """Findings by their events, the oldest first; `is_checked` says whether any book they could be of was ever checked."""

    events: tuple[ListedEvent, ...]
    is_checked: bool

    @property
    def findings(self) -> list[Listed]:
        """The worst first."""
        return sorted(
            (row for event in self.events for row in event.findings), key=lambda row: (-row.finding.severity, row.id)
        )


def numbered(events: Sequence[Event]) -> list[ListedEvent]:
    """Events that are not stored, numbered from 1, and so are their findings."""
    listed: list[ListedEvent] = []
    number = 0
    for place, event in enumerate(events, start=1):
        shown = [Listed(number + i, place, f, State.OPEN, "") for i, f in enumerate(event.findings, start=1)]
        number += len(shown)
        listed.append(ListedEvent(place, event, tuple(shown)))
    return listed


def finding_document(listed: Listed, voice: Voice) -> FindingDocument:
    """One finding for programs; `phrase` names what its `title` says in the reader's language."""
    from cardwarden.actions.queries.documents.findings import CardDocument, FindingDocument  # noqa: PLC0415

    finding = listed.finding
    card = finding.card
    return FindingDocument(
        id=listed.id,
        kind=finding.kind,
        rule=finding.rule,
        severity=finding.severity.word,
        phrase=finding.title.name,
        title=voice.title(finding.title),
        explanation=voice.title(finding.explanation) if finding.explanation else "",
        source=listed.source,
        card=CardDocument(card.uid, card.name, card.href) if card else None,
        property=finding.prop,
        before=_plain(finding.before, voice),
        after=_plain(finding.after, voice),
        event=f"e{listed.event}",
        state=listed.state,
    )


def _plain(value: Value | None, voice: Voice) -> str | None:
    """A value for programs: text as it was written."""
    return value if value is None or isinstance(value, str) else voice.value(value)


def event_document(listed: ListedEvent, voice: Voice) -> EventDocument:
    """One event for programs."""
    from cardwarden.actions.queries.documents.findings import EventDocument  # noqa: PLC0415

    return EventDocument(
        id=f"e{listed.id}",
        title=voice.title(listed.event.title),
        severity=listed.event.severity.word,
        explanation=voice.title(listed.event.reason) if listed.event.reason else "",
        count=len(listed.findings),
        findings=[finding.id for finding in listed.findings],
    )


def findings_document(events: Iterable[ListedEvent], voice: Voice) -> FindingsDocument:
    """The findings and events of a list, for programs; findings by id."""
    from cardwarden.actions.queries.documents.findings import FindingsDocument  # noqa: PLC0415

    listed = list(events)
    findings = sorted((row for event in listed for row in event.findings), key=lambda row: row.id)
    return FindingsDocument(
        [finding_document(listed, voice) for listed in findings],
        [event_document(event, voice) for event in listed],
    )


def finding_list(connection: Connection, source: str | None = None, *, closed_too: bool = False) -> FindingList:
    """The findings that are open, of one source or of all; with `closed_too` every one there ever was."""
    events = finding_store.list_events(connection, include_closed=closed_too, source=source)
    return FindingList(tuple(map(ListedEvent.stored, events)), bool(book_store.books(connection, source)))


def findings_since(connection: Connection, since: datetime, source: str | None = None) -> list[StoredFinding]:
    """All of notice or above that was found from a time on, open or not, oldest first."""
    findings = finding_store.list_findings(connection, include_closed=True, source=source)
    return [stored for stored in findings if stored.opened_at >= since and stored.finding.severity >= Severity.NOTICE]


def listed_events(connection: Connection, ids: Iterable[int]) -> list[ListedEvent]:
    """Events by their ids with all of their findings, oldest first; an id that does not exist is left out."""
    return list(map(ListedEvent.stored, finding_store.find_events(connection, ids)))
