"""The values the rest speaks of: a property, a card, a card that cannot be read, and a book's index entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Params = tuple[tuple[str, tuple[str, ...]], ...]
"""Parameters in their order: (name, its values)."""


@dataclass(frozen=True, slots=True)
class Property:
    """One content line (RFC 6350 section 3.3), unfolded, as it was written.

    `name` and parameter names are upper case, `group` is lower case and "" if there is none; `value` is still
    escaped. A line that the grammar refuses has the name "" and is all value. `start` and `end` are the byte offsets
    of the line, its folds and its line end in the card's bytes.
    """

    name: str
    value: str
    params: Params = ()
    group: str = ""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def param(self, name: str) -> tuple[str, ...]:
        """All values of a parameter, in order; () where it is absent."""
        if not self.params:
            return ()
        return tuple(value for key, values in self.params if key == name for value in values)


@dataclass(frozen=True, slots=True)
class Card:
    """One vCard: its version ("2.1", "3.0", "4.0", or what it says) and its content lines between BEGIN and END."""

    version: str
    properties: tuple[Property, ...]

    def first(self, name: str) -> Property | None:
        """The first property of that name."""
        return next((p for p in self.properties if p.name == name), None)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A card that cannot be read, and why, in words for its owner."""

    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A card as a book's index knows it, enough to pair it, to find doubles, and to name it, without its body.

    key      stable identity inside the book: given when the card is first seen, inherited by what it is paired with
    href     the member it stands in: a file name, a CardDAV href; the same for all cards of a many-card file
    ordinal  its place in that member, from 0
    digest   SHA-256 of its bytes, hex: addresses the body
    uid      as written, without "urn:uuid:", lower case if it is a UUID; "" if there is none
    name     what a person would call it: FN, else N, ORG, a mail address, a number
    contacts canonical numbers ("tel:+819012345678") and mail addresses ("mail:jane@example.org"), sorted;
             "hazard:+186…" besides for a number that rings if its owner does not mean it to
    problem  why it cannot be read, "" if it can
    program  what wrote it last, as it says itself (PRODID) without versions, lower case; "" if it does not say
    """

    key: str
    href: str
    ordinal: int
    digest: str
    uid: str
    name: str
    contacts: tuple[str, ...] = ()
    problem: str = ""
    program: str = ""


Bodies = Callable[[str], bytes]
"""Gives the body of a card by its digest. Raises KeyError if there is none."""
