"""The languages: a phrase becomes a sentence in the reader's language, and hostile values in it become harmless.

Its words stand in `languages/CODE.po` (`catalogue.py`), and so do its dates. Countries come from Babel's CLDR data, which is
loaded when one is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Literal

from cardwarden.phrases.catalogue import LANGUAGES, catalogue, language_of_environment
from cardwarden.phrases.phrase import Code, Country, Day, Field, Label, Moment, Person, Phrase, Sentence, Value, phrase
from cardwarden.text import clip, columns

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["LANGUAGES", "Language", "Said", "Voice", "english", "is_kind", "language_of_environment", "opening"]
if TYPE_CHECKING:
    Language = str
else:
    Language = Literal[LANGUAGES]
"""One of `LANGUAGES`: the settings' model refuses others."""
_LOCALES = {"en": "en_GB"}
_FIRST = re.compile(r"\{(\w+)\}")
_OURS = re.compile(r"(?:sudo (?:-u \w+ )?)?cardwarden (?!household )")
_PIECE = re.compile(r"MMM?|dd?|y")  # of a date's pattern, as CLDR writes it
_WHOLE = 4000  # columns of a value in a log
_SMALL = 1000  # numbers below have no separator in any language
_NEAR = timedelta(hours=18)
_WIDTH = 60  # columns of a value inside a sentence
_SENTENCE = 400  # of a whole sentence that somebody else wrote, and of what is written the same in every language


class Said(str):
    """Text in the reader's words already, harmless and as long as it may be: a sentence takes it as it is."""

    __slots__ = ()


