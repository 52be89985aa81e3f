"""Deliver what waits in the outbox: at least once, in order, with back-off; one dead channel never delays another."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cardwarden.actions.claim import claim
from cardwarden.actions.decide import Form, Hold, HoldReason, Policy, Send, decide
from cardwarden.actions.follow_up import follow_up, reminder_at
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Value
from cardwarden.store import outbox, record
from cardwarden.store.engine import Connection, Store
from cardwarden.store.outbox import Failing, MessageKind

if TYPE_CHECKING:  # mostly nothing is to be sent
    from cardwarden.alerts.channel import Channel, UndeliveredError
    from cardwarden.alerts.message import Message

_GIVE_UP = timedelta(days=3)
_UNTRIED = timedelta(hours=36)  # longer without an attempt: nobody was there, or the clock leapt; that is no failing
_TELL_OTHERS = timedelta(hours=1)
_HOUR = timedelta(hours=1)
_AT_ONCE = 8  # channels that are served at the same time

Jitter = Callable[[], float]
"""A random number, 0 or more and below 1."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How one round fared.

    sent      messages that went out
    waiting   things that wait still, also those that wait for a digest or a quiet night's end
    failures  why, one sentence a channel, without its address
    """

    sent: int = 0
    waiting: int = 0
    failures: tuple[Value, ...] = ()


def deliver(
    store: Store, channels: Sequence[Channel], policy: Policy, clock: Clock, jitter: Jitter = random.random
) -> Delivered:
    """Send what is due on every channel, each by itself. Raises StoreError."""
    results = _rounds(store, channels, policy, clock, jitter) if channels else []
    with store.read() as connection:
        waiting = sum(outbox.pending(connection).values())
    failures = tuple(failure for result in results for failure in result.failures)
    return Delivered(sum(result.sent for result in results), waiting, failures)


def _rounds(store: Store, channels: Sequence[Channel], policy: Policy, clock: Clock, jitter: Jitter) -> list[Delivered]:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - who has no channel needs no threads

    names = [channel.name for channel in channels]
    with ThreadPoolExecutor(min(_AT_ONCE, len(channels)), "deliver") as pool:
        rounds = [pool.submit(deliver_on, store, channel, names, policy, clock, jitter) for channel in channels]
    return [delivery.result() for delivery in rounds]


def deliver_on(
    store: Store,
    channel: Channel,
    names: Sequence[str],
    policy: Policy,
    clock: Clock,
    jitter: Jitter = random.random,
) -> Delivered:
    """Send what is due on one channel; `names` are those of all channels. What another process sends now is left to it.

    Raises StoreError.
    """
    try:
        with claim(store, "channel:", channel.name, clock, patience=0):
            return _DeliveryRound(store, channel, names, policy, clock, jitter).run()
    except RefusedError:
        return Delivered()


def next_round(store: Store, channel: Channel, policy: Policy, clock: Clock) -> Hold | None:
    """When there is something to do on a channel again, and what is waited for; None if something can go out now.

    Raises StoreError.
    """
    with store.read() as connection:
        state = outbox.failing(connection).get(channel.name)
    if state is not None and clock.now() < state.next_at:
        return Hold(HoldReason.BACK_OFF, state.next_at)
    shall = _decided(store, channel, policy, clock)
    return shall if isinstance(shall, Hold) else None


def at_rest(store: Store, channel: Channel, policy: Policy, clock: Clock) -> Hold | None:
    """Why nothing is to be done on a channel, and until when that stays so if nobody writes; None if that cannot be told.

    Raises StoreError.
    """
    now = clock.now()
    with store.read() as connection:
        remind_at = reminder_at(connection, channel, policy, now, let_be=True)
    hold = next_round(store, channel, policy, clock)
    if hold is None or remind_at is None:
        return hold
    return replace(hold, until=min(hold.until or remind_at, remind_at)) if now < remind_at else None


def _decided(store: Store, channel: Channel, policy: Policy, clock: Clock) -> Send | Hold:
    now = clock.now()
    with store.read() as connection:
        rows = outbox.waiting(connection, channel.name)
        lately = [at for at in outbox.sent_since(connection, channel.name, now - _HOUR) if at <= now]
    return decide(rows, channel.min_severity, policy, now, sent=lately)


@dataclass(frozen=True, slots=True)
class _DeliveryRound:
    """One channel's turn, under its lock."""

    store: Store
    channel: Channel
    names: Sequence[str]
    policy: Policy
    clock: Clock
    jitter: Jitter

    def run(self) -> Delivered:
        """Send what is due on this channel, until nothing is, or one message is not taken."""
        with self.store.read() as connection:
            state = outbox.failing(connection).get(self.channel.name)
        now = self.clock.now()
        # What lies further ahead than any pause was noted by a clock that was set back since.
        if state is not None and now < state.next_at <= now + 2 * _HOUR:
            return Delivered()
        with self.store.read() as connection:
            is_ahead = any(row.created_at > now for row in outbox.waiting(connection, self.channel.name))
        if is_ahead:
            with self.store.write() as connection:
                outbox.put_right(connection, self.channel.name, now)
        follow_up(self.store, self.channel, self.policy, self.clock)
        sent = 0
        while isinstance(shall := _decided(self.store, self.channel, self.policy, self.clock), Send):
            failure = self._send(shall)
            if failure:
                return Delivered(sent, failures=(failure,))
            sent += 1
        return Delivered(sent)

    def _send(self, shall: Send) -> Value:
        """Send one message and note how it went; gives the failure's sentence, "" if it was sent."""
        from cardwarden.actions.render import render_message  # noqa: PLC0415
        from cardwarden.alerts.channel import UndeliveredError  # noqa: PLC0415
        from cardwarden.alerts.sending import send  # noqa: PLC0415
        from cardwarden.alerts.summaries import repeated  # noqa: PLC0415

        ids = [row.id for row in shall.rows]
        message = render_message(self.store, self.channel, shall, self.policy)
        if message is None:
            with self.store.write() as connection:
                outbox.mark_needless(connection, ids)
            return ""
        if any(row.unsure for row in shall.rows):
            message = repeated(message, Voice(self.channel.language))
        with self.store.read() as connection:
            message = _identified(message, shall, record.identity(connection))
        # Nothing goes out while nothing can be noted: a full disk would send the same message again and again.
        with self.store.write() as connection:
            outbox.note_attempt(connection, ids)
        try:
            send(self.channel, message, self.channel.timeout)
        except UndeliveredError as error:
            self._failed(error, [row.id for row in shall.rows if not row.unsure])
            return error.said
        with self.store.write() as connection:
            self._settle(connection, shall)
        return ""

    def _settle(self, connection: Connection, shall: Send) -> None:
        now, name = self.clock.now(), self.channel.name
        events = [row for row in shall.rows if row.kind is not MessageKind.MISSED]
        alerts = [
            row.id for row in events if row.kind is MessageKind.ALERT and row.severity >= self.channel.min_severity
        ]
        outbox.mark_sent(connection, [row.id for row in shall.rows], now, followed=alerts)
        outbox.note_success(connection, name)
        lost = outbox.given_up(connection, name)
        if any(row.kind is MessageKind.MISSED for row in shall.rows):
            outbox.mark_ended(connection, lost)
        elif lost:
            outbox.enqueue_note(connection, name, MessageKind.MISSED, now)

    def _failed(self, error: UndeliveredError, sure: Sequence[int]) -> None:
        """Note that a message was not taken. `sure` are the rows that no earlier attempt may have handed over."""
        now, name = self.clock.now(), self.channel.name
        with self.store.write() as connection:
            if not error.unsure:
                outbox.note_refused(connection, sure)
            before = outbox.failing(connection).get(name)
            attempts = before.attempts + 1 if before else 1
            since = before.since if before and before.since <= now <= before.next_at + _UNTRIED else now
            others_know = before.others_know if before else False
            if not others_know and (error.permanent or now - since >= _TELL_OTHERS):
                for other in self.names:
                    if other != name:
                        outbox.enqueue_note(connection, other, MessageKind.CHANNEL, now, about=name)
                others_know = True
            retry_at = now + _wait(attempts, self.jitter)
            outbox.note_failure(connection, Failing(name, since, attempts, retry_at, others_know, error.said))
            long_since = now - since > _GIVE_UP
            rows = outbox.waiting(connection, name) if long_since else []
            lost = [row.id for row in rows if now - row.created_at > _GIVE_UP]
            outbox.mark_dead(connection, lost)
        _log.warning("%s", error, extra={"channel": name, "attempts": attempts})
        if lost:
            _log.error("channel %s: %d alerts were given up", name, len(lost), extra={"channel": name})


def _identified(message: Message, shall: Send, identity: str) -> Message:
    """The message with an id that it has whenever it is sent, and that of the alert that it follows.

    `identity` is the record's, so that two records that tell one person have no id in common.
    """
    first = shall.rows[0]
    of_event = f"{identity}-e{first.event_id}" if shall.form is Form.SINGLE and first.event_id is not None else ""
    own = of_event if first.kind is MessageKind.ALERT else ""
    return replace(message, id=own or f"{identity}-{min(row.id for row in shall.rows)}", thread=of_event)


def _wait(attempts: int, jitter: Jitter) -> timedelta:
    """Half a minute, doubled at each attempt, an hour at most, and up to a fifth more so that not all come at once."""
    return timedelta(seconds=min(30 * 2 ** min(attempts - 1, 10), 3600) * (1 + jitter() / 5))
