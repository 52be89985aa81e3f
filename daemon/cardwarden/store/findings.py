"""What was found: events, findings and how each fared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, insert, or_, select, update

from cardwarden.detect.finding import CardRef, Cause, Event, Finding, FindingKind, Severity, State, Urgency
from cardwarden.phrases.phrase import Value
from cardwarden.store import cards as card_store
from cardwarden.store import covered, outbox
from cardwarden.store import tables as t
from cardwarden.store.batches import batches

_HELD_FROM_WARNING = (FindingKind.HAZARD.value, FindingKind.DRIFT.value)  # deviations are, however severe


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding and where it stands. `book_id` is the book's row, `book` what its source calls it, `title` for people.

    The finding's `changes` were live objects and are not kept: () here. `closed_at` is None while it is open, `card_id` (the
    card's row) if it is about no card.
    """

    id: int
    event_id: int
    book_id: int
    source: str
    book: str
    title: str
    finding: Finding
    state: State
    opened_at: datetime
    closed_at: datetime | None
    card_id: int | None


@dataclass(frozen=True, slots=True)
class FindingOutline:
    """Of a finding what counts need: the card it is about (its row), where it stands, and what was and is by its meaning."""

    id: int
    card_id: int | None
    state: State
    identity: str
    meaning: str

    @staticmethod
    def of(stored: StoredFinding) -> FindingOutline:
        """That of a whole one."""
        return FindingOutline(stored.id, stored.card_id, stored.state, stored.finding.identity, stored.finding.meaning)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its findings as they stand now; `at` is when it was recorded."""

    id: int
    book_id: int
    source: str
    book: str
    title: str
    at: datetime
    event: Event
    findings: tuple[StoredFinding, ...]

    def only(self, wanted: Callable[[StoredFinding], bool]) -> StoredEvent:
        """The event with those of its findings alone that are wanted; what it says stays."""
        return replace(self, findings=tuple(filter(wanted, self.findings)))


def add_event(
    connection: Connection,
    book_id: int,
    check_id: int,
    event: Event,
    states: Sequence[State],
    at: datetime,
    why: Value = "",
) -> tuple[int, list[int]]:
    """Record an event and its findings, each in its state; gives the event's id and the findings' in the same order.

    A finding that is to be open, and is open already in this book under its fingerprint, is that one: it takes the new
    values and moves to this event. Two open ones with one fingerprint are one.
    """
    row = {
        "book_id": book_id,
        "check_id": check_id,
        "at": at,
        "cause": event.cause.value,
        "severity": event.severity,
        "count": event.count,
    }
    event_id: int = connection.scalars(_NEW_EVENT(), row).one()
    cards = card_ids_of(connection, book_id, event.findings)
    known: dict[str | int, int] = dict(_open_ids(connection, book_id))
    new: dict[str | int, dict[str, object]] = {}
    keys: list[str | int] = []
    noted: list[int] = []
    for place, (finding, state) in enumerate(zip(event.findings, states, strict=True)):
        key: str | int = finding.fingerprint if state is State.OPEN else place  # what is closed is never another one
        keys.append(key)
        if key in known:
            noted += _change(connection, known[key], finding, cards, at, check_id, event_id=event_id)
        elif key not in new:
            new[key] = {
                **_columns(finding, cards),
                "book_id": book_id,
                "event_id": event_id,
                "state": state.value,
                "opened_at": at,
                "closed_at": None if state is State.OPEN else at,
            }
    if new:
        ids = connection.scalars(_NEW_FINDING(), list(new.values())).all()
        known.update(zip(new, ids, strict=True))
        noted += _note_history(
            connection, ((known[key], str(row["state"])) for key, row in new.items()), at, why, check_id
        )
    made_of = [known[key] for key in keys]
    covered.cover(connection, {t.events: [event_id], t.findings: made_of, t.finding_history: noted})
    return event_id, made_of


def _open_ids(connection: Connection, book_id: int) -> Iterable[tuple[str, int]]:
    return ((fingerprint, finding_id) for fingerprint, finding_id in connection.execute(_OPEN(), {"of_book": book_id}))


def change(
    connection: Connection,
    finding_id: int,
    finding: Finding,
    at: datetime,
    check_id: int | None,
    *,
    event_id: int | None = None,
) -> None:
    """Give an open finding the values it has now; with `event_id` it moves to that event."""
    book_id = connection.scalars(select(t.findings.c.book_id).where(t.findings.c.id == finding_id)).one()
    cards = card_ids_of(connection, book_id, [finding])
    noted = _change(connection, finding_id, finding, cards, at, check_id, event_id=event_id)
    covered.cover(connection, {t.findings: [finding_id], t.finding_history: noted})


def _change(
    connection: Connection,
    finding_id: int,
    finding: Finding,
    cards: Mapping[str, int],
    at: datetime,
    check_id: int | None,
    *,
    event_id: int | None,
) -> list[int]:
    moved = {} if event_id is None else {"event_id": event_id}
    values = _columns(finding, cards)
    connection.execute(update(t.findings).where(t.findings.c.id == finding_id).values(**values, **moved))
    return _note_history(connection, [(finding_id, t.CHANGED)], at, "", check_id)


def card_ids_of(connection: Connection, book_id: int, findings: Iterable[Finding]) -> dict[str, int]:
    """The rows of the cards that findings are about, by the cards' keys. Raises ValueError if one was never saved."""
    wanted = {finding.card.key for finding in findings if finding.card}
    ids = card_store.ids_of(connection, book_id, wanted)
    if missing := wanted - ids.keys():
        raise ValueError(f"{len(missing)} findings are about cards that are not in the book")
    return ids


