"""Which old card is which new one: by bytes, then UID, then href, then likeness; never quadratic in the book."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

from cardwarden.vcard.card import Entry

Pair = tuple[Entry | None, Entry | None]
"""An old entry and what it is now: (old, new), (old, None) for a removed card, (None, new) for an added one."""

# rapidfuzz (4 MB, 40 modules) is imported where two texts are compared: a book in which nothing like that happens needs none.

_CROWD = 60  # a name or number that more leftover cards share than this tells nobody apart
_LIKE = 80
"""Words are alike if so many per cent of their letters stand in both in one order: twice the common ones over all of them."""
_WORD = re.compile(r"\w+")
_LONGEST = 200  # characters of a name or address that say whether two are alike; comparing costs their product


def pair(
    old: Sequence[Entry], new: Sequence[Entry], *, one_book: bool = True, holding_more: Collection[str] = ()
) -> list[Pair]:
    """Pair two states of one book. Every entry stands in exactly one pair; the old ones come first, in their order.

    Of two books that are not `one_book`, a member's name says nothing: their files may be called anything.
    Members `holding_more` (hrefs) hold, before and now, other cards beside these.
    """
    if not old:
        return [(None, entry) for entry in new]
    matched: dict[int, Entry] = {}
    left_old = dict(enumerate(old))
    left_new = dict(enumerate(new))
    single = (
        (_single(old) & _single(new)).difference(holding_more) if one_book else set()
    )  # in a file of many cards, two that are left over may be anybody

    def meet(key_of: Callable[[Entry], Hashable]) -> None:
        """Pair what has the same key, in order; an empty key meets nobody."""
        if not left_old:
            return
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, entry in left_new.items():
            waiting[key_of(entry)].append(place)
        for place, entry in list(left_old.items()):
            key = key_of(entry)
            places = waiting.get(key) if key else None
            if places:
                matched[place] = left_new.pop(places.popleft())
                del left_old[place]

    if one_book:
        meet(lambda e: (e.href, e.ordinal, e.digest))
        meet(lambda e: (e.href, e.digest))
    meet(lambda e: e.digest)
    meet(lambda e: (e.uid, e.href, e.name) if e.uid and one_book else None)
    meet(lambda e: (e.uid, e.name) if e.uid else None)
    meet(lambda e: e.uid)
    meet(lambda e: e.href if e.href in single else "")
    for old_place, new_place in _alike(left_old, left_new):
        matched[old_place] = left_new.pop(new_place)
        del left_old[old_place]
    pairs: list[Pair] = [(entry, matched.get(place)) for place, entry in enumerate(old)]
    pairs.extend((None, entry) for entry in left_new.values())
    return pairs


def _single(entries: Iterable[Entry]) -> set[str]:
    """The hrefs of members that hold one card."""
    return {href for href, cards in Counter(entry.href for entry in entries).items() if cards == 1}


def _alike(old: dict[int, Entry], new: dict[int, Entry]) -> list[tuple[int, int]]:
    """Pairs among leftovers that are the same person by name and contacts, best first, each card once."""
    if not old or not new:
        return []
    blocks: dict[str, list[int]] = defaultdict(list)
    for place, entry in new.items():
        for block in _blocks(entry):
            blocks[block].append(place)
    asked: dict[str, int] = defaultdict(int)
    for entry in old.values():
        for block in _blocks(entry):
            asked[block] += 1
    scored: list[tuple[float, int, int]] = []
    for place, entry in old.items():
        near = {p for b in _blocks(entry) if asked[b] <= _CROWD and len(blocks[b]) <= _CROWD for p in blocks[b]}
        for other in near:
            score = likeness(entry, new[other])
            if score > 0:
                scored.append((score, -place, -other))
    chosen: list[tuple[int, int]] = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, minus_old, minus_new in sorted(scored, reverse=True):
        if -minus_old in used_old or -minus_new in used_new:
            continue
        used_old.add(-minus_old)
        used_new.add(-minus_new)
        chosen.append((-minus_old, -minus_new))
    return chosen


def _blocks(entry: Entry) -> Iterable[str]:
    """What a card must share with another one to be compared with it at all."""
    return {*entry.contacts, *(f"word:{word}" for word in _words(entry.name)[:8])}


def likeness(entry: Entry, other: Entry) -> float:
    """How likely two cards are the same person's, 0 (not) to 2: by name (rapidfuzz, order aside) and shared contacts."""
    names = same_name(entry.name, other.name)
    mine, theirs = set(entry.contacts), set(other.contacts)
    shared = len(mine & theirs) / len(mine | theirs) if mine or theirs else 0.0
    if (
        names >= 0.9
        or (names >= 0.6 and shared > 0)
        or (shared == 1.0 and names >= 0.3)
        or (shared == 1.0 and len(mine) > 1)
    ):
        return names + shared
    return 0.0


def same_name(one: str, other: str) -> float:
    """How alike two names are, 0 to 1, their parts' order, letter case and punctuation aside."""
    first, second = " ".join(_words(one)), " ".join(_words(other))
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.token_sort_ratio(first, second) / 100.0


def within_edits(one: str, other: str, limit: int) -> bool:
    """Whether so many inserted, deleted, changed or swapped letters lead from one text to the other."""
    if max(len(one), len(other)) > _LONGEST:
        return one == other
    from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415

    return DamerauLevenshtein.distance(one, other, score_cutoff=limit) <= limit


def same_person(one: str, other: str) -> bool:
    """Whether two names can be one person's: each word of the shorter one is, or begins, a word of the longer one.

    "Jane Roe" and "Roe-Poe, Jane", "Jon Doe" and "John Doe", "J. Roe" and "Jane Roe"; not "Jane Roe" and "Mark Roe".
    """
    short, long = sorted((_words(one), _words(other)), key=len)
    return bool(short) and all(any(_same_word(word, candidate) for candidate in long) for word in short)


def _words(name: str) -> list[str]:
    return _WORD.findall(name[:_LONGEST].lower())


def _same_word(one: str, other: str) -> bool:
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    # Not more letters than these can stand in one order in both: with too few the words are told apart already.
    shared = (Counter(one) & Counter(other)).total()
    if 200 * shared < _LIKE * (len(one) + len(other)):
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.ratio(one, other) >= _LIKE
