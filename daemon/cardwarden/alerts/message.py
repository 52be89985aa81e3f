"""What goes to a phone: a title, a body, and how urgent it is."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.detect.finding import Severity
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase


@dataclass(frozen=True, slots=True)
class Message:
    """Plain text. The title alone says the worst: it may be all that a lock screen shows.

    `id` is the same each time the message is sent, so that a service or a reader can fold a repeat; "" for none.
    """

    title: str
    body: str
    severity: Severity
    id: str = ""


def trial_message(voice: Voice) -> Message:
    """What `cardwarden alert test` sends."""
    return Message(voice.say(phrase("trial-title")), voice.say(phrase("trial-body")), Severity.NOTICE)
