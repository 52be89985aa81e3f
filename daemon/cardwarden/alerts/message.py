"""What goes to a phone: a title, a body, and how urgent it is."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.detect.finding import Severity
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase


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
class Message:
    """Plain text. The title alone says the worst: it may be all that a lock screen shows.

    `link` leads to its event, `buttons` answer it; `link_line` says so where a service has no place for a link.
    `id` is the same each time the message is sent, so that a service or a reader can fold a repeat; "" for none.
    """

    title: str
    body: str
    severity: Severity
    id: str = ""
    link: str = ""
    link_line: str = ""
    buttons: tuple[Button, ...] = ()


def trial_message(voice: Voice) -> Message:
    """What `cardwarden alert test` sends."""
    return Message(voice.say(phrase("trial-title")), voice.say(phrase("trial-body")), Severity.NOTICE)
