"""Deliver what waits in the outbox: at least once, with back-off; one dead channel never delays another."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cardwarden.alerts.channel import Channel, UndeliveredError, send
from cardwarden.alerts.compose import compose
from cardwarden.clock import Clock
from cardwarden.store import chain, outbox
from cardwarden.store import findings as finding_store
from cardwarden.store.engine import Store
from cardwarden.store.outbox import Message

_LEASE = timedelta(minutes=5)  # longer than any sending may take, else a message would go out twice
_TIMEOUT = 20.0  # seconds
_GIVE_UP = timedelta(days=3)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How the messages of one round fared. `failures` says why, one sentence a channel, without its address."""

    sent: int = 0
    waiting: int = 0
    failures: tuple[str, ...] = ()


def deliver(store: Store, channels: Sequence[Channel], clock: Clock) -> Delivered:
    """Send what is due, channel by channel; a channel that fails is left alone for the rest of this round."""
    with store.read() as connection:
        due = outbox.pending(connection, clock.now())
    sent = 0
    failures: list[str] = []
    for channel in channels:
        if channel.name not in due:
            continue
        while message := _claim(store, channel.name, clock):
            failure = _send(store, channel, message, clock)
            if failure:
                failures.append(failure)
                break
            sent += 1
    with store.read() as connection:
        waiting = sum(outbox.pending(connection).values())
    return Delivered(sent, waiting, tuple(failures))


def _claim(store: Store, channel: str, clock: Clock) -> Message | None:
    with store.write() as connection:
        return outbox.claim(connection, channel, clock.now(), _LEASE)


def _send(store: Store, channel: Channel, message: Message, clock: Clock) -> str:
    """Send one message and note how it went; gives the failure's sentence, "" where it was sent."""
    with store.read() as connection:
        found = finding_store.find_event(connection, message.event_id)
        head = chain.head(connection)
    try:
        if found is not None and found.findings:  # they move on to a newer event when their values change again
            send(channel, compose(found.id, found.event, found.source, head=head), _TIMEOUT)
    except UndeliveredError as error:
        now = clock.now()
        given_up = error.permanent or now - message.created_at > _GIVE_UP
        with store.write() as connection:
            if given_up:
                outbox.mark_dead(connection, message.id, str(error))
            else:
                outbox.mark_failed(connection, message.id, now + _wait(message.attempts), str(error))
        _log.warning("alert %d could not be delivered: %s", message.id, error)
        return str(error)
    with store.write() as connection:
        outbox.mark_sent(connection, message.id, clock.now())
    return ""


def _wait(attempts: int) -> timedelta:
    """Half a minute, doubled at each attempt, an hour at most."""
    return timedelta(seconds=min(30 * 2 ** min(attempts - 1, 10), 3600))
