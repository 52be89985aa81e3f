"""Events: a page of them by what is asked for, and one in full."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cardwarden.actions.queries.contacts import contacts_like
from cardwarden.actions.queries.fields import FieldRow, compare_fields
from cardwarden.actions.queries.writer import writer_of
from cardwarden.detect.finding import Finding, Severity, State
from cardwarden.errors import RefusedError, UsageError
from cardwarden.phrases.phrase import Phrase, Value, phrase
from cardwarden.store import acceptances, lookup
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import versions as version_store
from cardwarden.store import web as web_store
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import FindingOutline, StoredEvent, StoredFinding
from cardwarden.store.lookup import EventFilter
from cardwarden.store.versions import StoredVersion

PAGE = 25
"""Events on one page of a list."""
CONTACTS = 25
"""Contacts on one page of an event."""
_LIKE = 200  # contacts whose events are looked for when a person types part of a name


@dataclass(frozen=True, slots=True)
class EventsAsked:
    """Which events are asked for: every field that is set narrows them.

    is_open  True: something of it waits; False: nothing does
    rule     with a finding of this rule
    person   about a contact of this name (part of it will do), number or UID; "" for about anybody
    card     about this card (its row)
    """

    is_open: bool | None = None
    source: str | None = None
    severity: Severity | None = None
    rule: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    person: str = ""
    card: int | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list, with what its title speaks of; how many findings it has, and how many of them wait."""

    event: StoredEvent
    findings: int
    open: int


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events; `number` counts from 1. `total` is how many there are on all pages."""

    rows: tuple[EventRow, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class CardOfEvent:
    """A contact of an event: its findings, and if they were asked for its fields as they were and are, and who wrote it."""

    card_id: int
    name: str
    findings: tuple[StoredFinding, ...]
    fields: tuple[FieldRow, ...]
    written: Phrase | None


@dataclass(frozen=True, slots=True)
class Notification:
    """A message about an event: its channel, its kind, "sent", "pending" or "dead", and when it was sent."""

    channel: str
    kind: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class EventStep:
    """What became of findings of an event: opened, changed, accepted, resolved; `count` of them at once.

    `who` accepted or took that back, as far as that is known.
    """

    at: datetime
    what: str
    why: Value
    count: int
    who: Value = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """An event; of its `contacts` (a count) the `cards` on page `number` of `pages`, in full.

    `event` has what its title and reason speak of, `findings` are all of it in outline. `quiet` is until when nobody is
    reminded of those of its findings that somebody let be, by their id.
    """

    event: StoredEvent
    findings: tuple[FindingOutline, ...]
    cards: tuple[CardOfEvent, ...]
    of_book: tuple[StoredFinding, ...]
    contacts: int
    number: int
    pages: int
    notifications: tuple[Notification, ...]
    steps: tuple[EventStep, ...]
    quiet: Mapping[int, datetime]

    @property
    def open(self) -> tuple[FindingOutline, ...]:
        return tuple(outline for outline in self.findings if outline.state is State.OPEN)

    @property
    def digest(self) -> str:
        """Differs when something else of it waits, or what waits means something else."""
        return _digest(self.findings)

    @property
    def quiet_until(self) -> datetime | None:
        """When something of it is told again; None unless all of it that waits is let be."""
        until = [self.quiet.get(outline.id) for outline in self.open]
        return min((at for at in until if at), default=None) if all(until) else None


def waiting_digest(event: StoredEvent) -> str:
    """What `EventView.digest` is of the same event."""
    return _digest(map(FindingOutline.of, event.findings))


def _digest(findings: Iterable[FindingOutline]) -> str:
    content = hashlib.sha256()
    for outline in findings:
        if outline.state is State.OPEN:
            for text in (str(outline.id), outline.identity, outline.meaning):
                data = text.encode("utf-8", "surrogateescape")
                content.update(b"%d:%b" % (len(data), data))
    return content.hexdigest()


def event_page(connection: Connection, asked: EventsAsked, *, number: int = 1, worst_first: bool = False) -> EventPage:
    """A page of events, the newest or the worst first."""
    lines, total = lookup.event_lines(
        connection, _filter(connection, asked), offset=(number - 1) * PAGE, limit=PAGE, worst_first=worst_first
    )
    events = {event.id: event for event in finding_store.event_heads(connection, [line.id for line in lines])}
    shown = tuple(EventRow(events[line.id], line.findings, line.open) for line in lines if line.id in events)
    return EventPage(shown, number, max(1, -(-total // PAGE)), total)


def _filter(connection: Connection, asked: EventsAsked) -> EventFilter:
    cards: tuple[int, ...] | None = None if asked.card is None else (asked.card,)
    if asked.person:
        cards = tuple(card.card.id for card in contacts_like(connection, asked.person)[:_LIKE])
    return EventFilter(asked.is_open, asked.source, asked.severity, asked.rule, asked.since, asked.until, cards)


def event_of(store: Store, event_id: int) -> StoredEvent:
    """One event with its findings. Raises UsageError if there is none any more."""
    with store.read() as connection:
        event = finding_store.find_event(connection, event_id)
    if event is None or not event.findings:
        raise UsageError(phrase("error-no-event-any-more"))
    return event


def open_of(event: StoredEvent, only: Iterable[int] = ()) -> list[int]:
    """The findings of an event that wait; with `only` those of them."""
    chosen = set(only)
    return [
        stored.id for stored in event.findings if stored.state is State.OPEN and (not chosen or stored.id in chosen)
    ]


def waiting_of(event: StoredEvent, only: Iterable[int] = ()) -> list[int]:
    """The same. Raises RefusedError if none waits."""
    ids = open_of(event, only)
    if not ids:
        raise RefusedError(phrase("web-nothing-waits"))
    return ids


def event_view(
    connection: Connection,
    event_id: int,
    now: datetime,
    *,
    region_of: Callable[[str], str] | None = None,
    number: int = 1,
    size: int = CONTACTS,
) -> EventView:
    """One event with a page of its contacts, with their fields and who wrote them if `region_of` is there.

    `region_of` gives the country of a source's numbers. Raises UsageError if there is no such event.
    """
    event = next(iter(finding_store.event_heads(connection, [event_id])), None)
    if event is None or not event.findings:
        raise UsageError(phrase("error-no-event-any-more"))
    findings = finding_store.outlines(connection, event_id)
    by_card: dict[int, list[int]] = {}
    for outline in findings:
        if outline.card_id is not None:
            by_card.setdefault(outline.card_id, []).append(outline.id)
    pages = max(1, -(-len(by_card) // size))
    number = min(number, pages)
    on_page = dict(list(by_card.items())[(number - 1) * size : number * size])
    of_book = [outline.id for outline in findings if outline.card_id is None]
    shown = finding_store.find_findings(
        connection, [*of_book, *(finding_id for ids in on_page.values() for finding_id in ids)]
    )
    stored_by_id = {stored.id: stored for stored in shown}
    cards = []
    for card_id, ids in on_page.items():
        of_card = [stored_by_id[finding_id] for finding_id in ids]
        rows: tuple[FieldRow, ...] = ()
        written: Phrase | None = None
        if region_of:
            rows = tuple(_fields(connection, card_id, of_card, region_of(event.source)))
            written = writer_of(connection, of_card).said
        cards.append(CardOfEvent(card_id, _name(of_card[0].finding), tuple(of_card), rows, written))
    decided = acceptances.who_decided(connection, [outline.id for outline in findings])
    return EventView(
        event,
        tuple(findings),
        tuple(cards),
        tuple(stored_by_id[finding_id] for finding_id in of_book),
        len(by_card),
        number,
        pages,
        tuple(Notification(*row) for row in lookup.notifications(connection, event_id)),
        tuple(_steps(lookup.finding_steps(connection, event_id, limit=500), decided)),
        web_store.quiet_findings(connection, now, event_id),
    )


def _name(finding: Finding) -> str:
    return finding.card.name if finding.card else ""


def _fields(
    connection: Connection,
    card_id: int,
    findings: Sequence[StoredFinding],
    region: str,
) -> list[FieldRow]:
    """A card as it is held to and as it is, while anything is open; else as it was before and when the event came."""
    book, card = card_store.card_by_id(connection, card_id)
    if any(stored.state is State.OPEN for stored in findings):
        before, after = card.base, card.entry.digest if card.present else None
    else:
        before, after = _states(
            version_store.versions(connection, card_id), min(stored.opened_at for stored in findings)
        )
    return compare_fields(_body(connection, before), _body(connection, after), region, usual=book.charset)


def _states(versions: Sequence[StoredVersion], opened: datetime) -> tuple[str | None, str | None]:
    """What a card said before something was found on it, and then; digests, None for no card."""
    known = [version for version in versions if version.since <= opened]
    if not known:
        return None, None
    then = known[-1]
    if then.until is not None and then.until <= opened:
        return then.digest, None
    return (known[-2].digest if len(known) > 1 else None), then.digest


def _body(connection: Connection, digest: str | None) -> bytes | None:
    if not digest:
        return None
    try:
        return body_store.body(connection, digest)
    except KeyError:
        return None  # it was taken out of the history


def _steps(
    rows: Sequence[tuple[int, datetime, str, Value]], decided: Mapping[tuple[int, datetime, bool], Value]
) -> list[EventStep]:
    """What became of findings at once, for the same reason and by the same person, as one step."""
    steps = Counter(
        (at, what, why, decided.get((finding, at, what != State.ACCEPTED.value), "")) for finding, at, what, why in rows
    )
    return [EventStep(at, what, why, count, who) for (at, what, why, who), count in steps.items()]