def transition(
    connection: Connection,
    ids: Iterable[int],
    state: State,
    at: datetime,
    why: Value,
    check_id: int | None = None,
) -> list[int]:
    """Move findings to `state` and note when and why; gives the ids of those that were not in it already.

    If they are open no more, a fleet's workers are called to the channels that told them; at home each round of a channel asks
    what is over (`outbox.over`).
    """
    f = t.findings.c
    moved: list[int] = []
    for batch in batches(dict.fromkeys(ids)):
        here = connection.scalars(select(f.id).where(f.id.in_(batch), f.state != state.value).order_by(f.id)).all()
        closed_at = None if state is State.OPEN else at
        connection.execute(update(t.findings).where(f.id.in_(here)).values(state=state.value, closed_at=closed_at))
        moved.extend(here)
    noted = _note_history(connection, ((finding_id, state.value) for finding_id in moved), at, why, check_id)
    covered.cover(connection, {t.findings: moved, t.finding_history: noted})
    if state is not State.OPEN:
        outbox.note_over(connection, moved)
    return moved


def _note_history(
    connection: Connection, steps: Iterable[tuple[int, str]], at: datetime, why: Value, check_id: int | None
) -> list[int]:
    """Note what happened to findings; gives the ids of the notes."""
    rows = [{"finding_id": key, "check_id": check_id, "at": at, "what": what, "why": why} for key, what in steps]
    return list(connection.scalars(_NEW_STEP(), rows)) if rows else []


# Built once, for they are asked at each change.
_IS_OPEN_IN_BOOK = and_(t.findings.c.book_id == bindparam("of_book"), t.findings.c.state == State.OPEN.value)
_OPEN = cache(lambda: select(t.findings.c.fingerprint, t.findings.c.id).where(_IS_OPEN_IN_BOOK))
_OPEN_CARDS = cache(
    lambda: (
        select(t.findings.c.card_id)
        .where(_IS_OPEN_IN_BOOK, t.findings.c.card_id.is_not(None))
        .distinct()
        .limit(bindparam("most"))
    )
)
_OPEN_BY_RULE = cache(
    lambda: (
        select(t.findings.c.id, t.findings.c.identity)
        .where(_IS_OPEN_IN_BOOK, t.findings.c.rule == bindparam("of_rule"))
        .order_by(t.findings.c.id)
    )
)
_NEW_EVENT = cache(lambda: insert(t.events).returning(t.events.c.id))
_NEW_FINDING = cache(lambda: insert(t.findings).returning(t.findings.c.id, sort_by_parameter_order=True))
_NEW_STEP = cache(lambda: insert(t.finding_history).returning(t.finding_history.c.id))


