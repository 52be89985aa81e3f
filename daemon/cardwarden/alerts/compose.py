"""An event becomes what a person reads on a lock screen: who and what, before → after, and the one question or act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from cardwarden.alerts.layout import SCREEN
from cardwarden.alerts.lines import change_block, change_line, display_name
from cardwarden.alerts.message import ChangeRow, Line, Message, Occasion
from cardwarden.alerts.privacy import masked_event
from cardwarden.alerts.reader import Privacy, Reader
from cardwarden.detect.finding import CardRef, Cause, Event, Finding, FindingKind, Severity, Urgency, more_than_first
from cardwarden.detect.outcome import Doubt
from cardwarden.phrases.language import Said, Voice, opening
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.text import clip, columns, cut

_WHOLE = 1 << 16  # columns: never clipped
_NAME_AT_LEAST = 12  # columns of a title that the name of a book keeps
_PERSON_AT_LEAST = 8  # those that a contact's name keeps behind a few words, else these are said of whom alone
_PERSON_STILL = 6  # those that are left of it beside what happened, which is never cut
_TWO_LINES = 2 * SCREEN - 4
_NAMES = (60, 32, 24, 16, 12, 8)  # columns of a name in the title of what is about no contact: the first that fits
_LONG = 300  # columns of a value in a text; a table holds all of it
_EXAMPLES = 3  # more of the same tells nothing
_ROWS = 12  # of a table that people still look through


def compose(event_id: int, event: Event, source: str, reader: Reader, *, writer: Phrase | None = None) -> Message:
    """The message about one event, as far as it is the same wherever it leads.

    Of one contact what changed, in full; of many contacts three examples if all changed in the same way, else a line for
    each kind of finding. `writer` says what wrote the contact.
    """
    occasion = occasion_of(event)
    act = whom_to_tell(event_id, occasion, reader)
    if reader.privacy is Privacy.COUNT:
        title = counted_title(occasion, event.count, source, reader.voice)
        ask = reader.voice.say(phrase(f"ask-{occasion}"))
        return Message(occasion, event.severity, title, ask=ask, book=book_line(source, reader.voice), act=act)
    if reader.privacy is Privacy.MASKED:
        event, writer = masked_event(event), None
    voice = reader.voice
    findings = list(event.findings)
    if findings and findings[0].severity > Severity.INFO:  # what is only recorded is no news beside it
        findings = [finding for finding in findings if finding.severity > Severity.INFO]
    ask = voice.say(phrase(f"ask-{_ask(event, occasion)}")) if findings else ""
    frame = Message(occasion, event.severity, "", ask=ask, book=book_line(source, voice), act=act)
    if len({finding.card and finding.card.key for finding in findings}) == 1:
        return _of_one(frame, findings, reader, writer)
    reason = _untold(event.reason)
    return replace(
        frame,
        title=title_of(event, voice),
        lines=tuple(_lines(findings, voice)),
        why=(voice.title(reason),) if reason else (),
        rows=tuple(replace(_row(finding, voice), is_told=True) for finding in findings[:_ROWS]),
    )


def _of_one(frame: Message, findings: Sequence[Finding], reader: Reader, writer: Phrase | None) -> Message:
    """The message about one contact, or one book: what changed in a line, and in a sentence what the title had no room for.

    If the line is long, it is clipped, and the first row holds all of it.
    """
    voice, worst = reader.voice, findings[0]
    head, line, why = (
        _title(findings, voice),
        change_line(worst, voice, _WHOLE),
        _why_here(worst, frame.occasion, reader),
    )
    is_told = columns(line) <= _TWO_LINES
    if not is_told:
        line = change_line(worst, voice, SCREEN - 4)
    elif not _is_all_said(head, findings, (line, *why) if line else why, voice):
        why = (_sentence(worst, voice), *why)
    rows = [_row(finding, voice, is_first=not place) for place, finding in enumerate(findings)]
    return replace(
        frame,
        title=head.text,
        lines=(Line(line),) if line else (),
        why=why,
        writer=voice.say(writer) if writer and worst.card else "",
        rows=(replace(rows[0], is_told=is_told), *rows[1:]),
    )


def _why_here(finding: Finding, occasion: Occasion, reader: Reader) -> tuple[str, ...]:
    """Why it matters to this reader: whose books are too many has to know it, whoever keeps the program."""
    if limit := _limit_of(finding):
        return (reader.voice.title(limit),)
    return _why(finding, reader.voice) if reader.is_keeper or occasion is not Occasion.BOOK else ()


def _is_all_said(head: _Title, findings: Sequence[Finding], below: Sequence[str], voice: Voice) -> bool:
    """Whether a title and what stands `below` it name the contact whole, and say all that happened."""
    name = display_name(findings[0], voice, _WHOLE)
    is_named = head.is_named or len(findings) > 1 or any(name in said for said in below)
    is_drift = findings[0].kind is FindingKind.DRIFT  # fewer words do not say that it is the copy's
    return is_named and (head.is_whole or (head.is_said and bool(below) and not is_drift))


def occasion_of(event: Event) -> Occasion:
    """Why an event is told."""
    if event.findings and event.findings[0].kind in {FindingKind.CONDITION, FindingKind.RECORD}:
        return Occasion.BOOK
    return Occasion.ALARM if event.severity is Severity.CRITICAL else Occasion.QUESTION


def title_of(event: Event, voice: Voice, room: int = SCREEN) -> str:
    """What an event is called if it stands alone, in `room` columns: of many contacts the count is never clipped."""
    return _title_of(event, voice, room).text


def _title_of(event: Event, voice: Voice, room: int) -> _Title:
    if event.cause is Cause.CARD and event.findings:
        return _title(event.findings, voice, room)
    title = voice.title(event.title)
    if event.cause is Cause.ALIKE and columns(title) > room and event.findings:
        return _title_of_many(event, voice, room)
    short = cut(title, room)
    return _Title(short, is_named=True, is_said=short == title, is_whole=short == title)


def _title_of_many(event: Event, voice: Voice, room: int) -> _Title:
    """What happened to many, in fewer words: of these a sign for "times" is not enough behind words that say something else."""
    many, what = phrase("title-of-many", count=event.count, what=Said("")), event.findings[0].title
    brief = voice.shorter(many)
    titles = [
        (voice.say(form.with_values(what=Said(voice.in_short(what, room - columns(voice.say(form)))))), form)
        for form in (many, brief)
    ]
    title, form = next(((short, form) for short, form in titles if columns(short) <= room), titles[-1])
    short = cut(title, room)
    return _Title(short, is_named=True, is_said=short == title and form != brief, is_whole=False)


def title_behind(head: Phrase, event: Event, voice: Voice, more: int = 0) -> str:
    """What an event, and so many `more`, is called behind a few words (`head`, with it as `what`), in 40 columns.

    What happened is said whole, or not at all: then it is whom or how many it happened to.
    """
    end = f" {voice.in_short(phrase('title-and-more', count=more))}" if more else ""
    room = SCREEN - columns(voice.say(head.with_values(what=""))) - columns(end)
    whole = _title_of(event, voice, room)
    title = whole.text
    if not whole.is_said or _is_fact_cut(event, voice, room):
        worst = event.findings[0] if event.findings else None
        if event.cause is Cause.CARD and worst and worst.card:
            is_named = worst.card.name.strip()
            title = display_name(worst, voice, room) if is_named else voice.say(phrase("nameless-short"))
        elif worst and worst.card:
            title = voice.say(phrase("page-card-count", count=event.count))
    return voice.say(head.with_values(what=Said(title))) + end


def _is_fact_cut(event: Event, voice: Voice, room: int) -> bool:
    """Whether a title of one contact in `room` columns has no room for all that it says of the change."""
    if event.cause is not Cause.CARD or not event.findings or event.findings[0].card is None:
        return False
    others = more_than_first(event.findings)
    more = f" {voice.in_short(phrase('title-and-more', count=others))}" if others else ""
    left = room - 2 - columns(more) - _least(event.findings[0].card, voice)
    return columns(voice.in_short(event.findings[0].title, left)) > left


def counted_title(occasion: Occasion, count: int, source: str, voice: Voice) -> str:
    """A title that says how many and in which book, and nothing else."""
    match occasion:
        case Occasion.ALARM:
            what = phrase("count-alarm", count=count)
        case Occasion.BOOK:
            what = phrase("count-book")
        case Occasion.ALL_CLEAR:
            what = phrase("count-all-clear", count=count)
        case _:
            what = phrase("count-question", count=count)
    said = voice.say(what)
    return voice.about(clip(source, max(_NAME_AT_LEAST, SCREEN - columns(said) - 2)), said)


def whom_to_tell(event_id: int, occasion: Occasion, reader: Reader) -> str:
    """What its reader does if no page can be reached."""
    if reader.is_keeper:
        return reader.voice.say(phrase("message-decide", command=Code(f"cardwarden show e{event_id}")))
    if occasion is Occasion.BOOK:
        return reader.voice.say(phrase("message-tell-of-book", event=f"e{event_id}"))
    return reader.voice.say(phrase("message-tell", event=f"e{event_id}"))


def book_line(source: str, voice: Voice) -> str:
    """In which address book something is."""
    return voice.say(phrase("message-book", book=source), width=SCREEN)


def _ask(event: Event, occasion: Occasion) -> str:
    """The name of the question, or of the act, that settles an event."""
    worst = event.findings[0]
    if occasion is Occasion.BOOK:
        return "limit" if _limit_of(worst) else "book"
    if event.cause is Cause.FIRST_LOOK:
        return "first-look"
    if worst.kind is FindingKind.HAZARD:
        return "hazard"
    if worst.urgency is Urgency.GUARDED:
        return "guarded"
    return "alarm" if occasion is Occasion.ALARM else "question"


@dataclass(frozen=True, slots=True)
class _Title:
    """A title; whether a contact's name stands there whole, and of what happened all words, or fewer that say it."""

    text: str
    is_named: bool
    is_said: bool
    is_whole: bool


