"""What has to be told on which channel, in order, and how each channel fares; what is told stays noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select, update

from cardwarden.detect.finding import Severity, State
from cardwarden.phrases.phrase import Value
from cardwarden.store import tables as t
from cardwarden.store.batches import batches

_PENDING, _SENT, _DEAD = "pending", "sent", "dead"
TO_TELL = "cardwarden_to_tell"
"""An option of a connection's: called with it and a channel's name, in the same transaction, when something is to be told there,
whether it waits already or follows what was told."""


class MessageKind(StrEnum):
    """What a row of the outbox tells.

    alert     an event
    repaired  an event whose findings are no more
    accepted  an event that somebody said is right
    reminder  critical findings that are open still
    channel   another channel, named in `about`, that takes no messages
    missed    messages of this channel that were given up
    """

    ALERT = "alert"
    REPAIRED = "repaired"
    ACCEPTED = "accepted"
    REMINDER = "reminder"
    CHANNEL = "channel"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to be told. `severity` is the event's; of what speaks of no event, warning. `id` is stable.

    `unsure`: it may have been taken already, as an attempt broke off before its end was known.
    """

    id: int
    kind: MessageKind
    event_id: int | None
    about: str
    severity: Severity
    created_at: datetime
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Stray:
    """What waits, or whose end is to be told, on a channel that is not known any more; of an event, from whose source."""

    id: int
    channel: str
    kind: MessageKind
    is_sent: bool
    event_id: int | None
    source: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Failing:
    """A channel that takes no messages: since when, how often it was tried, when it is tried next, and why it fails.

    `others_know` is set once the other channels were told of it.
    """

    channel: str
    since: datetime
    attempts: int
    next_at: datetime
    others_know: bool
    error: Value


def enqueue(connection: Connection, channel: str, event_id: int, at: datetime) -> None:
    """Have an event told on a channel; nothing happens if it was or will be already."""
    _put(connection, channel, MessageKind.ALERT, at, event_id=event_id)


def enqueue_note(
    connection: Connection,
    channel: str,
    kind: MessageKind,
    at: datetime,
    *,
    event_id: int | None = None,
    about: str = "",
) -> None:
    """Have something else told on a channel; nothing happens if the same waits there already."""
    _put(connection, channel, kind, at, event_id=event_id, about=about)


def _put(
    connection: Connection, channel: str, kind: MessageKind, at: datetime, *, event_id: int | None, about: str = ""
) -> None:
    o = t.outbox.c
    same = [o.channel == channel, o.kind == kind.value, o.event_id.is_not_distinct_from(event_id), o.about == about]
    if event_id is None:
        same.append(o.state == _PENDING)
    if connection.scalar(select(o.id).where(*same)) is None:
        row = {"channel": channel, "kind": kind.value, "event_id": event_id, "about": about, "created_at": at}
        connection.execute(insert(t.outbox).values(**row, state=_PENDING, attempts=0, unsure=False, ended=False))
        _call(connection, [channel])


def note_over(connection: Connection, findings: Iterable[int]) -> None:
    """These findings are open no more: where they were told, that is to be told, too. `over` finds it out by itself, later."""
    if TO_TELL not in connection.get_execution_options():
        return
    o, f = t.outbox.c, t.findings.c
    for batch in batches(findings):
        events = select(f.event_id).where(f.id.in_(batch))
        channels = select(o.channel).distinct().where(o.state == _SENT, o.ended.is_(False), o.event_id.in_(events))
        _call(connection, connection.scalars(channels).all())


def _call(connection: Connection, channels: Iterable[str]) -> None:
    if call := connection.get_execution_options().get(TO_TELL):
        for channel in channels:
            call(connection, channel)


def waiting(connection: Connection, channel: str) -> list[Waiting]:
    """What is to be told on a channel, oldest first."""
    o, e = t.outbox.c, t.events.c
    rows = connection.execute(
        select(o.id, o.kind, o.event_id, o.about, e.severity, o.created_at, o.unsure)
        .select_from(t.outbox.outerjoin(t.events, e.id == o.event_id))
        .where(o.channel == channel, o.state == _PENDING)
        .order_by(o.id)
    )
    return [
        Waiting(
            row_id,
            MessageKind(kind),
            event_id,
            about,
            Severity.WARNING if severity is None else Severity(severity),
            created,
            unsure,
        )
        for row_id, kind, event_id, about, severity, created, unsure in rows
    ]


