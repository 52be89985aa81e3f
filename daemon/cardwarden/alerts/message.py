"""What goes to a phone, as a value: its occasion, its title, and the parts that a layout makes a text of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cardwarden.detect.finding import Severity
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase


class Occasion(StrEnum):
    """Why somebody hears of something; a template of the owner's has its name.

    question   a change that may well be right: was that you?
    alarm      what nobody does by hand, or what is urgent for another reason
    all-clear  what was told is no more, or somebody said that it is right
    digest     several things in one message
    reminder   something urgent that still waits
    book       a book, or all of them, cannot be guarded as usual
    channel    messages do not reach somebody
    test       nothing happened
    """

    QUESTION = "question"
    ALARM = "alarm"
    ALL_CLEAR = "all-clear"
    DIGEST = "digest"
    REMINDER = "reminder"
    BOOK = "book"
    CHANNEL = "channel"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press in a notification: POSTs `body` to `url`, or opens it. Only ntfy has them."""

    label: str
    url: str
    body: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a message about an event leads: its page ("" if none is reached), and what answers it.

    answers  (verb, address, body): what a button of that verb POSTs
    """

    link: str = ""
    answers: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `count` is for how many things it stands."""

    text: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change in full: of whom, what happened, in which field, what was there and what is there now; "" for none.

    `sentences` say the values, and why they matter, in sentences. `is_told`: title and lines hold it all, so that a text
    need not say it again.
    """

    who: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""
    sentences: tuple[str, ...] = ()
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is told, each part in the reader's words and harmless.

    title    at most 40 columns: it may be all that a lock screen shows
    lines    the first is what was → what is now; the others say the same of others, and give way first
    ask      the question, or the act, in at most 40 columns
    why      why it matters, whom it would reach, why it is urgent: a paragraph each
    writer   which program wrote it; "" if that is not known
    rows     the changes in full
    book     which address book; "" for none or several
    act      what is to be done if no link leads to a page
    link     leads to its event; `act_by_link` says so if a service has no place for a link
    buttons  answer it
    note     what else the reader should know: that it may be a repeat
    proof    the digits that `cardwarden verify --head` knows
    id       the same each time the message is sent, so that a service or a reader can fold a repeat; "" for none
    thread   the id of the alert that it belongs to; "" for none
    """

    occasion: Occasion
    severity: Severity
    title: str
    lines: tuple[Line, ...] = ()
    ask: str = ""
    why: tuple[str, ...] = ()
    writer: str = ""
    rows: tuple[ChangeRow, ...] = ()
    book: str = ""
    act: str = ""
    link: str = ""
    act_by_link: str = ""
    buttons: tuple[Button, ...] = ()
    note: str = ""
    proof: str = ""
    id: str = ""
    thread: str = ""


def trial_message(voice: Voice) -> Message:
    """What `cardwarden alert test` sends."""
    title, body = voice.say(phrase("trial-title")), voice.say(phrase("trial-body"))
    return Message(Occasion.TEST, Severity.NOTICE, title, why=(body,))
