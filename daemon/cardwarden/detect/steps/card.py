"""Values that changed places inside a card: what left one property and came in another is moved, not lost and added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from cardwarden.detect.steps.looks import folded
from cardwarden.detect.steps.pieces import is_wide, text_words
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import Change
from cardwarden.vcard.number import national_digits
from cardwarden.vcard.properties import ROWS, ValueKind

_SHORTEST = 3  # letters that are enough to know a value again inside another one
_SHORTEST_NUMBER = 6  # digits
_MOST = 40  # values of a card that are held against each other
_LONGEST = 20_000  # characters of a value that are looked through
_STRONG = frozenset({ValueKind.NUMBER, ValueKind.MAIL, ValueKind.ADDRESS, ValueKind.DATE, ValueKind.MEDIA})
_MADE_OF = {
    "FN": frozenset({"N", "ORG", "NICKNAME"}),
    "N": frozenset({"FN", "ORG"}),
    "SORT-STRING": frozenset({"N", "FN", "X-PHONETIC-LAST-NAME"}),
    "LABEL": frozenset({"ADR"}),
    "X-MS-OL-DEFAULT-POSTAL-ADDRESS": frozenset({"ADR"}),
}
"""What programs make out of what."""


class MoveKind(Enum):
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

    place: MoveKind
    changes: tuple[Change, ...]
    value: Fact
    to: Fact

    @property
    def derived(self) -> bool:
        """Whether programs make the one out of the other, or only call it otherwise: nothing was gained or lost."""
        if self.place is MoveKind.MOVED and len(self.changes) == 2 and content_of(self.value) == content_of(self.to):
            return _is_private(self.value.name) and not _is_private(self.to.name)  # the same under the standard's name
        made = _MADE_OF.get(self.value.name, frozenset())
        if self.place is MoveKind.COPIED:
            return self.to.name in made or _is_private(self.value.name)
        if self.place is not MoveKind.KEPT or self.value.name == "FN" or self.to.name not in made:
            return False
        return self.value.name != "N" or len([part for part in self.value.parts if part]) == 1

    @property
    def unread(self) -> bool:
        """Whether a value with a use of its own stands now where programs do not look for it: in a text, in an unknown field."""
        if self.place not in {MoveKind.MOVED, MoveKind.JOINED, MoveKind.SPLIT} or self.value.name not in ROWS:
            return False
        if self.value.name in {"FN", "N"}:
            return self.to.name not in ROWS
        bytes_alone = self.value.row.kind is ValueKind.MEDIA and self.value.picture is None
        return self.value.row.kind in _STRONG and not bytes_alone and self.to.row.kind is not self.value.row.kind


def _is_private(name: str) -> bool:
    """A property of one program's own."""
    return name not in ROWS or name == "X-ANDROID-CUSTOM"


def moves_of(changes: Sequence[Change], was: Sequence[Fact], now: Sequence[Fact]) -> list[Move]:
    """The values of a card that changed places, each once; a change stands in one move at most."""
    said = {(fact.name, fact.meaning): fact for fact in now} if any(not c.after for c in changes) else {}
    twice = [(c, c.before) for c in changes if c.before and not c.after and (c.name, c.before.meaning) in said]
    moves = [Move(MoveKind.KEPT, (c,), fact, said[fact.name, fact.meaning]) for c, fact in twice]
    settled = {id(c) for c, _ in twice}
    gone = [(c, c.before) for c in changes if c.before and not c.after and id(c) not in settled][:_MOST]
    come = [c for c in changes if c.after and not c.before][:_MOST]
    grown = [c for c in changes if c.before and c.after and c.of_value][:_MOST]
    changed = {id(c.after) for c in (*come, *grown)}
    stayed = [fact for fact in now if id(fact) not in changed and fact.name != "UID"][:_MOST]  # nobody reads a UID
    for change, value in gone:
        move = _where_to(change, value, come, grown, stayed)
        if move is not None:
            moves.append(move)
            come = [c for c in come if c not in move.changes]
            grown = [c for c in grown if c not in move.changes]
    for change, old, new in [(c, c.before, c.after) for c in grown if c.before and c.after]:
        move = _part_moved(change, old, new, come) or _made_longer(change, old, new, stayed)
        if move is not None:
            moves.append(move)
            come = [c for c in come if c not in move.changes]
    moves.extend(move for change in come if (move := _where_from(change, was[:_MOST])) is not None)
    return moves