def _title(findings: Sequence[Finding], voice: Voice, screen: int = SCREEN) -> _Title:
    """Who and what in `screen` columns: if they do not fit, it is said in fewer words; then the name gives way."""
    worst = findings[0]
    if worst.card is None:
        return _title_of_book(worst.title, voice, screen)
    count = more_than_first(findings)
    others = phrase("title-and-more", count=count) if count else None
    more = voice.say(others) if others else ""
    what = voice.say(worst.title, width=_WHOLE)
    room = screen - 2 - columns(more)
    whole = what
    if columns(display_name(worst, voice, _WHOLE)) + columns(what) > room:
        more = f" {voice.in_short(others)}" if others else ""
        room = screen - 2 - columns(more)
        what = voice.in_short(worst.title, room - _least(worst.card, voice))
    if worst.card.name.strip():
        name = display_name(worst, voice, _WHOLE)
        who = display_name(worst, voice, max(_PERSON_STILL, room - columns(what)))
    else:
        name = who = voice.say(phrase("nameless-short"))
    short = cut(what, room - columns(who))
    return _Title(f"{voice.about(who, short)}{more}", name == who, short == what, whole == short)


def _title_of_book(said: Phrase, voice: Voice, screen: int) -> _Title:
    """What is about no contact: of a long one first the words become fewer, then the names in it give way."""
    title = voice.title(said)
    if columns(title) <= screen:
        return _Title(title, is_named=True, is_said=True, is_whole=True)
    titles = [voice.title(voice.shorter(said), width=room) for room in _NAMES]
    short = next((short for short in titles if columns(short) <= screen), titles[-1])
    return _Title(cut(short, screen), is_named=True, is_said=False, is_whole=False)


