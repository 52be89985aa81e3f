"""Values that changed places inside a card: what left one property and came in another is moved, not lost and added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from cardwarden.detect.steps.looks import folded
from cardwarden.detect.steps.pieces import words
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import Change
from cardwarden.vcard.number import national_digits
from cardwarden.vcard.properties import Kind

_SHORTEST = 3  # letters that are enough to know a value again inside another one
_SHORTEST_NUMBER = 6  # digits
_MOST = 40  # values of a card that are held against each other
_LONGEST = 20_000  # characters of a value that are looked through
_STRONG = frozenset({Kind.NUMBER, Kind.MAIL, Kind.ADDRESS, Kind.DATE, Kind.MEDIA})
_DERIVED = frozenset({"FN", "N", "SORT-STRING", "LABEL", "KIND", "X-ABADR"})
"""Properties that programs make out of others: FN of N, LABEL of ADR."""


class Place(Enum):
    """What became of a value that left its property."""

    MOVED = "moved"  # it is another property's value now
    JOINED = "joined"  # it stands inside another property's value now
    SPLIT = "split"  # its parts are values of other properties now
    KEPT = "kept"  # another property had said it before, and still does
    COPIED = "copied"  # it is new in its property and stood in another one


@dataclass(frozen=True, slots=True)
class Move:
    """One value that changed places.

    changes  what it explains: the loss, the gain, or both
    value    the value that moved
    to       where it stands now; for a copy, where it stood
    """

    place: Place
    changes: tuple[Change, ...]
    value: Fact
    to: Fact

    @property
    def derived(self) -> bool:
        """Whether programs make the one out of the other, so that nothing was gained or lost."""
        return self.place in {Place.COPIED, Place.KEPT} and self.value.name in _DERIVED and self.to.name in _SOURCES


_SOURCES = frozenset(
    {"FN", "N", "ORG", "NICKNAME", "ADR", "X-PHONETIC-LAST-NAME", "X-PHONETIC-FIRST-NAME", "SORT-STRING"}
)


def moves_of(changes: Sequence[Change], was: Sequence[Fact], now: Sequence[Fact]) -> list[Move]:
    """The values of a card that changed places, each once; a change stands in one move at most."""
    gone = [c for c in changes if c.before and not c.after][:_MOST]
    come = [c for c in changes if c.after and not c.before][:_MOST]
    grown = [c for c in changes if c.before and c.after and c.of_value][:_MOST]
    changed = {id(c.after) for c in (*come, *grown)}
    stayed = [fact for fact in now if id(fact) not in changed][:_MOST]
    found: list[Move] = []
    for change in gone:
        move = _where_to(change, come, grown, stayed)
        if move is not None:
            found.append(move)
            come = [c for c in come if c not in move.changes]
    old = [fact for fact in was if fact.text][:_MOST]
    found.extend(move for change in come if (move := _where_from(change, old)) is not None)
    return found


def _where_to(change: Change, come: list[Change], grown: list[Change], stayed: list[Fact]) -> Move | None:
    value = change.before
    if value is None:
        return None
    content = content_of(value)
    for other in come:
        if other.after and other.name != change.name and _equal(content, content_of(other.after)):
            return Move(Place.MOVED, (change, other), value, other.after)
    if parts := _parts(content, [c for c in come if c.name != change.name]):
        return Move(Place.SPLIT, (change, *parts), value, parts[0].after or value)
    for other in (*come, *grown):
        if other.after and _contains(other.after, value, content) and not _says(other.before, value, content):
            only = other.before is None and other.name == change.name
            return Move(Place.JOINED, (change, other) if only else (change,), value, other.after)
    for fact in stayed:
        if _may_stand_for(fact, value) and (_equal(content, content_of(fact)) or _contains(fact, value, content)):
            return Move(Place.KEPT, (change,), value, fact)
    return None


def _where_from(change: Change, was: list[Fact]) -> Move | None:
    value = change.after
    if value is None or value.row.kind in {Kind.LIST, Kind.MEMBER}:
        return None
    content = content_of(value)
    for fact in was:
        if fact.name != value.name and (_equal(content, content_of(fact)) or _same_words(value, fact)):
            return Move(Place.COPIED, (change,), value, fact)
    return None


def content_of(fact: Fact) -> str:
    """What a value says, whatever its property: a number's digits, a picture's digest, else its letters and digits alone."""
    if fact.number is not None:
        return national_digits(fact.number) or fact.number.significant
    if fact.picture is not None:
        return fact.meaning
    text = "\n".join(fact.parts) if fact.parts else fact.text
    return folded(text[:_LONGEST]) or text[:_LONGEST].strip()


def _equal(one: str, other: str) -> bool:
    return bool(one) and one == other


def _contains(fact: Fact, value: Fact, content: str) -> bool:
    """Whether a text holds a value; only texts do, and of short values only the whole is known again."""
    if fact.row.kind in {Kind.NUMBER, Kind.MEDIA, Kind.MAIL, Kind.DATE}:
        return False
    shortest = _SHORTEST_NUMBER if value.number else _SHORTEST
    return (len(content) >= shortest and content in content_of(fact)) or _same_words(value, fact)


def _same_words(value: Fact, fact: Fact) -> bool:
    if value.row.kind in _STRONG or fact.row.kind in _STRONG - {Kind.ADDRESS}:
        return False
    mine = words(value.text[:_LONGEST])
    return bool(mine) and mine <= words(fact.text[:_LONGEST])


def _says(fact: Fact | None, value: Fact, content: str) -> bool:
    return fact is not None and _contains(fact, value, content)


def _may_stand_for(fact: Fact, value: Fact) -> bool:
    """A number in a note is no number to a telephone: what has a use of its own is kept only by its like."""
    if value.row.kind in _STRONG or value.row.kind in {Kind.LIST, Kind.MEMBER}:
        return fact.row.kind is value.row.kind and fact.name != value.name
    return fact.name != value.name or len(value.meaning) >= _SHORTEST + 1


def _parts(content: str, come: Iterable[Change]) -> tuple[Change, ...]:
    """The new values of other properties that a value was split into: together they are all of it."""
    pieces = [(c, content_of(c.after)) for c in come if c.after]
    inside = [(c, piece) for c, piece in pieces if piece and piece in content]
    if len(inside) < 2 or sum(len(piece) for _, piece in inside) < len(content):
        return ()
    rest = content
    for _, piece in sorted(inside, key=lambda item: -len(item[1])):
        rest = rest.replace(piece, "", 1)
    return () if rest else tuple(c for c, _ in inside)
