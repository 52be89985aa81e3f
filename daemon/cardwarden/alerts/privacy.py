"""How much of an address book a message gives away: everything, beginnings and ends, or only how many."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from cardwarden.detect.finding import CardRef, Event, Finding
from cardwarden.phrases.language import is_kind
from cardwarden.phrases.phrase import Code, Day, Label, Person, Phrase, Sentence, Value, phrase
from cardwarden.text import ELLIPSIS
from cardwarden.vcard.properties import ValueKind, row

_NUMBER = re.compile(r"[+0-9*#][0-9 ()./*#-]*")
_OURS = {
    "book": re.compile(r".*", re.DOTALL),
    "source": re.compile(r".*", re.DOTALL),
    "code": re.compile(r"\+[0-9]{1,3}( [0-9]{1,4})?"),  # of a country, of an area
    "prefix": re.compile(r"[0-9*#+]{1,6}"),
    "revision": re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}([T ][0-9:.]+)?(Z|[+-][0-9:]+)?"),
    "media": re.compile(r"data|jpe?g|png|gif|webp|bmp|tiff?|heic|heif|avif|svg(\+xml)?|mpeg|mp3|mp4|ogg|wave?|aac|pgp"),
}
"""Values of phrases that tell of no person, by their names: what the settings call a book, and what a program found."""
_DATE = re.compile(r"([0-9]{4}|-)-(0[1-9]|1[0-2])-[0-3][0-9]([T ].*)?")
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
    if _DATE.fullmatch(text):
        return _HIDDEN_DAY
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


def _masked_date(text: str) -> str:
    """A text that is all there is of a date, however it is written: of a birthday half would be too much."""
    return _HIDDEN_DAY if any(map(str.isdigit, text)) else masked(text)


def _masked_finding(finding: Finding) -> Finding:
    card = finding.card
    hide = _masked_date if row(finding.prop).kind is ValueKind.DATE else masked
    return replace(
        finding,
        title=_masked_phrase(finding.title, hide),
        reason=finding.reason and _masked_phrase(finding.reason, hide),
        card=card and CardRef(card.key, "", masked(card.name), ""),
        before=_masked_value(finding.before, hide),
        after=_masked_value(finding.after, hide),
        changes=(),
        alike=finding.alike and _masked_phrase(finding.alike, hide),
    )


def _masked_phrase(said: Phrase, hide: Callable[[str], str]) -> Phrase:
    values = {name: value if _is_ours(name, value) else _masked_value(value, hide) for name, value in said.values}
    return phrase(said.name, **{name: value for name, value in values.items() if value is not None})


def _is_ours(name: str, value: Value) -> bool:
    return isinstance(value, str) and name in _OURS and bool(_OURS[name].fullmatch(value))


def _masked_value(value: Value | None, hide: Callable[[str], str]) -> Value | None:
    match value:
        case str():
            return hide(value)
        case Person(name, key):
            return Person(None if name is None else masked(name), key)
        case Phrase():
            return _masked_phrase(value, hide)
        case Sentence() | Code():  # a path names a contact's file
            return phrase("message-hidden")
        case Label(kinds):  # that it is somebody's office tells nobody anything; a word of the owner's own may
            return Label(tuple(kind if is_kind(kind) else masked(kind) for kind in kinds))
        case Day():
            return _HIDDEN_DAY
        case _:
            return value