def pending(connection: Connection) -> dict[str, int]:
    """How much waits, by channel."""
    o = t.outbox.c
    query = select(o.channel, func.count()).where(o.state == _PENDING).group_by(o.channel).order_by(o.channel)
    return dict(connection.execute(query).all())


def strays(connection: Connection, known: Collection[str]) -> list[Stray]:
    """What waits, or is to be followed, on channels that are not `known`, oldest first."""
    o, e, b = t.outbox.c, t.events.c, t.books.c
    rows = connection.execute(
        select(o.id, o.channel, o.kind, o.state == _SENT, o.event_id, b.source, e.severity)
        .select_from(t.outbox.outerjoin(t.events, e.id == o.event_id).outerjoin(t.books, b.id == e.book_id))
        .where(o.channel.not_in(known), o.ended.is_(False))
        .order_by(o.id)
    )
    return [
        Stray(row_id, channel, MessageKind(kind), bool(is_sent), event_id, source or "", Severity(severity or 0))
        for row_id, channel, kind, is_sent, event_id, source, severity in rows
    ]


def readdress(connection: Connection, stray: Stray, channels: Collection[str]) -> None:
    """Have a stray told, or followed, on these channels instead; nothing happens if it was or will be told."""
    o = t.outbox.c
    there = connection.scalars(
        select(o.channel).where(
            o.channel.in_(channels), o.kind == stray.kind.value, o.event_id.is_not_distinct_from(stray.event_id)
        )
    ).all()
    row = connection.execute(select(t.outbox).where(o.id == stray.id)).mappings().one()
    same = {name: value for name, value in row.items() if name != "id"}
    copies = [{**same, "channel": name, "attempts": 0, "unsure": False} for name in channels if name not in there]
    if copies:
        connection.execute(insert(t.outbox), copies)
        _call(connection, [copy["channel"] for copy in copies])
    mark_ended(connection, [stray.id])
    if not stray.is_sent:
        mark_dead(connection, [stray.id])


def forget_channels(connection: Connection, known: Collection[str]) -> None:
    """Forget how channels fared that are not known any more."""
    connection.execute(delete(t.channels).where(t.channels.c.channel.not_in(known)))


def put_right(connection: Connection, channel: str, now: datetime) -> None:
    """What was put into the queue by a clock that was ahead waits since now: else it would wait for that clock's time."""
    o = t.outbox.c
    connection.execute(
        update(t.outbox).where(o.channel == channel, o.state == _PENDING, o.created_at > now).values(created_at=now)
    )


def note_attempt(connection: Connection, ids: Sequence[int]) -> None:
    """They are about to be handed over: until it is known how that ended, they may have been taken."""
    o = t.outbox.c
    for batch in batches(ids):
        connection.execute(update(t.outbox).where(o.id.in_(batch)).values(attempts=o.attempts + 1, unsure=True))


def note_refused(connection: Connection, ids: Sequence[int]) -> None:
    """They were not taken, for sure."""
    o = t.outbox.c
    for batch in batches(ids):
        connection.execute(update(t.outbox).where(o.id.in_(batch)).values(unsure=False))


def mark_sent(connection: Connection, ids: Sequence[int], at: datetime, *, followed: Collection[int] = ()) -> None:
    """They were handed over as one message. Of those that are `followed` the end is to be told, too."""
    first = min(ids)
    _settle(connection, [row for row in ids if row not in followed], **_sent(at, first), ended=True)
    _settle(connection, [row for row in ids if row in followed], **_sent(at, first), ended=False)


def _sent(at: datetime, first: int) -> dict[str, object]:
    return {"state": _SENT, "sent_at": at, "sent_with": first}


def mark_needless(connection: Connection, ids: Sequence[int]) -> None:
    """There is nothing to tell any more."""
    _settle(connection, ids, state=_SENT, ended=True)


def withdraw(connection: Connection, event_ids: Collection[int]) -> dict[int, set[str]]:
    """What waits to be told of these events is told otherwise, and so is the end of what was told.

    Gives the channels by the ids of events that they have not been told of.
    """
    o = t.outbox.c
    channels: dict[int, set[str]] = {}
    for batch in batches(event_ids):
        untold = select(o.id, o.event_id, o.channel).where(o.event_id.in_(batch), o.state == _PENDING, o.attempts == 0)
        rows = connection.execute(untold).all()
        for _, event_id, channel in rows:
            channels.setdefault(event_id, set()).add(channel)
        mark_needless(connection, [row for row, _, _ in rows])
        connection.execute(update(t.outbox).where(o.event_id.in_(batch), o.state == _SENT).values(ended=True))
    return channels


