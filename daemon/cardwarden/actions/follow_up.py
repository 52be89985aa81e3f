"""What follows an alert: the all-clear, the word that somebody accepted it, a reminder while what is critical is open."""

from __future__ import annotations

from cardwarden.actions.decide import Policy
from cardwarden.alerts.channel import Channel
from cardwarden.clock import Clock
from cardwarden.detect.finding import Severity, State
from cardwarden.store import findings as finding_store
from cardwarden.store import outbox
from cardwarden.store.engine import Connection, Store
from cardwarden.store.outbox import MessageKind


def follow_up(store: Store, channel: Channel, policy: Policy, clock: Clock) -> None:
    """Queue what follows on a channel. It looks at states, so nothing is lost when it comes late. Raises StoreError."""
    with store.read() as connection:
        over = outbox.over(connection, channel.name)
        remind = _is_reminder_due(connection, channel, policy, clock)
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


def _is_reminder_due(connection: Connection, channel: Channel, policy: Policy, clock: Clock) -> bool:
    if not policy.remind:
        return False
    now = clock.now()
    due_by = now - policy.remind
    last = outbox.last_critical(connection, channel.name, now)
    if last is not None and last > due_by:
        return False
    since = finding_store.open_since(connection, Severity.CRITICAL, channel.sources, at=now)
    if since is None or since > due_by:
        return False
    queued = outbox.waiting(connection, channel.name)
    return not any(
        row.kind is MessageKind.REMINDER or (row.kind is MessageKind.ALERT and row.severity is Severity.CRITICAL)
        for row in queued
    )
