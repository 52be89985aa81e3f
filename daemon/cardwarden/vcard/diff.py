"""What changed between two cards: changes of meaning, and rewrites with the reason why they are harmless."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cardwarden.vcard import values
from cardwarden.vcard.canonical import Fact, facts_of
from cardwarden.vcard.card import Card
from cardwarden.vcard.number import SAME, NumberChange, classify, same_line
from cardwarden.vcard.properties import Kind, row

_FEW = 40  # beyond so many leftovers of one property, pairing by likeness would cost their product


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of meaning in one property: `before` is None where it was added, `after` where it was lost."""

    name: str
    before: Fact | None
    after: Fact | None

    @property
    def of_value(self) -> bool:
        """The value itself differs, not only its label or preference."""
        return self.before is None or self.after is None or self.before.meaning != self.after.meaning


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One difference in the bytes that says the same, and why: what `--explain` lists."""

    name: str
    before: str
    after: str
    reason: str


def diff_facts(before: list[Fact], after: list[Fact], region: str) -> list[Change]:
    """The changes from one card's facts to another's, in the order of the properties' names, losses first."""
    gone, come = _leftovers(before, after), _leftovers(after, before)
    if not gone and not come:
        return []
    names = dict.fromkeys([f.name for f in gone] + [f.name for f in come])
    changes: list[Change] = []
    for name in names:
        pairs = _paired([f for f in gone if f.name == name], [f for f in come if f.name == name], region)
        changes.extend(Change(name, old, new) for old, new in pairs if not _quiet(old, new, region))
    return changes


def _leftovers(facts: list[Fact], other: list[Fact]) -> list[Fact]:
    left = Counter(other)
    kept: list[Fact] = []
    for fact in facts:
        if left[fact] > 0:
            left[fact] -= 1
        else:
            kept.append(fact)
    return kept


def _quiet(old: Fact | None, new: Fact | None, region: str) -> bool:
    """A derived property that only came or went; a number that is the same call in another writing."""
    if old is None or new is None:
        return row((old or new).name).derived  # type: ignore[union-attr]
    if old.number and new.number and (old.labels, old.pref) == (new.labels, new.pref):
        return classify(old.number, new.number, region) in SAME
    return False