class Voice:
    """Speaks one language. `zone` is the reader's; None stands for the machine's own.

    `household` is whose commands it names, if that has to be said with each of them. `discreet` leaves out who a contact is.
    """

    def __init__(
        self, language: str, zone: tzinfo | None = None, household: str | None = None, *, discreet: bool = False
    ) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.zone = zone
        self.household = household
        self.discreet = discreet

    def say(self, said: Phrase, *, width: int = _WIDTH) -> str:
        """A phrase as it stands inside a sentence; each of its values takes at most `width` columns."""
        values = dict(said.values)
        count = values.get("count")
        text = self._template(said.name, count if isinstance(count, int) else None)
        if text is None:  # a phrase of a version that had other ones
            shown = ", ".join(self.value(value, width=width) for value in values.values())
            return f"{said.name}: {shown}" if shown else said.name
        return text.format_map(_Values(self, values, width))

    def title(self, said: Phrase, *, width: int = _WIDTH) -> str:
        """A phrase that stands alone: with a capital in front, unless it begins with somebody's own words."""
        text = self.say(said, width=width)
        return opening(text) if self._begins_with_ours(said) else text

    def in_short(self, said: Phrase, room: int = _SENTENCE) -> str:
        """The same in fewer words, if the language has some (`NAME.short`): for titles without room.

        What it says of another phrase, and its fields, are said in fewer words, too; if that still needs more than
        `room` columns, fields are said without their names.
        """
        text = self._briefly(said, self._field_in_short)
        return text if columns(text) <= room else self._briefly(said, lambda _: self.say(phrase("some-field")))

    def shorter(self, said: Phrase) -> Phrase:
        """The phrase that says it in fewer words; itself if the language has no other."""
        brief = f"{said.name}.short"
        return said if self._template(brief, None) is None else Phrase(brief, said.values)

    def _briefly(self, said: Phrase, called: Callable[[str], str]) -> str:
        def briefly(value: Value) -> Value:
            match value:
                case Phrase():
                    return Said(self._briefly(value, called))
                case Field(prop):
                    return Said(called(prop))
                case _:
                    return value

        values = tuple((name, briefly(value)) for name, value in said.values)
        return self.say(self.shorter(Phrase(said.name, values)), width=_SENTENCE)

    def _field_in_short(self, prop: str) -> str:
        return self._template(f"field-{prop}.short", None) or self.field(prop)

    def _begins_with_ours(self, said: Phrase) -> bool:
        count = dict(said.values).get("count")
        template = self._template(said.name, count if isinstance(count, int) else None) or said.name
        if not (first := _FIRST.match(template)):
            return True
        match dict(said.values).get(first[1]):
            case Phrase() as inner:
                return self._begins_with_ours(inner)
            case Field():
                return True
            case Person(name, _):
                return not (name or "").strip()
            case _:
                return False

    def value(self, value: Value | None, *, width: int = _WIDTH) -> str:
        """Any value, made harmless, in at most `width` columns if it is text; "" for None."""
        match value:
            case None:
                return ""
            case Said():
                return value
            case str():
                return clip(value, width)
            case int():
                return self.number(value)
            case Phrase():
                return self.say(value, width=width)
            case Person() | Code(_, True) if self.discreet:
                return self.say(phrase("not-in-logs"))
            case Person(name, _):
                return self.say(phrase("forgotten")) if name is None else self.name(name, width=width)
            case Country(code):
                return self.country(code)
            case Field(prop):
                return self.field(prop)
            case Label(kinds):
                return clip(self.listed(self.label(kind, width=width) for kind in kinds), width)
            case Day(iso):
                return self.day(iso)
            case Moment(at):
                return self.when(at)
            case Code(text):
                return clip(self._typed(text), max(width, _SENTENCE))
            case Sentence(text):
                return clip(text, max(width, _SENTENCE))

    def _typed(self, text: str) -> str:
        """A command of ours as this reader types it; anything else as it stands."""
        of_ours = self.household is not None and _OURS.match(text) is not None
        return f"{text} --household {self.household}" if of_ours else text

    def name(self, name: str, *, width: int = _WIDTH) -> str:
        """What a contact is called, or that it has no name."""
        return clip(name.strip(), width) or self.say(phrase("nameless"))

    def field(self, prop: str, *, width: int = _WIDTH) -> str:
        """What people call a property; one that no table knows is called by its own name."""
        known = self._template(f"field-{prop or 'none'}", None)
        return known or clip(prop.removeprefix("X-").replace("-", " ").lower() or prop, width)

    def label(self, label: str, *, width: int = _WIDTH) -> str:
        """What people call a kind of number or address; a label of the owner's own stays as it is."""
        return self._template(f"kind-{label.lower()}", None) or clip(label, width)

    def listed(self, said: Iterable[str]) -> str:
        """What is said already, one after the other with the language's comma between; "" if there is nothing."""
        whole = ""
        for part in said:
            whole = self.say(phrase("show-and", first=Said(whole), second=Said(part))) if whole else part
        return whole

    def about(self, who: str, what: str) -> str:
        """Whom or what something said already is about, with the language's colon between: `Jane Roe: …`."""
        return self.say(phrase("event-of-card", who=Said(who), what=Said(what)))

    def aside(self, said: str) -> str:
        """What is said already in the language's brackets, as it stands behind something."""
        return self.say(phrase("message-with-change", what=Said(""), change=Said(said))).strip()

    def number(self, number: int) -> str:
        return (
            f"{number:,}".replace(",", self.say(phrase("between-thousands"))) if abs(number) >= _SMALL else str(number)
        )

    def country(self, code: str) -> str:
        """A country's name; ours if CLDR's is longer than what people say."""
        ours = self._template(f"country-{code}", None)
        if ours is not None or not (len(code) == 2 and code.isalpha()):
            return ours or self.say(phrase("country-none"))
        return str(self._locale.territories.get(code) or self.say(phrase("country-none")))

    def day(self, iso: str) -> str:
        """A day as CLDR's medium format has it. Each message says one, so Babel's calendars are not loaded for it."""
        try:
            day = date.fromisoformat(iso)
        except ValueError:
            return clip(iso, _WIDTH)
        pieces = {
            "y": str(day.year),
            "MMM": self.say(phrase("months")).split()[day.month - 1],
            "MM": f"{day.month:02}",
            "dd": f"{day.day:02}",
            "d": str(day.day),
        }
        return _PIECE.sub(lambda piece: pieces[piece[0]], self.say(phrase("date-pattern")))

    def when(self, at: datetime) -> str:
        """A time to the minute, in the reader's zone, with its day as the language writes it."""
        local = at.astimezone(self.zone)
        return f"{self.day(local.date().isoformat())} {local:%H:%M}"

    def lately(self, at: datetime, now: datetime) -> str:
        """The same where there is room for words: a time of today or yesterday says that instead of its day."""
        local, today = at.astimezone(self.zone), now.astimezone(self.zone).date()
        match (today - local.date()).days:
            case 0:
                return self.say(phrase("page-today", time=f"{local:%H:%M}"))
            case 1:
                return self.say(phrase("page-yesterday", time=f"{local:%H:%M}"))
            case _:
                return self.when(at)

    def iso(self, at: datetime) -> str:
        """The same for programs, to the second (ISO 8601)."""
        return at.astimezone(self.zone).isoformat(timespec="seconds")

    def short(self, at: datetime) -> str:
        """The same in a column of a table: as wide in every language (`2026-01-31 09:05`)."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def near(self, at: datetime, now: datetime) -> str:
        """In a column of a table, a time that is near as its time of day, any other with its date."""
        return f"{at.astimezone(self.zone):%H:%M}" if abs(now - at) < _NEAR else self.short(at)

    @property
    def _locale(self) -> Locale:
        return _locale(_LOCALES.get(self.language, self.language))

    def _template(self, name: str, count: int | None) -> str | None:
        return catalogue(self.language).template(name, count)


def is_kind(label: str) -> bool:
    """Whether a label is a kind of number or address that every language has a word for, none of the owner's own."""
    return catalogue("en").template(f"kind-{label}") is not None


def english(said: Value | None) -> str:
    """A phrase, or another value, as logs have it: without names of contacts and of their files."""
    return Voice("en", discreet=True).value(said, width=_WHOLE)


def opening(sentence: str) -> str:
    """With a capital in front; the rest stays: "embedded XML" is "Embedded XML"."""
    return sentence[:1].upper() + sentence[1:]


class _Values(dict[str, str]):
    """Makes a value readable when the template asks for it; one that is missing is an ellipsis."""

    def __init__(self, voice: Voice, values: Mapping[str, Value], width: int) -> None:
        super().__init__()
        self.voice, self.values_of, self.width = voice, values, width

    def __missing__(self, name: str) -> str:
        if name not in self.values_of:
            return "…"
        return self.voice.value(self.values_of[name], width=self.width)


@cache
def _locale(code: str) -> Locale:
    from babel import Locale  # noqa: PLC0415 - loads a language's data

    return Locale.parse(code)
