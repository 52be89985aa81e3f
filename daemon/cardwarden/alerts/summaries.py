"""Messages about more than one event: the digest, the summary of a flood, the reminder, the all-clear, news of a channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cardwarden.alerts.compose import book_line, counted_title, title_behind
from cardwarden.alerts.layout import SCREEN
from cardwarden.alerts.message import Line, Message, Occasion
from cardwarden.alerts.privacy import masked_event
from cardwarden.alerts.reader import Privacy, Reader
from cardwarden.detect.finding import Event, Severity
from cardwarden.phrases.language import Said, Voice
from cardwarden.phrases.phrase import Code, Moment, Phrase, Value, phrase
from cardwarden.text import columns, cut

_LINE = 100


@dataclass(frozen=True, slots=True)
class Item:
    """An event in one line: its title in the reader's words, its id (None if it is no event), and its severity.

    rewrite  the book and time of the check that found it, if that found one change of many contacts; else None
    event    the event itself, as its reader is to see it; None if that is only how many, or if it is no event
    """

    title: str
    event_id: int | None
    severity: Severity
    rewrite: tuple[int, datetime] | None = None
    event: Event | None = None

    def line(self, voice: Voice) -> Line:
        what = Said(cut(self.title, _LINE))
        if self.event_id is None:
            return Line(voice.say(phrase("message-note", what=what)))
        return Line(voice.say(phrase("message-item", what=what, event=f"e{self.event_id}")))


def seen_event(event: Event, reader: Reader) -> Event | None:
    """As much of an event as its reader is to see; None if that is only how many."""
    match reader.privacy:
        case Privacy.COUNT:
            return None
        case Privacy.MASKED:
            return masked_event(event)
        case Privacy.FULL:
            return event


def item_title(event: Event, source: str, occasion: Occasion, reader: Reader) -> str:
    """An event in one line among others, as much of it as its reader is to see."""
    seen = seen_event(event, reader)
    return reader.voice.title(seen.title) if seen else counted_title(occasion, event.count, source, reader.voice)


def digest(items: Sequence[Item], reader: Reader) -> Message:
    """What happened since the last digest and did not need to be told at once; a rewrite of a book is one line."""
    voice = reader.voice
    items = _one_a_rewrite(items, voice)
    ask, title = voice.say(phrase("digest-head")), phrase("digest-title", count=len(items))
    return _listing(Occasion.DIGEST, voice.title(title), items, reader, ask=ask, act=_see_one(items, reader))


def _one_a_rewrite(items: Sequence[Item], voice: Voice) -> list[Item]:
    """What one rewrite did to the contacts of a book in several ways, as the first of them with a count of the others."""
    others = Counter(item.rewrite for item in items)
    lines: dict[object, Item] = {}
    for place, item in enumerate(sorted(items, key=lambda item: -item.severity)):
        lines.setdefault(item.rewrite or place, item)
    return [
        replace(item, title=_and_more(cut(item.title, _LINE), others[item.rewrite] - 1, voice))
        if item.rewrite and others[item.rewrite] > 1
        else item
        for item in lines.values()
    ]


def group(items: Sequence[Item], reader: Reader) -> Message:
    """What came within one window of time."""
    worst = max(items, key=lambda item: item.severity)
    title = _short(worst.title, len(items) - 1, reader.voice)
    return _listing(Occasion.DIGEST, title, items, reader, act=_see_one(items, reader))


def summary(items: Sequence[Item], limit: int, reader: Reader) -> Message:
    """All that waits, because more than `limit` messages an hour would be too many."""
    why = (reader.voice.say(phrase("summary-head", count=limit)),)
    title = reader.voice.title(phrase("summary-title", count=len(items)))
    return _listing(Occasion.DIGEST, title, items, reader, why=why)


def reminder(items: Sequence[Item], since: datetime, reader: Reader) -> Message:
    """Critical findings that wait for their owner; `since` is when the oldest was found."""
    voice = reader.voice
    head, first, more = phrase("reminder-title", what=""), items[0], len(items) - 1
    if first.event:
        title = title_behind(head, first.event, voice, more)
    else:
        room = SCREEN - columns(voice.say(head))
        title = voice.say(head.with_values(what=Said(_short(first.title, more, voice, room))))
    why = (voice.say(phrase("reminder-head", since=Moment(since))),)
    ask = voice.say(phrase("ask-reminder"))
    act = phrase("reminder-end", command=Code("cardwarden findings")) if reader.is_keeper else _see_all(reader)
    message = _listing(Occasion.REMINDER, title, items, reader, ask=ask, why=why, act=act)
    return replace(message, severity=Severity.WARNING)


def repaired(event_id: int, event: Event, source: str, reader: Reader, *, left: int, gone: int) -> Message:
    """The all-clear: what an event told of is no more.

    `left` of its findings were accepted instead, `gone` are over because their contacts are not in the book any more.
    """
    voice, why = reader.voice, []
    if undone := len(event.findings) - left - gone:
        why.append(voice.say(phrase("all-clear-count", count=undone, event=f"e{event_id}")))
    if gone:
        why.append(voice.say(phrase("all-clear-gone", count=gone, event=f"e{event_id}")))
    if left:
        why.append(voice.say(phrase("all-clear-accepted", count=left)))
    ask = voice.say(phrase("all-clear-end"))
    return _settled(phrase("all-clear-title", what=""), event, source, reader, ask=ask, why=(" ".join(why),))


def accepted(event_id: int, event: Event, source: str, reader: Reader, *, who: Value, why: Value) -> Message:
    """What an event told of is right: somebody said so."""
    voice = reader.voice
    sentence = phrase("accepted-by", who=who, event=f"e{event_id}") if who else phrase("accepted", event=f"e{event_id}")
    reason = (voice.value(why, width=_LINE),) if why and reader.privacy is Privacy.FULL else ()
    act = phrase("accepted-undo", command=Code(f"cardwarden accept --undo e{event_id}"))
    if not reader.is_keeper:
        act = phrase("message-tell", event=f"e{event_id}")
    message = _settled(
        phrase("accepted-title", what=""), event, source, reader, why=(voice.title(sentence, width=SCREEN), *reason)
    )
    return replace(message, act=voice.say(act))


class Came(StrEnum):
    """What came of a button that was pressed, if no other message says it."""

    QUIET = "quiet"
    SETTLED = "settled"
    STILL = "still"
    REFUSED = "refused"


def answer_message(came: Came, event: Event, source: str, reader: Reader, said: Phrase) -> Message:
    """What came of a button about an event; `said` tells it in a sentence, whose values stay away from masked readers."""
    titles = {
        Came.QUIET: phrase("answer-quiet-title", what=""),
        Came.SETTLED: phrase("answer-settled-title", what=""),
        Came.STILL: phrase("answer-still-title", what=""),
        Came.REFUSED: phrase("answer-refused-title", what=""),
    }
    shown = said if reader.privacy is Privacy.FULL or came is not Came.REFUSED else phrase("answer-refused")
    message = _settled(titles[came], event, source, reader, why=(reader.voice.title(shown, width=_LINE),))
    if came in {Came.STILL, Came.REFUSED}:
        return replace(message, occasion=Occasion.REMINDER, severity=Severity.WARNING)
    return message


def _settled(
    title_with: Phrase, event: Event, source: str, reader: Reader, *, ask: str = "", why: tuple[str, ...]
) -> Message:
    voice = reader.voice
    if reader.privacy is Privacy.COUNT:
        title = counted_title(Occasion.ALL_CLEAR, event.count, source, voice)
    else:
        shown = masked_event(event) if reader.privacy is Privacy.MASKED else event
        title = title_behind(title_with, shown, voice)
    return Message(Occasion.ALL_CLEAR, Severity.NOTICE, title, ask=ask, why=why, book=book_line(source, voice))


def repeated(message: Message, voice: Voice) -> Message:
    """The message, which its receiver may have already."""
    return replace(message, note=voice.say(phrase("message-repeated")))


def channel_failing(name: str, since: datetime, error: Value, reader: Reader) -> Message:
    """Another channel takes no messages; `error` says why, without its address."""
    voice = reader.voice
    act = phrase("channel-failing-end", command=Code(f"cardwarden alert test {name}"))
    if not reader.is_keeper:
        act = phrase("channel-failing-tell")
    why = (voice.say(phrase("channel-failing", since=Moment(since))), voice.value(error))
    title = cut(voice.title(phrase("channel-failing-title", channel=name)), SCREEN)
    ask = voice.say(phrase("ask-channel"))
    return Message(Occasion.CHANNEL, Severity.WARNING, title, ask=ask, why=why, act=voice.say(act))


def blind(why: Value, reader: Reader) -> Message:
    """Nothing is guarded, as the database cannot be used; `why` says why."""
    voice = reader.voice
    reasons = (voice.value(why), voice.say(phrase("blind-body")))
    title = cut(voice.title(phrase("blind-title")), SCREEN)
    return Message(Occasion.BOOK, Severity.CRITICAL, title, ask=voice.say(phrase("ask-blind")), why=reasons)


def sighted(since: datetime, now: datetime, reader: Reader) -> Message:
    """They are guarded again, after a blindness since then."""
    voice = reader.voice
    why = voice.say(phrase("sighted-body", span=_span((now - since).total_seconds() / 60)))
    ask = voice.say(phrase("all-clear-end"))
    title = cut(voice.title(phrase("sighted-title")), SCREEN)
    return Message(Occasion.ALL_CLEAR, Severity.NOTICE, title, ask=ask, why=(why,))


def _span(minutes: float) -> Phrase:
    return (
        phrase("hours", count=round(minutes / 60)) if minutes >= 90 else phrase("minutes", count=max(1, round(minutes)))
    )


def missed(count: int, reader: Reader) -> Message:
    """This channel was dead for so long that messages were given up."""
    voice = reader.voice
    why, title = (voice.say(phrase("missed-head")),), cut(voice.title(phrase("missed-title", count=count)), SCREEN)
    return Message(Occasion.CHANNEL, Severity.WARNING, title, why=why, act=voice.say(_see_all(reader)))


def _see_all(reader: Reader) -> Phrase:
    return (
        phrase("message-see-all", command=Code("cardwarden findings"))
        if reader.is_keeper
        else phrase("message-ask-keeper")
    )


def _see_one(items: Sequence[Item], reader: Reader) -> Phrase:
    first = next((item.event_id for item in items if item.event_id is not None), None)
    if first is None or not reader.is_keeper:
        return _see_all(reader)
    return phrase("message-see-one", command=Code(f"cardwarden show e{first}"))


def _and_more(title: str, more: int, voice: Voice) -> str:
    return voice.say(phrase("message-and-more", what=Said(title), count=more)) if more else title


def _short(title: str, more: int, voice: Voice, room: int = SCREEN) -> str:
    """A title in so many columns, the count of others whole."""
    end = voice.say(phrase("title-and-more", count=more)) if more else ""
    return cut(title, room - columns(end)) + end


def _listing(
    occasion: Occasion,
    title: str,
    items: Sequence[Item],
    reader: Reader,
    *,
    ask: str = "",
    why: tuple[str, ...] = (),
    act: Phrase | None = None,
) -> Message:
    """A line for each, the worst first."""
    ordered = sorted(items, key=lambda item: -item.severity)
    return Message(
        occasion,
        ordered[0].severity,
        cut(title, SCREEN),
        tuple(item.line(reader.voice) for item in ordered),
        ask,
        why,
        act=reader.voice.say(act or _see_all(reader)),
    )
