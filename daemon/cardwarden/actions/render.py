"""What waits in the outbox becomes a message, at the moment it is sent: as the findings stand then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cardwarden.actions.decide import Form, Policy, Send
from cardwarden.alerts import summaries
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.compose import compose
from cardwarden.alerts.message import Button, Message, Pointer
from cardwarden.alerts.summaries import Item
from cardwarden.detect.finding import Cause, Severity, State
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase
from cardwarden.store import acceptances, chain, outbox
from cardwarden.store import findings as finding_store
from cardwarden.store import web as web_store
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredEvent, StoredFinding
from cardwarden.store.outbox import MessageKind, Waiting

_LINK = 2_000  # columns: a link is never cut


def render(store: Store, channel: Channel, shall: Send, policy: Policy) -> Message | None:
    """One message; None if nothing is left to tell: findings moved on to a newer event, or are settled."""
    voice = Voice(channel.language, policy.zone)
    with store.read() as connection:
        head = chain.head(connection)
        if shall.form is Form.SINGLE:
            return _single(connection, channel, shall.rows[0], voice)
        items = [item for row in shall.rows for item in _items(connection, channel, row, voice)]
    if not items:
        return None
    match shall.form:
        case Form.DIGEST:
            return summaries.proven(summaries.digest(items, voice), head, voice)
        case Form.GROUP:
            return summaries.proven(summaries.group(items, voice), head, voice)
        case _:
            return summaries.proven(summaries.summary(items, policy.limit, voice), head, voice)


def critical_of(connection: Connection, channel: Channel, at: datetime) -> list[StoredFinding]:
    """The critical findings that are open, that a channel is for, and that nobody let be at that time, oldest first."""
    quiet = web_store.quiet_events(connection, at)
    return [
        stored
        for stored in finding_store.open_findings(connection)
        if stored.finding.severity is Severity.CRITICAL
        and channel.hears_of(stored.source)
        and stored.event_id not in quiet
    ]


def _single(connection: Connection, channel: Channel, row: Waiting, voice: Voice) -> Message | None:
    stored_event = None if row.event_id is None else finding_store.find_event(connection, row.event_id)
    match row.kind:
        case MessageKind.ALERT:
            if not stored_event or not stored_event.findings:
                return None
            return _pointing(connection, channel, stored_event, voice)
        case MessageKind.REPAIRED:
            if not stored_event or not stored_event.findings:
                return None
            left = sum(finding.state is State.ACCEPTED for finding in stored_event.findings)
            return summaries.repaired(stored_event.id, stored_event.event, stored_event.source, voice, left=left)
        case MessageKind.ACCEPTED:
            if not stored_event or not stored_event.findings:
                return None
            stands = acceptances.standing(connection, [finding.id for finding in stored_event.findings])
            who, why = (stands[0].who, stands[0].why) if stands else ("", "")
            return summaries.accepted(stored_event.id, stored_event.event, stored_event.source, voice, who=who, why=why)
        case MessageKind.REMINDER:
            waiting = critical_of(connection, channel, row.created_at)
            if not waiting:
                return None
            events = finding_store.find_events(connection, [finding.event_id for finding in waiting])
            items = [Item(voice.title(event.event.title), event.id, Severity.CRITICAL) for event in events]
            return summaries.reminder(items, min(f.opened_at for f in waiting), voice)
        case MessageKind.CHANNEL:
            state = outbox.failing(connection).get(row.about)
            if state is None:
                return None
            return summaries.channel_failing(row.about, state.since, state.error, voice)
        case MessageKind.MISSED:
            lost = outbox.given_up(connection, channel.name)
            return summaries.missed(len(lost), voice) if lost else None


def _pointing(connection: Connection, channel: Channel, event: StoredEvent, voice: Voice) -> Message:
    """The alert of an event, with the way to its page and its buttons where the channel has them."""
    pointer = (channel.point(event.id, event.source) if channel.point else None) or Pointer()
    head = chain.head(connection)
    message = compose(event.id, event.event, event.source, voice, head=head, linked=bool(pointer.link))
    waits = any(finding.state is State.OPEN for finding in event.findings)
    buttons = [Button(voice.title(phrase(f"button-{verb}")), url, body) for verb, url, body in pointer.answers if waits]
    if pointer.link and buttons:
        buttons.append(Button(voice.title(phrase("button-open")), pointer.link, opens=True))
    line = voice.say(phrase("message-decide", command=pointer.link), width=_LINK) if pointer.link else ""
    return replace(message, link=pointer.link, link_line=line, buttons=tuple(buttons))


def _items(connection: Connection, channel: Channel, row: Waiting, voice: Voice) -> list[Item]:
    """A row as lines among others."""
    message = _single(connection, channel, row, voice)
    if message is None:
        return []
    if row.kind is MessageKind.ALERT and row.event_id is not None:
        event = finding_store.find_event(connection, row.event_id)
        if event is None:
            return []
        rewrite = (event.book_id, event.at) if event.event.cause is Cause.ALIKE else None
        return [Item(voice.title(event.event.title), event.id, event.event.severity, rewrite)]
    return [Item(message.title, row.event_id, message.severity)]
