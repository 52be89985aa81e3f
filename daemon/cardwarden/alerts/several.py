"""Messages about more than one event: the digest, the summary of a flood, the reminder, the all-clear, news of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cardwarden.alerts.compose import unmentioned
from cardwarden.alerts.message import Message
from cardwarden.detect.finding import Event, Severity
from cardwarden.text import ELLIPSIS, clip, plural

_LINE = 100
_LIMIT = 900


@dataclass(frozen=True, slots=True)
class Item:
    """An event in one line: its title (made harmless), its id (None where it is no event), and its severity."""

    title: str
    event_id: int | None
    severity: Severity

    @property
    def line(self) -> str:
        where = f" (e{self.event_id})" if self.event_id is not None else ""
        return f"- {_line(self.title)}{where}"


def proven(message: Message, head: str) -> Message:
    """The message with the digits that `cardwarden verify --head` knows, so that its receiver keeps them."""
    return replace(message, body=f"{message.body}\nProof: {head}") if head else message


def digest(items: Sequence[Item]) -> Message:
    """What happened since the last digest and did not need to be told at once."""
    return Message(
        f"{plural(len(items), 'change')} in your address books",
        _body("Nothing of this is urgent.", items, "To see one: cardwarden show eNUMBER"),
        max(item.severity for item in items),
    )


def group(items: Sequence[Item]) -> Message:
    """What came within one window of time."""
    worst = max(items, key=lambda item: item.severity)
    return Message(
        f"{_line(worst.title)} (and {len(items) - 1} more)",
        _body("", items, "To see one: cardwarden show eNUMBER"),
        worst.severity,
    )


def summary(items: Sequence[Item], limit: int) -> Message:
    """All that waits, because more than `limit` messages an hour would be too many."""
    return Message(
        f"{plural(len(items), 'alert')} in one message",
        _body(
            f"There were more than {limit} messages within an hour, so the rest comes together.",
            items,
            "To see all that is open: cardwarden findings",
        ),
        max(item.severity for item in items),
    )


def reminder(items: Sequence[Item], since: datetime) -> Message:
    """Critical findings that wait for their owner; `since` is when the oldest was found, in the owner's zone."""
    return Message(
        f"Still open: {_line(items[0].title)}" + (f" (and {len(items) - 1} more)" if len(items) > 1 else ""),
        _body(
            f"This is critical and open since {since:%Y-%m-%d %H:%M}.",
            items,
            "Repair the address book, or accept what is right: cardwarden findings",
        ),
        Severity.WARNING,
    )


def repaired(event_id: int, event: Event, source: str, *, left: int) -> Message:
    """The all-clear: what an event told of is no more; `left` of its findings were accepted instead."""
    count = len(event.findings) - left
    what = f"{plural(count, 'finding')} of e{event_id} {'is' if count == 1 else 'are'} no longer there."
    accepted = f" {left:,} you accepted." if left else ""
    return Message(
        f"All clear: {_line(event.title)}",
        f"{what}{accepted}\n\nAddress book: {clip(source, 40)}\nNothing is left to do.",
        Severity.NOTICE,
    )


def accepted(event_id: int, event: Event, source: str, *, who: str, why: str) -> Message:
    """What an event told of is right: somebody said so."""
    reason = f" {clip(why, _LINE)}" if why else ""
    return Message(
        f"Accepted: {_line(event.title)}",
        unmentioned(
            f"{clip(who, 40) or 'Somebody'} said that this change (e{event_id}) is right.{reason}\n\n"
            f"Address book: {clip(source, 40)}\nIf it is not: cardwarden accept --undo e{event_id}"
        ),
        Severity.NOTICE,
    )


def repeated(message: Message) -> Message:
    """The message, which its receiver may have already."""
    body = f"{message.body}\n\nYou may have this already: when it was sent before, the answer did not come."
    return replace(message, body=body)


def channel_failing(name: str, since: datetime, error: str) -> Message:
    """Another channel takes no messages; `error` says why, without its address."""
    return Message(
        f"The channel {name} takes no messages",
        f"Since {since:%Y-%m-%d %H:%M} nothing could be sent there. {error}\n\n"
        f"After you have put it right: cardwarden alert test {name}",
        Severity.WARNING,
    )


def blind(why: str) -> Message:
    """Nothing is guarded, as the database cannot be used; `why` is the error's sentence."""
    return Message(
        "Your address books are not guarded now",
        f"{clip(why, _LIMIT - 200)}\n\nUntil then changes are neither seen nor told.",
        Severity.CRITICAL,
    )


def sighted(since: datetime, now: datetime) -> Message:
    """They are guarded again, after a blindness since then."""
    hours = (now - since).total_seconds() / 3600
    span = plural(round(hours), "hour") if hours >= 1.5 else plural(max(1, round(hours * 60)), "minute")
    return Message(
        "Your address books are guarded again",
        f"They were not for about {span}. What changed meanwhile is found by the next check.",
        Severity.NOTICE,
    )


def missed(count: int) -> Message:
    """This channel was dead for so long that messages were given up."""
    return Message(
        f"{plural(count, 'alert')} did not reach you here",
        "This place took no messages for more than three days, and they were given up.\n\n"
        "To see all that is open: cardwarden findings",
        Severity.WARNING,
    )


def _line(title: str) -> str:
    return unmentioned(clip(title, _LINE))


def _body(head: str, items: Sequence[Item], end: str) -> str:
    """The worst first, as many as fit, and how many are left out."""
    lines: list[str] = []
    room = _LIMIT - len(head) - len(end) - 30
    for item in sorted(items, key=lambda item: -item.severity):
        room -= len(item.line) + 1
        if room < 0:
            break
        lines.append(item.line)
    left = len(items) - len(lines)
    more = [f"and {left:,} more"] if left else []
    return "\n\n".join(filter(None, [head, "\n".join([*lines, *more]), end]))


def shortened(message: Message, title_room: int, body_room: int) -> Message:
    """A message within a service's limits in characters: whole lines of its body, a count of those left out, its last line.

    `title_room` 0 stands for a service without titles: the title becomes the body's first line.
    """
    title, body = message.title, message.body
    if title_room <= 0:
        title, body = "", f"{title}\n{body}"
    elif len(title) > title_room:
        title = title[: title_room - 1] + ELLIPSIS
    if len(body) > body_room:
        body = _cut(body, body_room)
    return replace(message, title=title, body=body)


def _cut(body: str, room: int) -> str:
    lines = [line for line in body.split("\n") if line]
    last = lines.pop()
    for shown in range(len(lines) - 1, 0, -1):
        more = f"({plural(len(lines) - shown, 'line')} left out)"
        text = "\n".join([*lines[:shown], more, last])
        if len(text) <= room:
            return text
    end = f"{ELLIPSIS} ({plural(len(lines), 'line')} cut)\n{last}"
    if len(end) >= room // 2:
        end = f"{ELLIPSIS} ({plural(len(lines), 'line')} cut)"
    return lines[0][: max(0, room - len(end))] + end if lines else last[:room]
