"""Which event has to be told on which channel: rows are claimed by a conditional UPDATE, sent, then marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from cardwarden.store import tables as t

_PENDING, _SENT, _DEAD = "pending", "sent", "dead"


@dataclass(frozen=True, slots=True)
class Message:
    """One event to be told on one channel. `attempts` counts this one; `id` stays the same when it is sent again."""

    id: int
    channel: str
    event_id: int
    attempts: int
    created_at: datetime


def enqueue(connection: Connection, channel: str, event_id: int, at: datetime) -> None:
    """Have an event told on a channel; nothing happens where it was or will be already."""
    o = t.outbox.c
    if connection.scalar(select(o.id).where(o.channel == channel, o.event_id == event_id)) is None:
        row = {"channel": channel, "event_id": event_id, "created_at": at, "next_at": at}
        connection.execute(insert(t.outbox).values(**row, state=_PENDING, attempts=0, error=""))


def claim(connection: Connection, channel: str, now: datetime, lease: timedelta) -> Message | None:
    """Take the oldest message of a channel that is due; None where there is none.

    For the length of the lease nobody else gets it. Afterwards it is due again, because whoever had it may have died:
    a message is sent at least once. One that waits for its next attempt lets younger ones pass.
    """
    o = t.outbox.c
    due = and_(
        o.channel == channel,
        o.state == _PENDING,
        o.next_at <= now,
        or_(o.claimed_until.is_(None), o.claimed_until <= now),
    )
    oldest = select(func.min(o.id)).where(due).scalar_subquery()
    row = connection.execute(
        update(t.outbox)
        .where(o.id == oldest, due)
        .values(claimed_until=now + lease, attempts=o.attempts + 1)
        .returning(o.id, o.channel, o.event_id, o.attempts, o.created_at)
    ).first()
    return None if row is None else Message(*row)


def mark_sent(connection: Connection, message_id: int, at: datetime) -> None:
    """It was handed over."""
    _settle(connection, message_id, state=_SENT, sent_at=at, error="")


def mark_failed(connection: Connection, message_id: int, retry_at: datetime, error: str) -> None:
    """It was not handed over, and is due again at `retry_at`."""
    _settle(connection, message_id, next_at=retry_at, error=error)


def mark_dead(connection: Connection, message_id: int, error: str) -> None:
    """It was not handed over, and trying again would not help."""
    _settle(connection, message_id, state=_DEAD, error=error)


def _settle(connection: Connection, message_id: int, **values: object) -> None:
    o = t.outbox.c
    # Only a pending one: where the lease ran out, somebody else may have sent it meanwhile.
    waiting = update(t.outbox).where(o.id == message_id, o.state == _PENDING)
    connection.execute(waiting.values(claimed_until=None, **values))


def pending(connection: Connection, due_at: datetime | None = None) -> dict[str, int]:
    """How many messages wait, by channel; with `due_at` only those whose time has come by then."""
    o = t.outbox.c
    query = select(o.channel, func.count()).where(o.state == _PENDING).group_by(o.channel).order_by(o.channel)
    if due_at is not None:
        query = query.where(o.next_at <= due_at)
    return dict(connection.execute(query).all())