def open_findings(connection: Connection, book_id: int | None = None) -> list[StoredFinding]:
    """What waits for its owner, in one book or in all, oldest first."""
    if book_id is None:
        return _findings(connection, t.findings.c.state == State.OPEN.value)
    return _stored(connection.execute(_OPEN_WHOLE(), {"of_book": book_id}))


def open_of_card(connection: Connection, card_id: int) -> list[StoredFinding]:
    """What waits about one card (its row), oldest first."""
    return _findings(connection, t.findings.c.state == State.OPEN.value, t.findings.c.card_id == card_id)


def open_since(
    connection: Connection, least: Severity, sources: Collection[str] | None = None, *, at: datetime | None
) -> datetime | None:
    """Since when something at least that severe is open, in these sources or all, and not let be at `at`; None if nothing is.

    If `at` is None, what is let be counts, too.
    """
    f, b, q = t.findings.c, t.books.c, t.quiet_findings.c
    query = select(func.min(f.opened_at)).where(f.state == State.OPEN.value, f.severity >= least.value)
    if at is not None:
        query = query.where(~exists().where(q.finding_id == f.id, q.event_id == f.event_id, q.until > at))
    if sources is not None:
        query = query.join(t.books, b.id == f.book_id).where(b.source.in_(sources))
    since: datetime | None = connection.scalar(query)
    return since


def count_open(connection: Connection) -> dict[tuple[str, Severity], int]:
    """How many findings are open, by source and severity."""
    f, b = t.findings.c, t.books.c
    rows = connection.execute(
        select(b.source, f.severity, func.count())
        .join(t.books, b.id == f.book_id)
        .where(f.state == State.OPEN.value)
        .group_by(b.source, f.severity)
    )
    return {(source, Severity(severity)): count for source, severity, count in rows}


def count_open_in(connection: Connection, book_id: int) -> dict[Severity, int]:
    """How many findings are open in a book, by severity, the worst first."""
    f = t.findings.c
    rows = connection.execute(
        select(f.severity, func.count())
        .where(f.state == State.OPEN.value, f.book_id == book_id)
        .group_by(f.severity)
        .order_by(f.severity.desc())
    )
    return {Severity(severity): count for severity, count in rows}


def is_anything_held(connection: Connection, book_id: int) -> bool:
    """Whether a deviation is open in a book, or a hazard or drift of warning or above."""
    return connection.scalar(select(t.findings.c.id).where(t.findings.c.book_id == book_id, HELD).limit(1)) is not None


HELD = and_(
    t.findings.c.state == State.OPEN.value,
    or_(
        t.findings.c.kind == FindingKind.DEVIATION.value,
        t.findings.c.kind.in_(_HELD_FROM_WARNING) & (t.findings.c.severity >= Severity.WARNING.value),
    ),
)
"""Of a finding: it is an open deviation, or an open hazard or drift of warning or above."""


def open_card_ids(connection: Connection, book_id: int, *, limit: int) -> set[int]:
    """The cards of a book that something is open about; at most so many."""
    return set(connection.scalars(_OPEN_CARDS(), {"of_book": book_id, "most": limit}))


def open_ids_of_rule(connection: Connection, book_id: int, rule: str, *, without: Collection[str]) -> list[int]:
    """The ids of what is open in a book by a rule, of whatever kind, but for what has one of these identities."""
    rows = connection.execute(_OPEN_BY_RULE(), {"of_book": book_id, "of_rule": rule})
    return [number for number, identity in rows if identity not in without]


