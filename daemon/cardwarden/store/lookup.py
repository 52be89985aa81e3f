"""Lists for people: events and cards by what is asked for, a page of them at a time, and counts by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, literal, select, union_all

from cardwarden.detect.finding import Severity, State
from cardwarden.phrases.phrase import Value
from cardwarden.store import tables as t
from cardwarden.store.cards import CARD_COLUMNS, StoredCard, stored_card

_WEEK = 7 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: every field that is set narrows them.

    is_open  True: something of it waits; False: nothing does
    rule     with a finding of this rule
    cards    about one of these cards (their rows)
    """

    is_open: bool | None = None
    source: str | None = None
    severity: Severity | None = None
    rule: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    cards: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event in a list: how many findings it has, and how many of them are open."""

    id: int
    findings: int
    open: int


def event_lines(
    connection: Connection, wanted: EventFilter, *, offset: int, limit: int, worst_first: bool = False
) -> tuple[list[EventLine], int]:
    """A page of events, those with something open first, then (the worst or) the newest; and how many there are in all."""
    e, f = t.events.c, t.findings.c
    waits = exists().where(f.event_id == e.id, f.state == State.OPEN.value)
    query = select(e.id).where(exists().where(f.event_id == e.id), *_conditions(wanted, waits))
    total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
    worst = [e.severity.desc()] if worst_first else []
    ids = list(connection.scalars(query.order_by(waits.desc(), *worst, e.id.desc()).offset(offset).limit(limit)))
    counted: Select[Any] = (
        select(f.event_id, func.count(), func.sum(case((f.state == State.OPEN.value, 1), else_=0)))
        .where(f.event_id.in_(ids))
        .group_by(f.event_id)
    )
    counts = {event_id: (count, waiting) for event_id, count, waiting in connection.execute(counted)}
    return [EventLine(number, *counts[number]) for number in ids if number in counts], total


def _conditions(wanted: EventFilter, waits: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    e, f, b = t.events.c, t.findings.c, t.books.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.is_open is not None:
        conditions.append(waits if wanted.is_open else ~waits)
    if wanted.source is not None:
        conditions.append(e.book_id.in_(select(b.id).where(b.source == wanted.source)))
    if wanted.severity is not None:
        conditions.append(exists().where(f.event_id == e.id, f.severity == wanted.severity.value))
    if wanted.rule is not None:
        conditions.append(exists().where(f.event_id == e.id, f.rule == wanted.rule))
    if wanted.since is not None:
        conditions.append(e.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(e.at < wanted.until)
    if wanted.cards is not None:
        conditions.append(exists().where(f.event_id == e.id, f.card_id.in_(wanted.cards)))
    return conditions


def cards_page(connection: Connection, book_id: int, *, offset: int, limit: int) -> tuple[list[StoredCard], int]:
    """A page of the cards that are in a book now, by name; and how many there are."""
    c = t.cards.c
    here = (c.book_id == book_id, c.present)
    total = connection.scalar(select(func.count()).where(*here)) or 0
    rows = connection.execute(select(*CARD_COLUMNS).where(*here).order_by(c.name, c.id).offset(offset).limit(limit))
    return [stored_card(*row) for row in rows], total


def changes_by_week(connection: Connection, book_id: int, since: datetime, weeks: int) -> list[int]:
    """How many cards came, changed or went in each of so many weeks from `since`, without the first look."""
    v, k, c = t.versions.c, t.checks.c, t.cards.c
    first = select(func.min(k.id)).where(k.book_id == book_id).scalar_subquery()
    start = int(since.timestamp() * 1000)
    rows = connection.execute(
        select(k.first_at, func.count())
        .join(t.versions, v.from_check == k.id)
        .join(t.cards, c.id == v.card_id)
        .where(k.book_id == book_id, k.id != first, k.first_at >= since)
        .group_by(k.id)
    )
    counts = [0] * weeks
    for at, count in rows:
        place = (int(at.timestamp() * 1000) - start) // _WEEK
        if 0 <= place < weeks:
            counts[place] += count
    return counts


@dataclass(frozen=True, slots=True)
class ChangedCheck:
    """A check of a book at which cards came, changed or went, and how many of each."""

    check_id: int
    at: datetime
    came: int
    changed: int
    went: int


def changed_checks(connection: Connection, book_id: int, *, at_most: int) -> list[ChangedCheck]:
    """The last checks at which something changed in a book, newest first; its first look is none of them."""
    v, k, c = t.versions.c, t.checks.c, t.cards.c
    before, after = t.versions.alias("before"), t.versions.alias("after")
    opened = (
        select(
            v.from_check.label("check_id"),
            case((before.c.card_id.is_(None), 1), else_=0).label("came"),
            case((before.c.card_id.is_(None), 0), else_=1).label("changed"),
            literal(0).label("went"),
        )
        .join(t.cards, (c.id == v.card_id) & (c.book_id == book_id))
        .outerjoin(before, (before.c.card_id == v.card_id) & (before.c.until_check == v.from_check))
    )
    closed = (
        select(v.until_check, literal(0), literal(0), literal(1))
        .join(t.cards, (c.id == v.card_id) & (c.book_id == book_id))
        .where(
            v.until_check.is_not(None),
            ~exists().where(after.c.card_id == v.card_id, after.c.from_check == v.until_check),
        )
    )
    step = union_all(opened, closed).subquery("step")
    first = select(func.min(k.id)).where(k.book_id == book_id).scalar_subquery()
    rows = connection.execute(
        select(k.id, k.first_at, func.sum(step.c.came), func.sum(step.c.changed), func.sum(step.c.went))
        .join(step, step.c.check_id == k.id)
        .where(k.id != first)
        .group_by(k.id)
        .order_by(k.id.desc())
        .limit(at_most)
    )
    return list(starmap(ChangedCheck, rows))


def notifications(connection: Connection, event_id: int) -> Sequence[tuple[str, str, str, datetime | None]]:
    """Whom an event was told to: channel, kind of message, state, and when."""
    o = t.outbox.c
    rows = connection.execute(
        select(o.channel, o.kind, o.state, o.sent_at).where(o.event_id == event_id).order_by(o.id)
    )
    return [(channel, kind, state, at) for channel, kind, state, at in rows]


def finding_steps(connection: Connection, event_id: int, *, limit: int) -> list[tuple[int, datetime, str, Value]]:
    """What became of the findings of an event: finding, when, what (opened, accepted ...), why; the newest first."""
    h, f = t.finding_history.c, t.findings.c
    rows = connection.execute(
        select(h.finding_id, h.at, h.what, h.why)
        .join(t.findings, f.id == h.finding_id)
        .where(f.event_id == event_id)
        .order_by(h.id.desc())
        .limit(limit)
    )
    return [(finding, at, what, why) for finding, at, what, why in rows]


def newest_event(connection: Connection) -> int | None:
    """The id of the newest event that still tells of something; None if there is none."""
    number: int | None = connection.scalar(select(func.max(t.findings.c.event_id)))
    return number