def _least(card: CardRef, voice: Voice) -> int:
    """Columns that a contact's name keeps in a title."""
    name = card.name.strip()
    return min(_PERSON_AT_LEAST, columns(name)) if name else columns(voice.say(phrase("nameless-short")))


def _why(finding: Finding, voice: Voice) -> tuple[str, ...]:
    """Why it matters, and why it is as urgent as it is."""
    reason = _untold(finding.reason)
    why = [reason] if reason else []
    match finding.urgency:
        case Urgency.USUAL:
            pass
        case Urgency.ASKED | Urgency.ASKED_UNSIGNED:
            why.append(phrase(f"message-{finding.urgency}"))
        case urgency:
            why.append(phrase(f"urgency-{urgency}"))
    return tuple(voice.title(reason, width=3 * SCREEN) for reason in why)


def _limit_of(finding: Finding) -> Phrase | None:
    """The limit of its server that a book went beyond, if that is why it is not read."""
    return finding.reason if finding.doubt is Doubt.LIMIT else None


def _untold(reason: Phrase | None) -> Phrase | None:
    """A reason without what a line with before and after says already; None if it says nothing else."""
    match reason:
        case None | Phrase("became" | "label-changed-why" | "media-why" | "value-added-why" | "value-lost-why"):
            return None
        case Phrase("number-plus-added-why", (("danger", Phrase() as danger), ("number", _))):
            return danger
        case Phrase("then", (("first", Phrase() as first), ("second", Phrase() as second))):
            left = _untold(first)
            return phrase("then", first=left, second=second) if left else second
        case Phrase("event-example", (("who", who), ("why", Phrase() as why))):
            left = None if why.name == "doubled-why" else _untold(why)
            return phrase("event-example", who=who, why=left) if left else None
        case _:
            return reason