def _where_to(change: Change, value: Fact, come: list[Change], grown: list[Change], stayed: list[Fact]) -> Move | None:
    """Where a value went that left its property: the move, or None if it is nowhere."""
    content = content_of(value)
    for other in come:
        if other.after and other.name != change.name and _equal(content, content_of(other.after)):
            return Move(MoveKind.MOVED, (change, other), value, other.after)
    if parts := _parts(content, [c for c in come if c.name != change.name]):
        return Move(MoveKind.SPLIT, (change, *parts), value, parts[0].after or value)
    if value.row.kind in {ValueKind.LIST, ValueKind.MEMBER}:
        return None  # an item beside a like one is not the same
    for other in (*come, *grown):
        if other.after and _contains(other.after, value, content) and not _says(other.before, value, content):
            only = other.name == change.name or _is_account(other.after, value)
            only = only if other.before is None else _grew_by(other, content)
            return Move(MoveKind.JOINED, (change, other) if only else (change,), value, other.after)
    for fact in stayed:
        if _may_stand_for(fact, value) and (_equal(content, content_of(fact)) or _contains(fact, value, content)):
            return Move(MoveKind.KEPT, (change,), value, fact)
    return None


def _grew_by(change: Change, content: str) -> bool:
    """Whether a value gained nothing else than what another one said; of a number, with what is dialled before it."""
    old, new = (content_of(fact) if fact else "" for fact in (change.before, change.after))
    came = new.removeprefix(old) if new.startswith(old) else new.removesuffix(old)
    before = came.removesuffix(content)
    return (
        len(came) + len(old) == len(new) and came.endswith(content) and (not before or f"{before}{content}".isdigit())
    )


def _where_from(change: Change, was: Sequence[Fact]) -> Move | None:
    value = change.after
    if value is None or value.row.kind in {ValueKind.LIST, ValueKind.MEMBER}:
        return None
    content = content_of(value)
    for fact in was:
        if fact.name not in {value.name, "UID"} and (
            _equal(content, content_of(fact)) or _same_words(value, fact) or _is_of_parts(value, fact)
        ):
            return Move(MoveKind.COPIED, (change,), value, fact)
    return None


def _part_moved(change: Change, old: Fact, new: Fact, come: list[Change]) -> Move | None:
    """A value that lost a part, which is another property's value now: the unit of an ORG as a job title."""
    rest = _remainder(old, new)
    others = [c for c in come if c.after and c.name != change.name]
    for other in others:
        if other.after and len(rest) >= _SHORTEST and rest == content_of(other.after):
            return Move(MoveKind.MOVED, (change, other), old, other.after)
    twin = next((c for c in come if c.after and c.name == change.name and rest == content_of(c.after)), None)
    if twin is not None and twin.after and rest:
        return Move(MoveKind.SPLIT, (change, twin), old, twin.after)
    if len(rest) >= _SHORTEST and (parts := _parts(rest, others)):
        return Move(MoveKind.SPLIT, (change, *parts), old, parts[0].after or old)
    return None


def _made_longer(change: Change, old: Fact, new: Fact, stayed: Sequence[Fact]) -> Move | None:
    """A value that programs make of others and that says more of them now: a name shown that gained its title."""
    made = _MADE_OF.get(change.name, frozenset())
    if not made:
        return None
    was, said = text_words(value_text(old)), text_words(value_text(new))
    source = next((fact for fact in stayed if fact.name in made and said <= was | text_words(value_text(fact))), None)
    return Move(MoveKind.COPIED, (change,), new, source) if source is not None and was < said else None