def _paired(gone: list[Fact], come: list[Fact], region: str) -> list[tuple[Fact | None, Fact | None]]:
    """Which old value became which new one: the same value, then the likest, then the one with the same label."""
    pairs: list[tuple[Fact | None, Fact | None]] = []
    by_meaning: dict[str, list[Fact]] = defaultdict(list)
    for new in come:
        by_meaning[new.meaning].append(new)
    left_old: list[Fact] = []
    for old in gone:
        same = by_meaning.get(old.meaning)
        if same:
            new = next((n for n in same if n.labels == old.labels), same[0])
            same.remove(new)
            pairs.append((old, new))
        else:
            left_old.append(old)
    left_new = [new for same in by_meaning.values() for new in same]
    left_new.sort(key=come.index) if len(come) <= _FEW else None
    if left_old and left_new and len(left_old) * len(left_new) <= _FEW * _FEW:
        scored = sorted(
            ((_likeness(old, new, region), -i, -j) for i, old in enumerate(left_old) for j, new in enumerate(left_new)),
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


def _likeness(old: Fact, new: Fact, region: str) -> int:
    """How likely the new value is what became of the old one; 0: not at all."""
    if not old.row.plural:
        return 9
    score = 1 if old.labels == new.labels else 0
    if old.row.kind is Kind.LIST or old.row.kind is Kind.MEMBER:
        return 0 if not (old.meaning.startswith(new.meaning) or new.meaning.startswith(old.meaning)) else 2
    if old.number and new.number:
        if same_line(old.number, new.number):
            return score + 8
        kind = classify(old.number, new.number, region)
        return score + (0 if kind in {NumberChange.REPLACED, NumberChange.COSTLY} else 4)
    return score + (4 if _akin(old.meaning, new.meaning) else 0)


def _akin(one: str, other: str) -> bool:
    """One begins like the other, or they share most of their letters."""
    short, long = sorted((one, other), key=len)
    if not short:
        return False
    if long.startswith(short) or long.endswith(short):
        return True
    shared = sum((Counter(short) & Counter(long)).values())
    return shared * 10 >= len(long) * 7


def rewrites(before: Card, after: Card, region: str, ignore: frozenset[str] = frozenset()) -> list[Rewrite]:
    """Every difference between two cards that is no change, each with its reason. For `--explain`."""
    found: list[Rewrite] = []
    old_facts, new_facts = facts_of(before, region, ignore), facts_of(after, region, ignore)
    old_by = _by_fact(old_facts)
    for new in new_facts:
        same = old_by.get(new)
        if not same:
            continue
        old = same.pop(0)
        was, now = old.lines[0], new.lines[0]
        if (was.name, was.params, was.value, was.group) != (now.name, now.params, now.value, now.group):
            found.append(Rewrite(new.name, was.value, now.value, _reason(old, new)))
    found.extend(_quiet_changes(old_facts, new_facts, region))
    found.extend(_bookkeeping(before, after, ignore))
    return found


def _by_fact(facts: Iterable[Fact]) -> dict[Fact, list[Fact]]:
    grouped: dict[Fact, list[Fact]] = defaultdict(list)
    for fact in facts:
        grouped[fact].append(fact)
    return grouped


def _quiet_changes(before: list[Fact], after: list[Fact], region: str) -> list[Rewrite]:
    gone, come = _leftovers(before, after), _leftovers(after, before)
    found: list[Rewrite] = []
    for name in dict.fromkeys([f.name for f in gone] + [f.name for f in come]):
        for old, new in _paired([f for f in gone if f.name == name], [f for f in come if f.name == name], region):
            if not _quiet(old, new, region):
                continue
            if old and new and old.number and new.number:
                reason = classify(old.number, new.number, region).value
            else:
                reason = "made by a program out of other fields"
            found.append(Rewrite(name, old.text if old else "", new.text if new else "", reason))
    return found


def _bookkeeping(before: Card, after: Card, ignore: frozenset[str]) -> list[Rewrite]:
    was = Counter((p.name, p.value) for p in before.properties if row(p.name).volatile or p.name in ignore)
    now = Counter((p.name, p.value) for p in after.properties if row(p.name).volatile or p.name in ignore)
    names = dict.fromkeys(name for name, _ in [*(was - now), *(now - was)])
    reason = {name: "told to be ignored" if name in ignore else "bookkeeping of programs" for name in names}
    reason |= {name: "name of a label's line" for name in names if name == "X-ABLABEL"}
    return [Rewrite(name, _values(was - now, name), _values(now - was, name), reason[name]) for name in names]


def _values(counted: Counter[tuple[str, str]], name: str) -> str:
    return ", ".join(value for key, value in counted if key == name)


def _reason(old: Fact, new: Fact) -> str:
    """Why two spellings say the same: the first step of reading after which they are equal."""
    was, now = old.lines[0], new.lines[0]
    if old.name == "TEL" and old.number and new.number and old.number.written != new.number.written:
        return "number written differently"
    if was.value == now.value:
        return "another version's spelling" if was.name != now.name else "parameters written differently"
    one, other = values.decoded(was), values.decoded(now)
    if one == other:
        return "another transfer encoding"
    one, other = values.unescape(one), values.unescape(other)
    if one == other:
        return "escapes written differently"
    if old.row.kind is Kind.DATE:
        return "date written differently"
    if old.row.kind is Kind.MEDIA:
        return "picture's bytes written differently"
    if unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other):
        return "other Unicode form"
    if "".join(one.split()) == "".join(other.split()):
        return "blanks"
    if one.casefold() == other.casefold():
        return "letter case that means nothing here"
    return "another version's spelling"
