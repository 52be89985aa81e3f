"""A phrase: what is to be said, as a name and values. It becomes a sentence only when somebody reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Union, overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact that a phrase names: its name as it was written ("" if none), and its key in the book.

    `name` is None once that contact was forgotten.
    """

    name: str | None
    key: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region of the numbering plan (ISO 3166-1 alpha-2); what has no such code is "abroad"."""

    code: str


@dataclass(frozen=True, slots=True)
class Field:
    """A vCard property by its name (`TEL`), read as people call it."""

    prop: str


@dataclass(frozen=True, slots=True)
class Label:
    """What kinds of number or address a value is (`("fax", "home")`); an owner's own word is said as it stands."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day, `2026-01-31`."""

    iso: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, aware; read in the reader's time zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """What is written the same in every language, and shown whole: a path, an address, a command, a key of the settings.

    `of_contact` says that it may tell whose contact it is (a card's file is often called after somebody): no log has it.
    """

    text: str
    of_contact: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a server, a library or the operating system said in words of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name that stands in every language's catalogue, and named values, sorted by name.

    A value is text as a card or a server gave it (raw: it is made harmless when it is rendered), a whole number, one of
    the types above, or a phrase.
    """

    name: str
    values: tuple[tuple[str, Value], ...] = ()

    def with_values(self, **more: Value) -> Phrase:
        """The same phrase with more values."""
        return phrase(self.name, **{**dict(self.values), **more})

    def of_many(self, count: int) -> Phrase:
        """The phrase that says the same of so many; what it says of another phrase (`what`), that says of many, too."""
        said = {
            name: value.of_many(count) if name == "what" and isinstance(value, Phrase) else value
            for name, value in self.values
        }
        return phrase(f"{self.name}.many", **{**said, "count": count})


Value = Union[str, int, Person, Country, Field, Label, Day, Moment, Code, Sentence, Phrase]  # noqa: UP007 - Phrase refers to itself


Saying = Phrase | Sentence
"""What is said as a whole: by us in any language, or by somebody else in their own."""


def phrase(name: str, /, **values: Value) -> Phrase:
    """What is to be said. `name` stands in the catalogues of `phrases/languages`."""
    return Phrase(name, tuple(sorted(values.items())))


def together(first: Phrase, *more: Phrase) -> Phrase:
    """A sentence and those that follow it."""
    whole = first
    for value in more:
        whole = phrase("then", first=whole, second=value)
    return whole


def joined(said: Iterable[Value]) -> Value:
    """Several sentences, one after the other; "" if there is none."""
    whole: Value = ""
    for sentence in said:
        whole = phrase("then", first=whole, second=sentence) if whole else sentence
    return whole


def enumerated(said: Iterable[Value]) -> Value:
    """Several names or values with the language's comma between; "" if there is none."""
    whole: Value = ""
    for part in said:
        whole = phrase("show-and", first=whole, second=part) if whole else part
    return whole


def dumped(value: Value | None) -> str | None:
    """A value as JSON of ASCII alone, so that lone surrogates come through."""
    return None if value is None else json.dumps(_plain(value), separators=(",", ":"))


def loaded(text: str | None) -> Any:
    """The value that `dumped` wrote. Raises ValueError if it is none."""
    return None if text is None else _value(json.loads(text))


def _plain(value: Value) -> object:
    """A value as JSON has it; `_value` reads it back."""
    match value:
        case str() | int():
            return value
        case Phrase(name, values):
            return {"phrase": name, **({"values": {key: _plain(value) for key, value in values}} if values else {})}
        case Person(name, key):
            return {"person": name, "card": key}
        case Country(code):
            return {"country": code}
        case Field(prop):
            return {"field": prop}
        case Label(kinds):
            return {"label": list(kinds)}
        case Day(iso):
            return {"day": iso}
        case Moment(at):
            return {"moment": (at - _EPOCH) // _MILLISECOND}
        case Code(text, of_contact):
            return {"code": text, **({"of_contact": True} if of_contact else {})}
        case Sentence(text):
            return {"sentence": text}


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Value]] = {
    "phrase": lambda stored: phrase(
        stored["phrase"], **{key: _value(value) for key, value in stored.get("values", {}).items()}
    ),
    "person": lambda stored: Person(stored["person"], stored["card"]),
    "country": lambda stored: Country(stored["country"]),
    "field": lambda stored: Field(stored["field"]),
    "label": lambda stored: Label(tuple(stored["label"])),
    "day": lambda stored: Day(stored["day"]),
    "moment": lambda stored: Moment(_EPOCH + stored["moment"] * _MILLISECOND),
    "code": lambda stored: Code(stored["code"], stored.get("of_contact") is True),
    "sentence": lambda stored: Sentence(stored["sentence"]),
}


def _value(plain: object) -> Value:
    if isinstance(plain, str | int) and not isinstance(plain, bool):
        return plain
    if isinstance(plain, dict):
        for kind, reader in _READERS.items():
            if kind in plain:
                return reader(plain)
    raise ValueError("no value of a phrase")


def command_of(value: Value | None) -> str:
    """The command that a phrase names for its reader to type, "" if it names none."""
    match value:
        case Phrase(_, values):
            named = dict(values)
            command = named.get("command")
            return (
                command.text if isinstance(command, Code) else next(filter(None, map(command_of, named.values())), "")
            )
        case _:
            return ""


def words_of(value: Value | None) -> Iterator[str]:
    """Every text that a value holds, however deep."""
    match value:
        case str():
            yield value
        case Code(text) | Sentence(text):
            yield text
        case Label(kinds):
            yield from kinds
        case Person(name, _):
            yield name or ""
        case Phrase(_, values):
            for _, inner in values:
                yield from words_of(inner)
        case _:
            return


def without_persons(value: Value | None, keys: Set[str]) -> Value | None:
    """The value with the names of contacts taken out, wherever they stand; `keys` are the contacts' keys."""
    match value:
        case Person(_, of) if of in keys:
            return Person(None, of)
        case Phrase(name, values):
            return Phrase(name, tuple((place, without_persons(value, keys)) for place, value in values))  # type: ignore[misc]
        case _:
            return value


def without_sentences(value: Value | None, which: Callable[[str], bool]) -> Value | None:
    """The value without those sentences, paths and addresses, wherever they stand."""
    match value:
        case Sentence(text) | Code(text) if which(text):
            return Phrase("forgotten")
        case Phrase(name, values):
            return Phrase(name, tuple((place, without_sentences(value, which)) for place, value in values))  # type: ignore[misc]
        case _:
            return value


@overload
def of_contact(value: Saying) -> Saying: ...
@overload
def of_contact(value: Value) -> Value: ...
def of_contact(value: Value) -> Value:
    """The value, told of one contact's file or address: every path, address and command in it but a host's may name whose."""
    match value:
        case Code(text):
            return Code(text, of_contact=True)
        case Phrase(name, values):
            return Phrase(
                name, tuple((place, inner if place == "host" else of_contact(inner)) for place, inner in values)
            )
        case _:
            return value


def names(value: Value | None, key: str) -> bool:
    """Whether a value names that contact."""
    return without_persons(value, {key}) != value