def open_fingerprints(connection: Connection, book_id: int, kind: FindingKind) -> set[str]:
    """The fingerprints of what is open in a book, of one kind."""
    f = t.findings.c
    return set(
        connection.scalars(
            select(f.fingerprint).where(f.book_id == book_id, f.state == State.OPEN.value, f.kind == kind.value)
        )
    )


def resolved_hazards(connection: Connection, book_id: int, meanings: Iterable[str]) -> list[StoredFinding]:
    """Hazards of values of these meanings in a book that are over."""
    f = t.findings.c
    stored: list[StoredFinding] = []
    for batch in batches(dict.fromkeys(meanings)):
        of_book = f.book_id == book_id, f.kind == FindingKind.HAZARD.value, f.state == State.RESOLVED.value
        # What tells a hazard apart is the meaning of its value.
        stored += _findings(connection, *of_book, f.identity.in_(batch))
    return stored


def open_condition_ids(connection: Connection, book_id: int, rules: Iterable[str]) -> list[int]:
    """The ids of the open conditions of a book that these rules told."""
    f = t.findings.c
    query = select(f.id).where(
        f.book_id == book_id,
        f.state == State.OPEN.value,
        f.kind == FindingKind.CONDITION.value,
        f.rule.in_(sorted(rules)),
    )
    return list(connection.scalars(query.order_by(f.id)))


def list_findings(
    connection: Connection, *, include_closed: bool = False, source: str | None = None
) -> list[StoredFinding]:
    """The open findings, or every one there ever was, oldest first."""
    where = [] if include_closed else [t.findings.c.state == State.OPEN.value]
    return _findings(connection, *where, *([] if source is None else [t.books.c.source == source]))


def list_events(
    connection: Connection, *, include_closed: bool = False, source: str | None = None
) -> list[StoredEvent]:
    """The events of the same findings, each with those alone, oldest first."""
    f, b = t.findings.c, t.books.c
    query = select(f.event_id).distinct()
    if not include_closed:
        query = query.where(f.state == State.OPEN.value)
    if source is not None:
        query = query.join(t.books, b.id == f.book_id).where(b.source == source)
    events = find_events(connection, connection.scalars(query))
    return events if include_closed else [event.only(lambda stored: stored.state is State.OPEN) for event in events]


def find_finding(connection: Connection, finding_id: int) -> StoredFinding | None:
    """One finding by its id; None if there is none."""
    return next(iter(_findings(connection, t.findings.c.id == finding_id)), None)


def find_findings(connection: Connection, ids: Iterable[int]) -> list[StoredFinding]:
    """Findings by their ids, in the order they were found; an id that does not exist is left out."""
    return [
        finding for batch in batches(sorted(set(ids))) for finding in _findings(connection, t.findings.c.id.in_(batch))
    ]


def find_event(connection: Connection, event_id: int) -> StoredEvent | None:
    """One event by its id; None if there is none."""
    return next(iter(find_events(connection, [event_id])), None)


def find_events(connection: Connection, ids: Iterable[int]) -> list[StoredEvent]:
    """Events with their findings, oldest first; an id that does not exist is left out."""
    return [
        event
        for batch in batches(sorted(set(ids)))
        for event in _events(connection, batch, _findings(connection, t.findings.c.event_id.in_(batch)))
    ]


def event_heads(connection: Connection, ids: Iterable[int]) -> list[StoredEvent]:
    """Events with those of their findings alone that their title and reason speak of, oldest first.

    That is the worst one, and all if an event is about one card.
    """
    e, f = t.events.c, t.findings.c
    worst = select(f.id).where(f.event_id == e.id).order_by(f.severity.desc(), f.id).limit(1).correlate(t.events)
    heads: list[StoredEvent] = []
    for batch in batches(sorted(set(ids))):
        here, is_of_card = e.id.in_(batch), e.cause == Cause.CARD.value
        whole = f.event_id.in_(select(e.id).where(here, is_of_card))
        alone = f.id.in_(select(worst.scalar_subquery()).where(here, ~is_of_card))
        heads += _events(connection, batch, _findings(connection, or_(whole, alone)))
    return heads