def _sentence(finding: Finding, voice: Voice) -> str:
    """Who and what without a clip, as the title had no room for them."""
    if finding.card is None:
        return voice.title(finding.title, width=_WHOLE)
    what = voice.say(finding.title, width=_WHOLE)
    return voice.about(display_name(finding, voice, _WHOLE), what)


def _row(finding: Finding, voice: Voice, *, is_first: bool = False) -> ChangeRow:
    """One finding in full; that of one contact which is told first has its reason told elsewhere."""
    line = change_line(finding, voice, _LONG)
    sentences = [line] if line and columns(line) <= SCREEN else change_block(finding, voice, _LONG)
    if finding.card and not is_first and (reason := _untold(finding.reason)):
        sentences.append(voice.title(reason))
    return ChangeRow(
        voice.name(finding.card.name, width=_WHOLE) if finding.card else "",
        voice.title(finding.title, width=_WHOLE),
        opening(voice.field(finding.prop)) if finding.prop else "",
        voice.value(finding.before, width=_WHOLE),
        voice.value(finding.after, width=_WHOLE),
        tuple(sentences),
    )


def _lines(findings: Sequence[Finding], voice: Voice) -> list[Line]:
    """Of contacts that changed alike a line each, three at most; else a line for each kind, the worst first."""
    kinds = _by_kind(findings)
    if len(kinds) != 1:
        return [Line(_line(kind, voice), len(kind)) for kind in kinds]
    lines = list(islice(_different(findings, voice), _EXAMPLES))
    left = len(findings) - len(lines)
    return [*lines, Line(voice.say(phrase("message-more", count=left)), left)] if left > 0 else lines


def _different(findings: Sequence[Finding], voice: Voice) -> Iterator[Line]:
    """A line for each; of namesakes to whom the same happened one."""
    lines = (_whose(finding, change_line(finding, voice, SCREEN), voice) for finding in findings)
    return (Line(text) for text in dict.fromkeys(lines))


def _whose(finding: Finding, what: str, voice: Voice) -> str:
    """A line about one contact: its name, and what changed if that can be shown."""
    name = display_name(finding, voice, SCREEN)
    return voice.about(name, what) if what else name


def _by_kind(findings: Sequence[Finding]) -> list[list[Finding]]:
    """What changed in one way, or is wrong in one way, together; the worst first."""
    kinds: dict[Phrase, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.alike or finding.title, []).append(finding)
    return list(kinds.values())


def _line(alike: Sequence[Finding], voice: Voice) -> str:
    """What several contacts have in common, with up to three of them."""
    first = alike[0]
    change = change_line(first, voice, SCREEN)
    if len(alike) == 1:
        return _whose(first, _with(cut(voice.say(first.title), 2 * SCREEN), change, voice), voice)
    head = _with(display_name(first, voice, SCREEN), change, voice)
    names = voice.listed([head, *(display_name(finding, voice, SCREEN) for finding in alike[1:_EXAMPLES])])
    if len(alike) > _EXAMPLES:
        names = voice.say(phrase("message-names-more", names=Said(names), count=len(alike) - _EXAMPLES))
    what = cut(voice.title(first.title), 2 * SCREEN)
    return voice.say(phrase("message-alike", what=Said(what), count=len(alike), names=Said(names)))


def _with(what: str, change: str, voice: Voice) -> str:
    return voice.say(phrase("message-with-change", what=Said(what), change=Said(change))) if change else what
