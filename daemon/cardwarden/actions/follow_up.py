"""What follows an alert: the all-clear, the word that somebody accepted it, a reminder while what is critical is open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cardwarden.actions.decide import Policy
from cardwarden.clock import Clock
from cardwarden.detect.finding import Severity, State
from cardwarden.store import findings as finding_store
from cardwarden.store import outbox
from cardwarden.store.engine import Connection, Store
from cardwarden.store.outbox import MessageKind

if TYPE_CHECKING:  # loaded by who has one
    from cardwarden.alerts.channel import Channel


def follow_up(store: Store, channel: Channel, policy: Policy, clock: Clock) -> None:
    """Queue what follows on a channel. It looks at states, so nothing is lost when it comes late. Raises StoreError."""
    with store.read() as connection:
        over = outbox.over(connection, channel.name)
        remind = _is_reminder_due(connection, channel, policy, clock.now())
    if not over and not remind:
        return
    now = clock.now()
    with store.write() as connection:
        for _, event, states in over:
            if State.RESOLVED in states:
                outbox.enqueue_note(connection, channel.name, MessageKind.REPAIRED, now, event_id=event)
            elif State.ACCEPTED in states:
                outbox.enqueue_note(connection, channel.name, MessageKind.ACCEPTED, now, event_id=event)
        outbox.mark_ended(connection, [row for row, _, _ in over])
        if remind:
            outbox.enqueue_note(connection, channel.name, MessageKind.REMINDER, now)


def reminder_at(
    connection: Connection, channel: Channel, policy: Policy, now: datetime, *, let_be: bool
) -> datetime | None:
    """When what is critical is told again on a channel if it is open still; None if nothing is.

    `let_be`: also what is let be at `now`, which may end before.
    """
    if not policy.remind:
        return None
    since = finding_store.open_since(connection, Severity.CRITICAL, channel.sources, at=None if let_be else now)
    if since is None:
        return None
    last = outbox.last_critical(connection, channel.name, now)
    return max(since, last or since) + policy.remind


def _is_reminder_due(connection: Connection, channel: Channel, policy: Policy, now: datetime) -> bool:
    at = reminder_at(connection, channel, policy, now, let_be=False)
    if at is None or at > now:
        return False
    queued = outbox.waiting(connection, channel.name)
    return not any(
        row.kind is MessageKind.REMINDER or (row.kind is MessageKind.ALERT and row.severity is Severity.CRITICAL)
        for row in queued
    )