def _remainder(before: Fact, after: Fact) -> str:
    """What a value said besides what is left of it; "" if it is not one piece."""
    one, other = content_of(before), content_of(after)
    if before.parts:
        gone = Counter(map(folded, before.parts)) - Counter(map(folded, after.parts))
        added = Counter(map(folded, after.parts)) - Counter(map(folded, before.parts))
        return "" if +Counter({part: n for part, n in added.items() if part}) else "".join(gone.elements())
    return one.removeprefix(other) if one.startswith(other) else one.removesuffix(other) if one.endswith(other) else ""


def value_text(fact: Fact) -> str:
    """A value as one text; the parts of a structured one stand in lines of their own."""
    return "\n".join(fact.parts) if fact.parts else fact.text


def content_of(fact: Fact) -> str:
    """What a value says, whatever its property: a number's digits, a picture's digest, else its letters and digits alone."""
    if fact.number is not None:
        return national_digits(fact.number) or fact.number.significant
    if fact.picture is not None:
        return fact.picture.digest
    text = value_text(fact)
    if fact.name == "X-ANDROID-CUSTOM":  # what kind of field it is, its value, bookkeeping
        text = text.partition(";")[2].partition(";")[0]
    return folded(text[:_LONGEST]) or text[:_LONGEST].strip()


def _equal(one: str, other: str) -> bool:
    return bool(one) and one == other


def holds(fact: Fact, value: Fact) -> bool:
    """Whether one value says all that another one does."""
    content = content_of(value)
    return fact.meaning == value.meaning or _equal(content, content_of(fact)) or _contains(fact, value, content)


def _contains(fact: Fact, value: Fact, content: str) -> bool:
    """Whether a text holds a value; only texts do, and of short values only the whole is known again."""
    if fact.row.kind in {ValueKind.NUMBER, ValueKind.MEDIA, ValueKind.MAIL, ValueKind.DATE}:
        return False
    shortest = _SHORTEST_NUMBER if value.number else _SHORTEST
    return (len(content) >= shortest and content in content_of(fact)) or _same_words(value, fact)


def _same_words(value: Fact, fact: Fact) -> bool:
    if value.row.kind in _STRONG or fact.row.kind in _STRONG - {ValueKind.ADDRESS}:
        return False
    mine = text_words(value.text[:_LONGEST])
    if len(letters := "".join(mine)) == 1 and not is_wide(letters):
        return False  # a GENDER of M is no initial of a name
    return bool(mine) and mine <= text_words(fact.text[:_LONGEST])


def _is_of_parts(value: Fact, fact: Fact) -> bool:
    """Whether a value that programs make of another one is made of its parts, in whatever order: a label of an address."""
    if fact.name not in _MADE_OF.get(value.name, frozenset()) or not fact.parts:
        return False
    rest = folded(value.text[:_LONGEST])
    for part in sorted(map(folded, fact.parts), key=len, reverse=True):
        rest = rest.replace(part, "", 1) if part else rest
    return not rest


def _is_account(fact: Fact, value: Fact) -> bool:
    """Whether an address says nothing but a service's account, which was the value: https://twitter.com/jane of jane."""
    address, account = fact.text.rstrip("/").casefold(), value.text.strip().lstrip("@").casefold()
    return fact.row.kind in {ValueKind.URI, ValueKind.CHAT} and address.endswith(
        (f"/{account}", f":{account}", f"/@{account}")
    )


def _says(fact: Fact | None, value: Fact, content: str) -> bool:
    return fact is not None and _contains(fact, value, content)


def _may_stand_for(fact: Fact, value: Fact) -> bool:
    """A number in a note is no number to a telephone: what has a use of its own is kept only by its like."""
    return value.row.kind not in _STRONG or (fact.row.kind is value.row.kind and fact.name != value.name)


def _parts(content: str, come: Iterable[Change]) -> tuple[Change, ...]:
    """The new values of other properties that a value was split into: together they are all of it."""
    pieces = [(c, content_of(c.after)) for c in come if c.after]
    inside = [(c, piece) for c, piece in pieces if piece and piece in content]
    rest = content
    for _, piece in sorted(inside, key=lambda item: -len(item[1])):
        rest = rest.replace(piece, "", 1)
    return () if rest else tuple(c for c, _ in inside)
