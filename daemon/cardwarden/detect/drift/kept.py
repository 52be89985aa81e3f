"""What a copy keeps of its origin: learnt from how the two differ, so that what it never holds is no loss.

A SIM card holds a name and one number, an app drops pictures and cuts notes, a phone lists only contacts with a number.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import Change

_SHARE = 10  # one in so many of the cards that have a property: it is kept
_EVIDENCE = 3  # cards that show a limit; fewer could be damage
_ROUNDED = 4  # characters that a cut at a number of bytes, or of a whole letter, may leave unused
_REACHABLE = frozenset({"TEL"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What a copy keeps.

    properties  by name: whether it is kept; what stands in no card of the origin yet is undecided
    most        so many values of a property a card of the copy has at most, if its origin has more
    longest     so many characters of a value, if the origin has longer ones
    labels      it tells private numbers from those at work
    complete    it holds every card that it can hold; else a selection, of which nothing is missed
    unreachable it holds cards without a number, too
    groups      it holds groups of contacts
    is_named    its owner named the properties that it keeps: what is not among them is not kept
    """

    properties: Mapping[str, bool] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)
    labels: bool = True
    complete: bool = True
    unreachable: bool = True
    groups: bool = True
    is_named: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that it is known to keep, for people."""
        return tuple(sorted(name for name, is_kept in self.properties.items() if is_kept))

    @property
    def dropped(self) -> tuple[str, ...]:
        """The properties that it is known not to keep."""
        return tuple(sorted(name for name, is_kept in self.properties.items() if not is_kept))

    def only(self, names: Iterable[str]) -> Kept:
        """The same if its owner says which properties it keeps: these, and no others."""
        named = {name.upper() for name in names}
        known = dict.fromkeys(self.properties, False) | dict.fromkeys(named, True)
        return replace(self, properties=known, is_named=True)

    def has(self, name: str) -> bool | None:
        """Whether it keeps a property; None if that is undecided."""
        known = self.properties.get(name)
        return False if known is None and self.is_named else known

    def expects(self, facts: Sequence[Fact]) -> bool:
        """Whether a card that says this should be in the copy."""
        if not self.complete:
            return False
        if not self.groups and _is_group(facts):
            return False
        return self.unreachable or any(fact.name in _REACHABLE for fact in facts)

    def is_loss(self, change: Change, now: Mapping[str, int]) -> bool:
        """Whether a difference says something of the copy, and not only what it can hold.

        `now` counts the values of the copy's card by property.
        """
        name, old, new = change.name, change.before, change.after
        if self.has(name) is False:
            return False
        if not change.of_value:
            return self.labels
        if old is not None and new is None:
            return name not in self.most or now.get(name, 0) < self.most[name]
        if old is not None and new is not None and name in self.longest:
            return not _is_cut(old.text, new.text, self.longest[name])
        return True

    def dumped(self) -> str:
        """All of it as JSON."""
        return json.dumps(
            {
                "properties": dict(self.properties),
                "most": dict(self.most),
                "longest": dict(self.longest),
                "labels": self.labels,
                "complete": self.complete,
                "unreachable": self.unreachable,
                "groups": self.groups,
                "is_named": self.is_named,
            },
            sort_keys=True,
        )

    @classmethod
    def loaded(cls, text: str) -> Kept:
        """What `dumped` wrote. Raises ValueError and TypeError for anything else."""
        values: dict[str, Any] = json.loads(text)
        return cls(**values)


class Tally:
    """Counts over pairs of cards, from which it is learnt what a copy keeps."""

    def __init__(self) -> None:
        self._cards = 0
        self._had: Counter[str] = Counter()
        self._have: Counter[str] = Counter()
        self._origin_counts: dict[str, Counter[int]] = defaultdict(Counter)
        self._most: dict[str, int] = defaultdict(int)
        self._longest: dict[str, int] = defaultdict(int)
        self._cuts: dict[str, list[int]] = defaultdict(list)
        self._labelled = 0
        self._labels_lost = 0
        self._unreachable = 0
        self._groups = 0
        self._missing: list[tuple[bool, bool]] = []

    def pair(self, was: Sequence[Fact], now: Sequence[Fact], changes: Iterable[Change]) -> None:
        """A card of the origin, and what the copy has of it."""
        self._cards += 1
        had, have = _counted(was), _counted(now)
        self._had.update(had.keys())
        self._have.update(had.keys() & have.keys())
        for name, count in had.items():
            self._origin_counts[name][count] += 1
        for name, count in have.items():
            self._most[name] = max(self._most[name], count)
        for fact in now:
            self._longest[fact.name] = max(self._longest[fact.name], len(fact.text))
            self._labelled += bool(fact.labels)
        for change in changes:
            if change.before is None or change.after is None:
                continue
            if change.of_value and change.before.text.startswith(change.after.text):
                self._cuts[change.name].append(len(change.after.text))
            self._labels_lost += bool(change.before.labels and not change.after.labels)
        self._unreachable += not had.keys() & _REACHABLE
        self._groups += _is_group(was)

    def missing(self, was: Sequence[Fact]) -> None:
        """A card of the origin that the copy does not have."""
        self._missing.append((not any(fact.name in _REACHABLE for fact in was), _is_group(was)))

    def kept(self) -> Kept:
        """What the copy keeps, as far as these pairs show it."""
        unreachable = self._unreachable > 0 or not any(out_of_reach for out_of_reach, _ in self._missing)
        groups = self._groups > 0 or not any(group for _, group in self._missing)
        missed = sum(
            (unreachable or not out_of_reach) and (groups or not group) for out_of_reach, group in self._missing
        )
        return Kept(
            {name: self._have[name] * _SHARE >= count for name, count in self._had.items()},
            {
                name: self._most[name]
                for name, counts in self._origin_counts.items()
                if self._most[name]
                and sum(cards for count, cards in counts.items() if count > self._most[name]) >= _EVIDENCE
            },
            {
                name: self._longest[name]
                for name, cuts in self._cuts.items()
                if sum(length >= self._longest[name] - _ROUNDED for length in cuts) >= _EVIDENCE
            },
            labels=self._labelled > 0 or not self._labels_lost,
            complete=missed * _SHARE <= self._cards,
            unreachable=unreachable,
            groups=groups,
        )


def _counted(facts: Iterable[Fact]) -> Counter[str]:
    return Counter(fact.name for fact in facts if fact.name != "UID")  # exports make them anew


def _is_group(facts: Iterable[Fact]) -> bool:
    return any(fact.name == "KIND" and fact.meaning == "group" for fact in facts)


def _is_cut(before: str, after: str, longest: int) -> bool:
    return len(after) >= longest - _ROUNDED and len(before) > len(after) and before.startswith(after)
