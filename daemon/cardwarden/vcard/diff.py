"""What changed between two cards: changes of meaning, and rewrites with the reason why they are harmless."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cardwarden.vcard import values
from cardwarden.vcard.canonical import Fact, facts_of, is_label_mended
from cardwarden.vcard.card import Card, Property
from cardwarden.vcard.number import same_line
from cardwarden.vcard.number_change import SAME, NumberChange, classify
from cardwarden.vcard.properties import ALIASES, ValueKind, row

_GLANCE = 2_000  # so many characters of two values say whether one became the other
_SETS = frozenset({ValueKind.LIST, ValueKind.MEMBER})  # what stands in one twice says no more than once
_FEW = 40  # beyond so many leftovers of one property, pairing by likeness would cost their product


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of meaning in one property: `before` is None if it was added, `after` if it was lost."""

    name: str
    before: Fact | None
    after: Fact | None

    @property
    def of_value(self) -> bool:
        """The value itself differs, not only its label or preference."""
        return self.before is None or self.after is None or self.before.meaning != self.after.meaning


class RewriteReason(StrEnum):
    """Why a difference in the bytes says the same. A rewrite has one of these, or the words of a `number.SAME`."""

    NUMBER = "number written differently"
    TRANSFER = "another transfer encoding"
    ESCAPES = "escapes written differently"
    DATE = "date written differently"
    ADDRESS = "another writing of one address"
    PICTURE = "picture's bytes written differently"
    UNICODE = "other Unicode form"
    CONTROL = "control characters"
    BLANKS = "blanks"
    CASE = "letter case that means nothing here"
    SPELLING = "another version's spelling"
    PARAMETERS = "parameters written differently"
    DERIVED = "made by a program out of other fields"
    BOOKKEEPING = "bookkeeping of programs"
    LABEL = "label of nothing"
    IGNORED = "told to be ignored"
    REPEATED = "said already by another line"
    EMPTY = "a line that says nothing"
    VERSION = "another vCard version"


REASONS: frozenset[str] = frozenset(RewriteReason) | {kind.value for kind in SAME}
"""Every reason a rewrite can have."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One difference in the bytes that says the same, and why (one of REASONS): what `--explain` lists.

    `before` and `after` are raw values; "" if the line came or went. `fact` is what the newer card says with it, if
    it still says it.
    """

    name: str
    before: str
    after: str
    reason: str
    fact: Fact | None = field(default=None, compare=False, repr=False)


def diff_facts(before: list[Fact], after: list[Fact]) -> list[Change]:
    """The changes from one card's facts to another's: property by property, in the order they first differ."""
    differing = list(_differing(before, after))
    is_rewrite = _RewriteTest.of(before, after)
    return [Change(name, old, new) for name, old, new in differing if not is_rewrite(old, new)]


def _lone(facts: Iterable[Fact]) -> set[str]:
    """The properties of which a card has a single value."""
    return {name for name, count in Counter(fact.name for fact in facts).items() if count == 1}


def _differing(before: list[Fact], after: list[Fact]) -> Iterator[tuple[str, Fact | None, Fact | None]]:
    """(property, what it was, what it is) of all facts that the two do not share."""
    gone, come = _by_name(_leftovers(before, after)), _by_name(_leftovers(after, before))
    for name in gone | come:
        for old, new in _paired(gone.get(name, []), come.get(name, [])):
            yield name, old, new


