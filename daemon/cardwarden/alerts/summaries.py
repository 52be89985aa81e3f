"""Messages about more than one event: the digest, the summary of a flood, the reminder, the all-clear, news of a channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cardwarden.alerts.compose import unmentioned
from cardwarden.alerts.message import Message
from cardwarden.detect.finding import Event, Severity
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Moment, Sentence, Value, phrase
from cardwarden.text import ELLIPSIS, clip

_LINE = 100
_LIMIT = 900


@dataclass(frozen=True, slots=True)
class Item:
    """An event in one line: its title in the reader's words, its id (None if it is no event), and its severity.

    rewrite  the book and time of the check that found it, if that found one change of many contacts; else None
    """

    title: str
    event_id: int | None
    severity: Severity
    rewrite: tuple[int, datetime] | None = None

    def line(self, voice: Voice) -> str:
        what = _line(self.title)
        if self.event_id is None:
            return voice.say(phrase("message-note", what=what), width=_LIMIT)
        return voice.say(phrase("message-item", what=what, event=f"e{self.event_id}"), width=_LIMIT)


def proven(message: Message, head: str, voice: Voice) -> Message:
    """The message with the digits that `cardwarden verify --head` knows, so that its receiver keeps them."""
    if not head:
        return message
    return replace(message, body=f"{message.body}\n{voice.say(phrase('message-proof', digits=head))}")


def digest(items: Sequence[Item], voice: Voice) -> Message:
    """What happened since the last digest and did not need to be told at once; a rewrite of a book is one line."""
    items = _one_a_rewrite(items, voice)
    return Message(
        voice.title(phrase("digest-title", count=len(items))),
        _body(voice.say(phrase("digest-head")), items, _see_one(voice), voice),
        max(item.severity for item in items),
    )


def _one_a_rewrite(items: Sequence[Item], voice: Voice) -> list[Item]:
    """What one rewrite did to the contacts of a book in several ways, as the first of them with a count of the others."""
    others = Counter(item.rewrite for item in items)
    lines: dict[object, Item] = {}
    for place, item in enumerate(sorted(items, key=lambda item: -item.severity)):
        lines.setdefault(item.rewrite or place, item)
    return [
        replace(
            item,
            title=voice.say(
                phrase("message-and-more", what=_line(item.title), count=others[item.rewrite] - 1), width=_LIMIT
            ),
        )
        if item.rewrite and others[item.rewrite] > 1
        else item
        for item in lines.values()
    ]


def group(items: Sequence[Item], voice: Voice) -> Message:
    """What came within one window of time."""
    worst = max(items, key=lambda item: item.severity)
    title = voice.say(phrase("message-and-more", what=_line(worst.title), count=len(items) - 1), width=_LIMIT)
    return Message(title, _body("", items, _see_one(voice), voice), worst.severity)


def summary(items: Sequence[Item], limit: int, voice: Voice) -> Message:
    """All that waits, because more than `limit` messages an hour would be too many."""
    return Message(
        voice.title(phrase("summary-title", count=len(items))),
        _body(voice.say(phrase("summary-head", count=limit)), items, _see_all(voice), voice),
        max(item.severity for item in items),
    )


def reminder(items: Sequence[Item], since: datetime, voice: Voice) -> Message:
    """Critical findings that wait for their owner; `since` is when the oldest was found."""
    what = _line(items[0].title)
    if len(items) > 1:
        what = voice.say(phrase("message-and-more", what=what, count=len(items) - 1), width=_LIMIT)
    return Message(
        voice.say(phrase("reminder-title", what=what), width=_LIMIT),
        _body(
            voice.say(phrase("reminder-head", since=Moment(since))),
            items,
            voice.say(phrase("reminder-end", command="cardwarden findings")),
            voice,
        ),
        Severity.WARNING,
    )


def repaired(event_id: int, event: Event, source: str, voice: Voice, *, left: int) -> Message:
    """The all-clear: what an event told of is no more; `left` of its findings were accepted instead."""
    what = voice.say(phrase("all-clear-count", count=len(event.findings) - left, event=f"e{event_id}"))
    accepted = f" {voice.say(phrase('all-clear-accepted', count=left))}" if left else ""
    book = voice.say(phrase("message-book", book=source), width=40)
    return Message(
        voice.say(phrase("all-clear-title", what=_line(voice.title(event.title))), width=_LIMIT),
        f"{what}{accepted}\n\n{book}\n{voice.say(phrase('all-clear-end'))}",
        Severity.NOTICE,
    )


def accepted(event_id: int, event: Event, source: str, voice: Voice, *, who: Value, why: Value) -> Message:
    """What an event told of is right: somebody said so."""
    sentence = phrase("accepted-by", who=who, event=f"e{event_id}") if who else phrase("accepted", event=f"e{event_id}")
    reason = f" {voice.value(why, width=_LINE)}" if why else ""
    book = voice.say(phrase("message-book", book=source), width=40)
    undo = voice.say(phrase("accepted-undo", command=f"cardwarden accept --undo e{event_id}"))
    return Message(
        voice.say(phrase("accepted-title", what=_line(voice.title(event.title))), width=_LIMIT),
        unmentioned(f"{voice.title(sentence, width=40)}{reason}\n\n{book}\n{undo}"),
        Severity.NOTICE,
    )


def repeated(message: Message, voice: Voice) -> Message:
    """The message, which its receiver may have already."""
    return replace(message, body=f"{message.body}\n\n{voice.say(phrase('message-repeated'))}")


def channel_failing(name: str, since: datetime, error: str, voice: Voice) -> Message:
    """Another channel takes no messages; `error` says why, without its address."""
    return Message(
        voice.title(phrase("channel-failing-title", channel=name)),
        voice.say(phrase("channel-failing", since=Moment(since), error=Sentence(error)), width=_LIMIT)
        + "\n\n"
        + voice.say(phrase("channel-failing-end", command=f"cardwarden alert test {name}"), width=_LIMIT),
        Severity.WARNING,
    )


def blind(why: str, voice: Voice) -> Message:
    """Nothing is guarded, as the database cannot be used; `why` is the error's sentence."""
    return Message(
        voice.title(phrase("blind-title")),
        f"{voice.value(Sentence(why))}\n\n{voice.say(phrase('blind-body'))}",
        Severity.CRITICAL,
    )


