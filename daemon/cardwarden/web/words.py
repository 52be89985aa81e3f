"""The page's words in the reader's language, and times and sizes as people read them."""

from __future__ import annotations

from datetime import datetime

from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Value, phrase

OFFERED = ("en", *(code for code in LANGUAGES if code != "en"))
"""The languages that a browser may ask for; the first one for a browser that asks for none of them."""
_WIDTH = 80


class Words:
    """Speaks one language; times are those of its voice's zone."""

    def __init__(self, voice: Voice, now: datetime) -> None:
        self.language = voice.language
        self._voice = voice
        self._now = now

    def __call__(self, name: str, **values: Value | datetime) -> str:
        """A phrase by its name; its values are made harmless."""
        shown = {key: self.when(value) if isinstance(value, datetime) else value for key, value in values.items()}
        return self._voice.say(phrase(name, **shown), width=_WIDTH)

    def number(self, number: int) -> str:
        return self._voice.number(number)

    def when(self, at: datetime) -> str:
        """A time to the minute: only its hour if it is of today or yesterday."""
        return self._voice.lately(at, self._now)

    def iso(self, at: datetime) -> str:
        return self._voice.iso(at)

    def size(self, count: int) -> str:
        """Bytes as people read them."""
        units = ("kB", "MB", "GB", "TB")
        size, place = count / 1000, 0
        while size >= 1000 and place < len(units) - 1:
            size, place = size / 1000, place + 1
        return f"{size:.0f} {units[place]}" if size >= 10 else f"{size:.1f} {units[place]}"