def outlines(connection: Connection, event_id: int) -> list[FindingOutline]:
    """All findings of an event, in the order they were found, without what they say."""
    f = t.findings.c
    columns = select(f.id, f.card_id, f.state, f.identity, f.meaning)
    rows = connection.execute(columns.where(f.event_id == event_id).order_by(f.id))
    return [FindingOutline(number, card, State(state), was, now) for number, card, state, was, now in rows]


def _events(
    connection: Connection, ids: Collection[int], stored_findings: Iterable[StoredFinding]
) -> Iterator[StoredEvent]:
    """Events by their ids with these findings, oldest first."""
    e, b = t.events.c, t.books.c
    columns = select(e.id, e.book_id, b.source, b.book, b.title, e.at, e.cause, e.severity, e.count)
    by_event: dict[int, list[StoredFinding]] = {}
    for finding in stored_findings:
        by_event.setdefault(finding.event_id, []).append(finding)
    rows = connection.execute(columns.join(t.books, b.id == e.book_id).where(e.id.in_(ids)).order_by(e.id))
    for event_id, book_id, source, book, book_title, at, cause, severity, count in rows:
        findings = tuple(by_event.get(event_id, ()))
        worst_first = sorted((stored.finding for stored in findings), key=lambda finding: -finding.severity)
        event = Event(Cause(cause), Severity(severity), count, tuple(worst_first))
        yield StoredEvent(event_id, book_id, source, book, book_title, at, event, findings)


def _findings(connection: Connection, *where: ColumnElement[bool]) -> list[StoredFinding]:
    """Findings with the book and the card they are about, in the order they were found."""
    return _stored(connection.execute(_WHOLE.where(*where)))


def _stored(rows: Iterable[Any]) -> list[StoredFinding]:
    """What stands in rows of _WHOLE."""
    return [
        StoredFinding(
            row.id,
            row.event_id,
            row.book_id,
            row.source,
            row.book,
            row.book_title,
            Finding(
                kind=FindingKind(row.kind),
                rule=row.rule,
                severity=Severity(row.severity),
                title=row.title,
                reason=row.reason,
                card=None if row.card_id is None else CardRef(row.key, row.uid, row.card_name, row.href),
                prop=row.property,
                before=row.before,
                after=row.after,
                alike=row.alike,
                per_card=row.per_card,
                whole_card=row.whole_card,
                already=row.already,
                identity=row.identity,
                meaning=row.meaning,
                urgency=Urgency(row.urgency),
                doubt=row.doubt,
                with_origin=row.with_origin,
            ),
            State(row.state),
            row.opened_at,
            row.closed_at,
            row.card_id,
        )
        for row in rows
    ]


_WHOLE = (
    select(
        t.findings,
        t.books.c.source,
        t.books.c.book,
        t.books.c.title.label("book_title"),
        t.cards.c.key,
        t.cards.c.uid,
        t.cards.c.href,
    )
    .join(t.books, t.books.c.id == t.findings.c.book_id)
    .outerjoin(t.cards, t.cards.c.id == t.findings.c.card_id)
    .order_by(t.findings.c.id)
)
_OPEN_WHOLE = cache(lambda: _WHOLE.where(_IS_OPEN_IN_BOOK))


def _columns(finding: Finding, cards: Mapping[str, int]) -> dict[str, object]:
    """The columns of a finding's row but those of its life: id, event, state and times."""
    card = finding.card
    return {
        "fingerprint": finding.fingerprint,
        "kind": finding.kind.value,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "title": finding.title,
        "reason": finding.reason,
        "card_id": cards[card.key] if card else None,
        "card_name": card.name if card else None,
        "property": finding.prop,
        "before": finding.before,
        "after": finding.after,
        "alike": finding.alike,
        "per_card": finding.per_card,
        "whole_card": finding.whole_card,
        "already": finding.already,
        "identity": finding.identity,
        "meaning": finding.meaning,
        "urgency": finding.urgency.value,
        "doubt": finding.doubt,
        "with_origin": finding.with_origin,
    }