def mark_dead(connection: Connection, ids: Sequence[int]) -> None:
    """They are given up; the channel will be told of that when it takes messages again."""
    _settle(connection, ids, state=_DEAD)


def _settle(connection: Connection, ids: Sequence[int], **values: object) -> None:
    o = t.outbox.c
    for batch in batches(ids):
        connection.execute(update(t.outbox).where(o.id.in_(batch), o.state == _PENDING).values(**values))


def sent_since(connection: Connection, channel: str, since: datetime) -> list[datetime]:
    """When each message went out on a channel after `since`, oldest first."""
    o = t.outbox.c
    return list(
        connection.scalars(
            select(func.max(o.sent_at))
            .where(o.channel == channel, o.state == _SENT, o.sent_at > since)
            .group_by(o.sent_with)
            .order_by(func.max(o.sent_at))
        )
    )


# What follows: the all-clear, the reminder, the word about what was given up


def to_follow(connection: Connection, channel: str) -> list[tuple[int, int, set[State]]]:
    """The alerts of a channel whose end is to be told: row, event, and the states its findings are in now."""
    o, f = t.outbox.c, t.findings.c
    rows = connection.execute(
        select(o.id, o.event_id, f.state)
        .distinct()
        .select_from(t.outbox.outerjoin(t.findings, f.event_id == o.event_id))
        .where(o.channel == channel, o.state == _SENT, o.ended.is_(False))
    )
    states_of: dict[tuple[int, int], set[State]] = {}
    for row_id, event_id, state in rows:
        states_of.setdefault((row_id, event_id), set()).update({State(state)} if state else ())
    return [(row_id, event_id, states) for (row_id, event_id), states in states_of.items()]


def over(connection: Connection, channel: str) -> list[tuple[int, int, set[State]]]:
    """Those of them of which nothing is open any more."""
    return [row for row in to_follow(connection, channel) if State.OPEN not in row[2]]


def mark_ended(connection: Connection, ids: Sequence[int]) -> None:
    """Nothing is to follow any more."""
    for batch in batches(ids):
        connection.execute(update(t.outbox).where(t.outbox.c.id.in_(batch)).values(ended=True))


def last_critical(connection: Connection, channel: str, now: datetime) -> datetime | None:
    """When a channel was last told of something critical, or reminded of it, by `now`."""
    o, e = t.outbox.c, t.events.c
    when: datetime | None = connection.scalar(
        select(func.max(o.sent_at))
        .select_from(t.outbox.outerjoin(t.events, e.id == o.event_id))
        .where(
            o.channel == channel,
            o.state == _SENT,
            o.sent_at <= now,
            (o.kind == MessageKind.REMINDER.value)
            | ((o.kind == MessageKind.ALERT.value) & (e.severity == Severity.CRITICAL.value)),
        )
    )
    return when


def given_up(connection: Connection, channel: str) -> list[int]:
    """What was given up on a channel, and its owner does not know."""
    o = t.outbox.c
    return list(connection.scalars(select(o.id).where(o.channel == channel, o.state == _DEAD, o.ended.is_(False))))


# How a channel fares


def failing(connection: Connection) -> dict[str, Failing]:
    """The channels that take no messages, by name."""
    return {row.channel: Failing(*row) for row in connection.execute(select(t.channels))}


def note_failure(connection: Connection, failure: Failing) -> None:
    """A channel did not take a message."""
    note_success(connection, failure.channel)
    connection.execute(
        insert(t.channels).values(
            channel=failure.channel,
            failing_since=failure.since,
            attempts=failure.attempts,
            next_at=failure.next_at,
            others_know=failure.others_know,
            error=failure.error,
        )
    )


def try_again(connection: Connection, at: datetime) -> None:
    """Let every failing channel be tried at `at`."""
    connection.execute(update(t.channels).values(next_at=at))


def note_success(connection: Connection, channel: str) -> None:
    """A channel took a message."""
    connection.execute(delete(t.channels).where(t.channels.c.channel == channel))
