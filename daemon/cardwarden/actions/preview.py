"""A message as it would arrive, made of what really happened; nothing is sent and nothing noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from cardwarden.actions.decide import Policy
from cardwarden.actions.render import alert_of, finished, item_of
from cardwarden.alerts import summaries
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.message import Message, trial_message
from cardwarden.alerts.reader import Reader
from cardwarden.clock import Clock
from cardwarden.detect.finding import Severity
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import chain, lookup
from cardwarden.store import findings as finding_store
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredEvent

_NEWEST = 20  # events of a digest


class PreviewKind(StrEnum):
    """What may be looked at: an event as it is told, what follows it, and what tells of several, or of the program."""

    EVENT = "event"
    ALL_CLEAR = "all-clear"
    ACCEPTED = "accepted"
    DIGEST = "digest"
    REMINDER = "reminder"
    SUMMARY = "summary"
    CHANNEL = "channel"
    BLIND = "blind"
    TEST = "test"


def preview(
    store: Store, channel: Channel, policy: Policy, kind: PreviewKind, event_id: int | None, clock: Clock
) -> Message:
    """What that channel would get of an event, the newest if none is named. Raises UsageError if there is none."""
    reader = channel.reader(policy.zone)
    with store.read() as connection:
        message = _made(connection, channel, policy, reader, kind, event_id, clock)
        return finished(message, channel, reader, chain.head(connection))


def _made(
    connection: Connection,
    channel: Channel,
    policy: Policy,
    reader: Reader,
    kind: PreviewKind,
    event_id: int | None,
    clock: Clock,
) -> Message:
    """The message of one kind. What is about a channel or the database is told as if it had failed an hour ago."""
    match kind:
        case PreviewKind.EVENT:
            return alert_of(connection, channel, _event(connection, event_id), reader)
        case PreviewKind.ALL_CLEAR:
            event = _event(connection, event_id)
            return summaries.repaired(event.id, event.event, event.source, reader, left=0, gone=0)
        case PreviewKind.ACCEPTED:
            event = _event(connection, event_id)
            return summaries.accepted(event.id, event.event, event.source, reader, who="", why="")
        case PreviewKind.DIGEST:
            events = _events(connection, event_id)
            waiting = [event for event in events if event.event.severity < channel.min_severity]
            return summaries.digest([item_of(event, reader) for event in waiting or events], reader)
        case PreviewKind.SUMMARY:
            items = [item_of(event, reader) for event in _events(connection, event_id)]
            return summaries.summary(items, policy.limit, reader)
        case PreviewKind.REMINDER:
            event = _event(connection, event_id)
            return summaries.reminder([replace(item_of(event, reader), severity=Severity.CRITICAL)], event.at, reader)
        case PreviewKind.CHANNEL:
            error = reader.voice.say(phrase("preview-error"))
            return summaries.channel_failing(channel.name, clock.now() - timedelta(hours=1), error, reader)
        case PreviewKind.BLIND:
            return summaries.blind(reader.voice.say(phrase("preview-error")), reader)
        case PreviewKind.TEST:
            return trial_message(reader.voice)
        case _:
            assert_never(kind)


def _events(connection: Connection, event_id: int | None) -> list[StoredEvent]:
    """The newest events, up to the one that is named; at least one."""
    newest = _event(connection, event_id).id
    numbers = range(newest, max(0, newest - _NEWEST), -1)
    return [event for event in finding_store.find_events(connection, list(numbers)) if event.findings]


def _event(connection: Connection, event_id: int | None) -> StoredEvent:
    wanted = lookup.newest_event(connection) if event_id is None else event_id
    event = None if wanted is None else finding_store.find_event(connection, wanted)
    if event is None or not event.findings:
        raise UsageError(phrase("preview-no-event", command=Code("cardwarden findings --all")))
    return event
