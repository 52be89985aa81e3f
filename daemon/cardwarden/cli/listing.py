"""Findings and events as the command line shows them: JSON for programs, lines for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from cardwarden.cli.output import say, severity
from cardwarden.detect.finding import Event, Finding
from cardwarden.store.findings import StoredEvent, StoredFinding
from cardwarden.text import plural

_SHOWN_OF_MANY = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding as it is shown. `id` and `event` number it where it is stored, and within this run elsewhere."""

    id: int
    event: int
    finding: Finding
    state: str
    source: str

    @classmethod
    def stored(cls, found: StoredFinding) -> Listed:
        return cls(found.id, found.event_id, found.finding, found.state.value, found.source)


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event as it is shown."""

    id: int
    event: Event
    findings: tuple[Listed, ...]

    @classmethod
    def stored(cls, found: StoredEvent) -> ListedEvent:
        return cls(found.id, found.event, tuple(Listed.stored(finding) for finding in found.findings))


def numbered(events: Sequence[Event]) -> list[ListedEvent]:
    """Events that are not stored, numbered from 1, and so are their findings."""
    listed: list[ListedEvent] = []
    number = 0
    for place, event in enumerate(events, start=1):
        found = [Listed(number + i, place, f, "open", "") for i, f in enumerate(event.findings, start=1)]
        number += len(found)
        listed.append(ListedEvent(place, event, tuple(found)))
    return listed


def finding_json(listed: Listed) -> dict[str, Any]:
    """One finding for programs."""
    finding = listed.finding
    card = finding.card
    return {
        "id": listed.id,
        "kind": finding.kind.value,
        "rule": finding.rule,
        "severity": finding.severity.word,
        "title": finding.title,
        "explanation": finding.explanation,
        "source": listed.source,
        "card": {"uid": card.uid, "name": card.name, "href": card.href} if card else None,
        "property": finding.prop,
        "before": finding.before,
        "after": finding.after,
        "event": f"e{listed.event}",
        "state": listed.state,
    }


def event_json(listed: ListedEvent) -> dict[str, Any]:
    """One event for programs."""
    return {
        "id": f"e{listed.id}",
        "title": listed.event.title,
        "severity": listed.event.severity.word,
        "explanation": listed.event.explanation,
        "count": len(listed.findings),
        "findings": [finding.id for finding in listed.findings],
    }


def say_event(listed: ListedEvent, *, whole: bool = False) -> None:
    """An event for people: what, who, before and after; of many findings the first few, or the `whole` list."""
    event = listed.event
    head = Text(f"e{listed.id}  ", style="bold")
    head.append_text(severity(event.severity)).append(f"  {event.title}")
    say(head)
    shown = listed.findings if whole else listed.findings[:_SHOWN_OF_MANY]
    alone = len(listed.findings) == 1
    for found in shown:
        _say_finding(found, named=not alone)
    if len(shown) < len(listed.findings):
        say(f"     and {plural(len(listed.findings) - len(shown), 'more finding')}")
    say()


def _say_finding(listed: Listed, *, named: bool) -> None:
    finding = listed.finding
    if named and finding.card:
        say(f"     {finding.card.name}: {finding.title[:1].lower()}{finding.title[1:]}")
    if finding.before is not None and finding.prop:
        say(f"     - {finding.before}", "red")
    if finding.after is not None and finding.prop:
        say(f"     + {finding.after}", "green")
    say(f"     {finding.explanation}", "dim" if named else "")
