"""How much of an address book a message gives away: everything, beginnings and ends, or only how many."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum

from cardwarden.detect.finding import CardRef, Event, Finding
from cardwarden.phrases.language import is_kind
from cardwarden.phrases.phrase import Code, Day, Label, Person, Phrase, Sentence, Value, phrase
from cardwarden.text import ELLIPSIS


class Privacy(StrEnum):
    """What whoever sees a message may learn: a push service keeps it, and a lock screen shows it to the room."""

    FULL = "full"
    MASKED = "masked"
    COUNT = "count"


_NUMBER = re.compile(r"[+0-9*#][0-9 ()./*#-]*")
_OURS = frozenset({"book", "source"})  # values of phrases that come from the settings, not from a card
_SHOWN_END = 4  # digits of a number
_WORDS = 3
_DIGITS = 8  # a number that is shorter shows no country
_HIDDEN_DAY = "••••-••-••"


def masked_event(event: Event) -> Event:
    """An event in which no card's value stands in full, wherever it stands: names, values, reasons, places of files."""
    return replace(event, findings=tuple(map(_masked_finding, event.findings)))


def masked(text: str) -> str:
    """A value of a card so that who knows it recognises it, and nobody else learns it.

    `+81 3-3946-1111` is `+81 3-••••-1111`, `Natsuki Sakamoto` is `N… S…`.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text) and sum(map(str.isdigit, text)) > _SHOWN_END:
        return _masked_number(text)
    local, at, host = text.rpartition("@")
    if at and local:
        return f"{masked(local).split()[0]}@{masked(host).split()[0]}" if host else f"{masked(local)}@"
    words = re.findall(r"\w+", text)
    shown = [_masked_word(word) for word in words[:_WORDS]]
    more = [ELLIPSIS] if len(words) > _WORDS or (text and not words) else []
    return " ".join([*shown, *more])


def _masked_word(word: str) -> str:
    if len(word) == 1 or word[0].isdigit():
        return ELLIPSIS
    return f"{word[0]}{ELLIPSIS}"


def _masked_number(text: str) -> str:
    """The first group and the one after it (country and area), and the last four digits; the rest is dots."""
    digits = sum(map(str.isdigit, text))
    groups = re.findall(r"[0-9]+", text)
    begin = 0
    if digits >= _DIGITS:
        begin = len(groups[0]) + (len(groups[1]) if text.startswith("+") and len(groups) > 1 else 0)
        begin = min(begin, 3, digits - _SHOWN_END - 3)
    at, shown = 0, []
    for character in text:
        if character.isdigit():
            at += 1
            is_hidden = begin < at <= digits - min(_SHOWN_END, digits * 2 // 5)
            character = "•" if is_hidden else character  # noqa: PLW2901 - the same place of the text
        shown.append(character)
    return "".join(shown)


def _masked_finding(finding: Finding) -> Finding:
    card = finding.card
    return replace(
        finding,
        title=_masked_phrase(finding.title),
        reason=finding.reason and _masked_phrase(finding.reason),
        card=card and CardRef(card.key, "", masked(card.name), ""),
        before=_masked_value(finding.before),
        after=_masked_value(finding.after),
        changes=(),
        alike=finding.alike and _masked_phrase(finding.alike),
    )


def _masked_phrase(said: Phrase) -> Phrase:
    values = {name: value if name in _OURS else _masked_value(value) for name, value in said.values}
    return phrase(said.name, **{name: value for name, value in values.items() if value is not None})


def _masked_value(value: Value | None) -> Value | None:
    match value:
        case str():
            return masked(value)
        case Person(name, key):
            return Person(None if name is None else masked(name), key)
        case Phrase():
            return _masked_phrase(value)
        case Sentence() | Code():  # a path names a contact's file
            return phrase("message-hidden")
        case Label(kinds):  # that it is somebody's office tells nobody anything; a word of the owner's own may
            return Label(tuple(kind if is_kind(kind) else masked(kind) for kind in kinds))
        case Day():
            return _HIDDEN_DAY
        case _:
            return value
