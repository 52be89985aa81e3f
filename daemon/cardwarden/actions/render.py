"""What waits in the outbox becomes a message, at the moment it is sent: as the findings stand then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from cardwarden.actions.decide import Form, Policy, Send
from cardwarden.actions.queries.writer import writer_of
from cardwarden.alerts import summaries
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.compose import compose, occasion_of
from cardwarden.alerts.message import Button, Message, Occasion, Pointer
from cardwarden.alerts.reader import Reader
from cardwarden.alerts.summaries import Item
from cardwarden.detect.finding import Cause, Severity, State
from cardwarden.phrases.phrase import phrase
from cardwarden.store import acceptances, chain, outbox
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import web as web_store
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredEvent, StoredFinding
from cardwarden.store.outbox import MessageKind, Waiting

_LINK = 2_000  # columns: a link is never cut


def render_message(store: Store, channel: Channel, shall: Send, policy: Policy) -> Message | None:
    """One message; None if nothing is left to tell: findings moved on to a newer event, or are settled."""
    reader = channel.reader(policy.zone)
    with store.read() as connection:
        head = chain.head(connection)
        if shall.form is Form.SINGLE:
            message = _single(connection, channel, shall.rows[0], reader)
        else:
            items = [item for row in shall.rows for item in _items(connection, channel, row, reader)]
            message = _of_several(items, shall.form, policy, reader) if items else None
            of = {item.event_id for item in items}
            if message and len(of) == 1 and (only := of.pop()) is not None:
                message = _led(message, channel, finding_store.find_event(connection, only), reader)
    return finished(message, channel, reader, head) if message else None


def finished(message: Message, channel: Channel, reader: Reader, head: str) -> Message:
    """A message with its proof, and with the way to the page if it has none to an event."""
    if channel.page and not message.link:
        seen = reader.voice.say(phrase("message-see-page", link=channel.page), width=_LINK)
        message = replace(message, link=channel.page, act_by_link=seen)
    return replace(message, proof=head)


def _of_several(items: Sequence[Item], form: Form, policy: Policy, reader: Reader) -> Message:
    match form:
        case Form.DIGEST:
            return summaries.digest(items, reader)
        case Form.GROUP:
            return summaries.group(items, reader)
        case _:
            return summaries.summary(items, policy.limit, reader)


def critical_of(connection: Connection, channel: Channel, at: datetime) -> list[StoredFinding]:
    """The critical findings that are open, that a channel is for, and that nobody let be at that time, oldest first."""
    quiet = web_store.quiet_findings(connection, at)
    return [
        stored
        for stored in finding_store.open_findings(connection)
        if stored.finding.severity is Severity.CRITICAL and channel.hears_of(stored.source) and stored.id not in quiet
    ]


def _single(connection: Connection, channel: Channel, row: Waiting, reader: Reader) -> Message | None:
    """One message; None if nothing is left to say: findings moved on to a newer event, or are settled."""
    stored = None if row.event_id is None else finding_store.find_event(connection, row.event_id)
    match row.kind:
        case MessageKind.ALERT:
            if not stored or not stored.findings:
                return None
            return alert_of(connection, channel, stored, reader)
        case MessageKind.REPAIRED:
            if not stored or not stored.findings:
                return None
            left = sum(finding.state is State.ACCEPTED for finding in stored.findings)
            gone = _gone(connection, stored.findings)
            message = summaries.repaired(stored.id, stored.event, stored.source, reader, left=left, gone=gone)
            return _led(message, channel, stored, reader)
        case MessageKind.ACCEPTED:
            if not stored or not stored.findings:
                return None
            stands = acceptances.standing(connection, [finding.id for finding in stored.findings])
            who, why = (stands[0].who, stands[0].why) if stands else ("", "")
            message = summaries.accepted(stored.id, stored.event, stored.source, reader, who=who, why=why)
            return _led(message, channel, stored, reader)
        case MessageKind.REMINDER:
            waiting = critical_of(connection, channel, row.created_at)
            if not waiting:
                return None
            events = finding_store.find_events(connection, [finding.event_id for finding in waiting])
            items = [replace(item_of(event, reader), severity=Severity.CRITICAL) for event in events]
            message = summaries.reminder(items, min(f.opened_at for f in waiting), reader)
            return _led(message, channel, events[0], reader) if len(events) == 1 else message
        case MessageKind.CHANNEL:
            state = outbox.failing(connection).get(row.about)
            if state is None:
                return None
            return summaries.channel_failing(row.about, state.since, state.error, reader)
        case MessageKind.MISSED:
            lost = outbox.given_up(connection, channel.name)
            return summaries.missed(len(lost), reader) if lost else None


def _gone(connection: Connection, findings: Iterable[StoredFinding]) -> int:
    """How many findings about a value of a contact are over because the contact itself is not in the book any more."""
    about = [stored.card_id for stored in findings if stored.state is State.RESOLVED and stored.finding.prop]
    cards = card_store.cards_by_id(connection, (card for card in about if card is not None))
    here = {card.id for card in cards if card.present}
    return sum(card is not None and card not in here for card in about)


def alert_of(connection: Connection, channel: Channel, stored: StoredEvent, reader: Reader) -> Message:
    """The alert of an event, with the way to its page and its buttons if the channel has them."""
    voice = reader.voice
    pointer = (channel.point(stored.id, stored.source) if channel.point else None) or Pointer()
    writer = writer_of(connection, stored.findings)
    message = compose(stored.id, stored.event, stored.source, reader, writer=writer.said if writer else None)
    waits = any(finding.state is State.OPEN for finding in stored.findings)
    asks = waits and message.occasion is not Occasion.BOOK  # a book that is not there is mended, not answered
    buttons = [Button(voice.title(phrase(f"button-{verb}")), url, body) for verb, url, body in pointer.answers if asks]
    if pointer.link and buttons:
        buttons.append(Button(voice.title(phrase("button-open")), pointer.link, opens=True))
    line = voice.say(phrase("message-decide", command=pointer.link), width=_LINK) if pointer.link else ""
    return replace(message, link=pointer.link, act_by_link=line, buttons=tuple(buttons))


def _led(message: Message, channel: Channel, stored: StoredEvent | None, reader: Reader) -> Message:
    """A message about one event, with the way to its page if the channel has one."""
    if not channel.point or not stored:
        return message
    pointer = channel.point(stored.id, stored.source)
    if not pointer or not pointer.link:
        return message
    waits = any(finding.state is State.OPEN for finding in stored.findings)
    way = phrase("message-decide", command=pointer.link) if waits else phrase("message-see-it", link=pointer.link)
    seen = reader.voice.say(way, width=_LINK)
    return replace(message, link=pointer.link, act_by_link=seen)


def _items(connection: Connection, channel: Channel, row: Waiting, reader: Reader) -> list[Item]:
    """A row as lines among others."""
    message = _single(connection, channel, row, reader)
    if message is None:
        return []
    if row.kind is MessageKind.ALERT and row.event_id is not None:
        stored = finding_store.find_event(connection, row.event_id)
        return [] if stored is None else [item_of(stored, reader)]
    return [Item(message.title, row.event_id, message.severity)]


def item_of(stored: StoredEvent, reader: Reader) -> Item:
    """An event as a line among others."""
    rewrite = (stored.book_id, stored.at) if stored.event.cause is Cause.ALIKE else None
    title = summaries.item_title(stored.event, stored.source, occasion_of(stored.event), reader)
    return Item(title, stored.id, stored.event.severity, rewrite, summaries.seen_event(stored.event, reader))