def _by_name(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    named: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        named[fact.name].append(fact)
    return named


def _leftovers(facts: list[Fact], other: list[Fact]) -> list[Fact]:
    left = Counter(other)
    kept: list[Fact] = []
    for fact in facts:
        if left[fact] > 0:
            left[fact] -= 1
        else:
            kept.append(fact)
    return kept


@dataclass(frozen=True, slots=True)
class _RewriteTest:
    """Which differences of two cards say the same.

    lone  properties of which both cards have a single value: their preference means nothing
    had   which items of sets (categories, members of a group) the old card has, by property and meaning
    said  what the new card says, by property and meaning
    """

    lone: frozenset[str]
    had: frozenset[tuple[str, str]]
    said: Mapping[tuple[str, str], Sequence[Fact]]

    @classmethod
    def of(cls, before: Sequence[Fact], after: Sequence[Fact]) -> _RewriteTest:
        said: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in after:
            said[fact.name, fact.meaning].append(fact)
        had = frozenset((fact.name, fact.meaning) for fact in before if fact.row.kind in _SETS)
        return cls(frozenset(_lone(before) & _lone(after)), had, said)

    def __call__(self, old: Fact | None, new: Fact | None) -> bool:
        """What is derived or stands once more in a set came or went, an empty one or a copy went; the same call or picture."""
        if new is None:
            return old is None or row(old.name).derived or not old.meaning or self.is_copy(old)
        if old is None:
            return row(new.name).derived or (new.name, new.meaning) in self.had
        same = old.meaning == new.meaning
        if same and new.name in self.lone and old.labels == new.labels:
            return True
        if old.pref != new.pref:
            return False
        if old.labels != new.labels:
            return same and is_label_mended(old.labels, new.labels)
        if old.picture and new.picture:
            return old.picture.digest == new.picture.digest and not new.picture.hidden
        return bool(old.number and new.number and classify(old.number, new.number) in SAME)

    def is_copy(self, old: Fact) -> bool:
        """Whether all that a lost value said, its labels and its preference, is still said by a like one."""
        still = self.said.get((old.name, old.meaning), ())
        return any(old.labels <= fact.labels and old.pref in {0, fact.pref} for fact in still)


def _paired(gone: list[Fact], come: list[Fact]) -> list[tuple[Fact | None, Fact | None]]:
    """Which old value became which new one: the same value, then the likest, then the one with the same label."""
    pairs: list[tuple[Fact | None, Fact | None]] = []
    for key_of in (lambda fact: (fact.meaning, fact.labels), lambda fact: fact.meaning):
        waiting: dict[object, deque[Fact]] = defaultdict(deque)
        for new in come:
            waiting[key_of(new)].append(new)
        left: list[Fact] = []
        for old in gone:
            same = waiting[key_of(old)]
            pairs.append((old, same.popleft())) if same else left.append(old)
        taken = {id(new) for _, new in pairs}
        gone, come = left, [new for new in come if id(new) not in taken]
    left_old, left_new = gone, come
    if left_old and left_new and len(left_old) * len(left_new) <= _FEW * _FEW:
        scored = sorted(
            ((_likeness(old, new), -i, -j) for i, old in enumerate(left_old) for j, new in enumerate(left_new)),
            reverse=True,
        )
        used_old: set[int] = set()
        used_new: set[int] = set()
        for score, minus_i, minus_j in scored:
            if score > 0 and -minus_i not in used_old and -minus_j not in used_new:
                used_old.add(-minus_i)
                used_new.add(-minus_j)
                pairs.append((left_old[-minus_i], left_new[-minus_j]))
        left_old = [old for i, old in enumerate(left_old) if i not in used_old]
        left_new = [new for j, new in enumerate(left_new) if j not in used_new]
    pairs.extend((old, None) for old in left_old)
    pairs.extend((None, new) for new in left_new)
    return pairs


def _likeness(old: Fact, new: Fact) -> int:
    """How likely the new value is what became of the old one; 0: not at all."""
    if not old.row.plural:
        return 9
    score = 1 if old.labels == new.labels else 0
    if old.row.kind is ValueKind.LIST or old.row.kind is ValueKind.MEMBER:
        return 0 if not (old.meaning.startswith(new.meaning) or new.meaning.startswith(old.meaning)) else 2
    if old.number and new.number:
        if same_line(old.number, new.number):
            return score + 8
        kind = classify(old.number, new.number)
        return score + (0 if kind in {NumberChange.REPLACED, NumberChange.COSTLY} else 4)
    return score + (4 if _akin(old.meaning, new.meaning) else 0)


def _akin(one: str, other: str) -> bool:
    """One begins like the other, or they share most of their letters."""
    short, long = sorted((one[:_GLANCE], other[:_GLANCE]), key=len)
    if not short:
        return False
    if long.startswith(short) or long.endswith(short):
        return True
    shared = sum((Counter(short) & Counter(long)).values())
    return shared * 10 >= len(long) * 7


def rewrites(before: Card, after: Card, region: str, ignore: frozenset[str] = frozenset()) -> list[Rewrite]:
    """Every difference between two cards that is no change, each with its reason. For `--explain`.

    A line of one card that the other does not have is part of a change (`diff_facts`) or of a rewrite, never of neither.
    """
    old_facts, new_facts = facts_of(before, region, ignore), facts_of(after, region, ignore)
    gone, come = _unmatched_lines(before, after), _unmatched_lines(after, before)
    rewrites: list[Rewrite] = []
    is_rewrite = _RewriteTest.of(old_facts, new_facts)
    for name, old, new in _differing(old_facts, new_facts):
        if is_rewrite(old, new):
            rewrites.append(Rewrite(name, _raw(old), _raw(new), _rewrite_reason(old, new), new))
        _explain(old, gone)
        _explain(new, come)
    for old, new in _same(old_facts, new_facts):
        was, now = _explain(old, gone), _explain(new, come)
        if was or now:
            rewrites.append(Rewrite(new.name, _raw(old), _raw(new), _reason(old, new), new))
    rewrites.extend(_silent(gone, come, ignore))
    if before.version != after.version:
        rewrites.append(Rewrite("VERSION", before.version, after.version, RewriteReason.VERSION))
    return rewrites


def _unmatched_lines(card: Card, other: Card) -> Counter[Property]:
    """The lines of a card that the other one does not have."""
    return Counter(card.properties) - Counter(other.properties)


def _explain(fact: Fact | None, unmatched: Counter[Property]) -> bool:
    """Take a fact's lines from those that still need a reason; whether any was among them."""
    known = [line for line in (fact.lines if fact else ()) if unmatched[line] > 0]
    for line in known:
        unmatched[line] -= 1
    return bool(known)


def _same(before: Iterable[Fact], after: Iterable[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """The facts that both have: if a fact stands several times, those with the same lines first."""
    waiting: dict[tuple[Fact, object], deque[Fact]] = defaultdict(deque)
    for old in before:
        waiting[old, old.lines].append(old)
    left: list[Fact] = []
    for new in after:
        same = waiting[new, new.lines]
        same.popleft() if same else left.append(new)
    rest: dict[Fact, deque[Fact]] = defaultdict(deque)
    for old in (old for olds in waiting.values() for old in olds):
        rest[old].append(old)
    for new in left:
        if rest[new]:
            yield rest[new].popleft(), new


def _raw(fact: Fact | None) -> str:
    return ", ".join(dict.fromkeys(line.value for line in fact.lines if line.name != "X-ABLABEL")) if fact else ""


def _rewrite_reason(old: Fact | None, new: Fact | None) -> str:
    if old and new and old.meaning == new.meaning:
        return RewriteReason.PARAMETERS
    if old and new and old.number and new.number:
        return classify(old.number, new.number).value
    if old and new and old.picture:
        return RewriteReason.PICTURE
    lone = old or new
    if lone is None or lone.row.derived:
        return RewriteReason.DERIVED
    return RewriteReason.REPEATED if lone.meaning else RewriteReason.EMPTY


def _silent(gone: Counter[Property], come: Counter[Property], ignore: frozenset[str]) -> Iterator[Rewrite]:
    """What came or went without being part of any fact."""
    was, now = _values(gone), _values(come)
    for name in was | now:
        spec = row(ALIASES[name].to if name in ALIASES else name)
        if name in ignore or spec.name in ignore:
            reason = RewriteReason.IGNORED
        elif name == "X-ABLABEL":
            reason = RewriteReason.LABEL
        elif spec.volatile:
            reason = RewriteReason.BOOKKEEPING
        else:
            reason = RewriteReason.EMPTY
        yield Rewrite(name, ", ".join(was.get(name, [])), ", ".join(now.get(name, [])), reason)


def _values(lines: Counter[Property]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for line in lines.elements():
        texts[line.name].append(line.value)
    return texts


def _reason(old: Fact, new: Fact) -> RewriteReason:
    """Why two spellings say the same: the first step of reading after which they are equal."""
    was, now = old.lines[0], new.lines[0]
    if len(old.lines) != len(new.lines):
        return RewriteReason.REPEATED if was == now else RewriteReason.SPELLING
    if was.value == now.value:
        return RewriteReason.SPELLING if was.name != now.name else RewriteReason.PARAMETERS
    if old.number and new.number and old.number.written != new.number.written:
        return RewriteReason.NUMBER
    inline = old.row.kind is ValueKind.MEDIA
    one, other = values.decoded(was, inline=inline), values.decoded(now, inline=inline)
    if one == other:
        return RewriteReason.TRANSFER
    one, other = values.unescape(one), values.unescape(other)
    if one == other:
        return RewriteReason.ESCAPES
    if old.row.kind is ValueKind.DATE:
        return RewriteReason.DATE
    if old.row.kind is ValueKind.MEDIA:
        return RewriteReason.PICTURE
    if old.row.kind in {ValueKind.MAIL, ValueKind.URI, ValueKind.CHAT} and one.casefold() != other.casefold():
        return RewriteReason.ADDRESS
    if values.normal("NFKC", one) == values.normal("NFKC", other):
        return RewriteReason.UNICODE
    if values.CONTROL.sub("", one) == values.CONTROL.sub("", other):
        return RewriteReason.CONTROL
    one, other = "".join(one.split()), "".join(other.split())
    if one == other:
        return RewriteReason.BLANKS
    if one.casefold() == other.casefold():
        return RewriteReason.CASE
    return RewriteReason.SPELLING
