"""May this reading be believed? Doubt is a result: nothing is concluded from a reading that may be a server's bad day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from cardwarden.detect.outcome import MAY_BE_BELIEVED, Doubt
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.vcard.card import Entry
from cardwarden.vcard.pairing import Pair

_FEW = 3  # cards; of fewer it cannot be told whose they are
_HARDLY_ANY = 0.1  # of the cards of a book, so that it is another one


@dataclass(frozen=True, slots=True)
class BookCounts:
    """What a check saw of a book, in numbers.

    before      cards the book had
    now         cards it has
    unreadable  of these, how many cannot be read and could before
    recognised  of these, how many are cards that it had
    """

    before: int
    now: int
    unreadable: int = 0
    recognised: int = 0


@dataclass(frozen=True, slots=True)
class Trusted:
    """The reading may be compared. It confirms the `doubt` of earlier looks, if it is not NONE."""

    confirms: Doubt = Doubt.NONE


@dataclass(frozen=True, slots=True)
class Inconclusive:
    """The reading may not be compared; `reason` says why to the owner."""

    doubt: Doubt
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Earlier:
    """The doubt of earlier looks that saw exactly the same, and for how long they have."""

    doubt: Doubt = Doubt.NONE
    age: timedelta = timedelta()


def look(pairs: Iterable[Pair]) -> BookCounts:
    """The numbers of a reading, from the cards before and now."""
    before: list[Entry] = []
    now: list[Entry] = []
    recognised = 0
    for was, is_now in pairs:
        before += [was] if was else []
        now += [is_now] if is_now else []
        recognised += bool(was and is_now)
    broken, was_broken = (sum(bool(entry.problem) for entry in entries) for entries in (now, before))
    return BookCounts(len(before), len(now), max(0, broken - was_broken), recognised)


def guard(
    seen: BookCounts,
    *,
    earlier: Earlier = Earlier(),
    believe_after: timedelta = timedelta(),
    may_be_other: bool = False,
    before: Doubt = Doubt.NONE,
) -> Trusted | Inconclusive:
    """Judge a reading.

    A book that looks empty, cut or broken is believed when it has looked exactly the same for `believe_after`: a program
    that empties a folder and fills it again needs some time, too. Another book is never believed by itself, but only if
    its owner said that it `may_be_other`. `before` as for `doubt_of`.
    """
    doubt = doubt_of(seen, before)
    if doubt is Doubt.NONE or (doubt is Doubt.OTHER_BOOK and may_be_other):
        return Trusted(doubt)
    if doubt is not Doubt.OTHER_BOOK and earlier.doubt is doubt and earlier.age >= believe_after:
        return Trusted(doubt)
    return Inconclusive(doubt, phrase("then", first=_seen(doubt, seen), second=_what_next(doubt, believe_after)))


def doubt_of(seen: BookCounts, before: Doubt = Doubt.NONE) -> Doubt:
    """What speaks against these numbers, after a look that was doubted as `before`.

    A program that fills a folder again is seen half-way, and so is a server that comes back: of a book that looked empty,
    cut or broken, what is not there yet is no more gone than it was a moment ago.
    """
    lost = seen.before - seen.now
    if seen.before and not seen.now:
        return Doubt.EMPTY
    if min(seen.before, seen.now) >= _FEW and seen.recognised < _HARDLY_ANY * min(seen.before, seen.now):
        return Doubt.OTHER_BOOK
    if lost >= 10 and lost * 2 > seen.before:
        return Doubt.DROP
    most = seen.unreadable >= _FEW and seen.unreadable * 2 > seen.now
    everything = seen.unreadable == seen.now > 0 and seen.before > 0
    was_in_doubt = before in MAY_BE_BELIEVED
    if most or everything or (was_in_doubt and seen.unreadable):
        return Doubt.UNREADABLE
    return Doubt.DROP if was_in_doubt and seen.recognised < seen.before else Doubt.NONE


def _seen(doubt: Doubt, seen: BookCounts) -> Phrase:
    """What was seen that speaks against a reading."""
    match doubt:
        case Doubt.EMPTY:
            return phrase("guard-empty", count=seen.before)
        case Doubt.DROP:
            return phrase("guard-drop", lost=seen.before - seen.now, count=seen.before)
        case Doubt.UNREADABLE:
            return phrase("guard-unreadable", broken=seen.unreadable, count=seen.now)
        case _:
            return phrase("guard-other-book", count=seen.before, found=seen.recognised, now=seen.now)


def _what_next(doubt: Doubt, believe_after: timedelta) -> Phrase:
    if doubt is Doubt.OTHER_BOOK:
        return phrase("guard-nothing-recorded")
    minutes = round(believe_after / timedelta(minutes=1))
    return phrase("guard-waits", count=minutes) if minutes else phrase("guard-waits-for-next")