def sighted(since: datetime, now: datetime, voice: Voice) -> Message:
    """They are guarded again, after a blindness since then."""
    minutes = (now - since).total_seconds() / 60
    span = phrase("minutes", count=max(1, round(minutes)))
    if minutes >= 90:
        span = phrase("hours", count=round(minutes / 60))
    return Message(voice.title(phrase("sighted-title")), voice.say(phrase("sighted-body", span=span)), Severity.NOTICE)


def missed(count: int, voice: Voice) -> Message:
    """This channel was dead for so long that messages were given up."""
    return Message(
        voice.title(phrase("missed-title", count=count)),
        f"{voice.say(phrase('missed-head'))}\n\n{_see_all(voice)}",
        Severity.WARNING,
    )


def _see_one(voice: Voice) -> str:
    return voice.say(phrase("message-see-one", command="cardwarden show eNUMBER"))


def _see_all(voice: Voice) -> str:
    return voice.say(phrase("message-see-all", command="cardwarden findings"))


def _line(title: str) -> str:
    return unmentioned(clip(title, _LINE))


def _body(head: str, items: Sequence[Item], end: str, voice: Voice) -> str:
    """The worst first, as many as fit, and how many are left out."""
    lines: list[str] = []
    room = _LIMIT - len(head) - len(end) - 30
    for item in sorted(items, key=lambda item: -item.severity):
        line = item.line(voice)
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    left = len(items) - len(lines)
    more = [voice.say(phrase("message-more", count=left))] if left else []
    return "\n\n".join(filter(None, [head, "\n".join([*lines, *more]), end]))


def shortened(message: Message, title_room: int, body_room: int, voice: Voice) -> Message:
    """A message within a service's limits in characters: whole lines of its body, a count of those left out, its last line.

    `title_room` 0 stands for a service without titles: the title becomes the body's first line.
    """
    title, body = message.title, message.body
    if title_room <= 0:
        title, body = "", f"{title}\n{body}"
    elif len(title) > title_room:
        title = title[: title_room - 1] + ELLIPSIS
    if len(body) > body_room:
        body = _cut(body, body_room, voice)
    return replace(message, title=title, body=body)


def _cut(body: str, room: int, voice: Voice) -> str:
    lines = [line for line in body.split("\n") if line]
    last = lines.pop()
    for shown in range(len(lines) - 1, 0, -1):
        more = voice.say(phrase("message-lines-left-out", count=len(lines) - shown))
        text = "\n".join([*lines[:shown], more, last])
        if len(text) <= room:
            return text
    cut = voice.say(phrase("message-lines-cut", count=len(lines)))
    end = f"{cut}\n{last}"
    if len(end) >= room // 2:
        end = cut
    return lines[0][: max(0, room - len(end))] + end if lines else last[:room]
