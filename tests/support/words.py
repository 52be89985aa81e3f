"""What a finding, an event or a phrase says in English."""

from __future__ import annotations

from cardwarden.detect.finding import Event, Finding
from cardwarden.phrases.language import Voice

ENGLISH = Voice("en")


def title(of: Finding | Event) -> str:
    """What happened, as it stands alone."""
    return ENGLISH.title(of.title)


def reason(of: Finding | Event) -> str:
    """Why it matters, "" if the title says all."""
    return ENGLISH.title(of.reason) if of.reason else ""
