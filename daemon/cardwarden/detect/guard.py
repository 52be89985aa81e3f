"""May this reading be believed? Doubt is a result: nothing is concluded from a reading that may be a server's bad day."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.detect.outcome import Doubt
from cardwarden.text import plural


@dataclass(frozen=True, slots=True)
class Reading:
    """What a check saw of a book, in numbers.

    before      cards the book had
    now         cards it has
    unreadable  of these, how many cannot be read and could before
    """

    before: int
    now: int
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Trusted:
    """The reading may be compared."""


@dataclass(frozen=True, slots=True)
class Inconclusive:
    """The reading may not be compared; `reason` says why to the owner."""

    doubt: Doubt
    reason: str


def guard(reading: Reading, *, doubted: Doubt = Doubt.NONE) -> Trusted | Inconclusive:
    """Judge a reading. `doubted` is the doubt of the check before: a book that looks the same twice is believed."""
    if reading.before and not reading.now and doubted is not Doubt.EMPTY:
        return Inconclusive(
            Doubt.EMPTY,
            f"The book is empty, but had {plural(reading.before, 'card')}. Nothing was concluded from that; "
            "if the next check finds it empty again, it is reported as removed.",
        )
    lost = reading.before - reading.now
    if reading.now and lost >= 10 and lost * 2 > reading.before and doubted is not Doubt.DROP:
        return Inconclusive(
            Doubt.DROP,
            f"{lost:,} of {plural(reading.before, 'card')} are missing. Nothing was concluded from that; "
            "if the next check finds the same, they are reported as removed.",
        )
    most = reading.unreadable >= 3 and reading.unreadable * 2 > reading.now
    everything = reading.unreadable == reading.now > 0 and reading.before > 0
    if (most or everything) and doubted is not Doubt.UNREADABLE:
        return Inconclusive(
            Doubt.UNREADABLE,
            f"{reading.unreadable:,} of {plural(reading.now, 'card')} cannot be read. Nothing was concluded from that; "
            "if the next check finds the same, they are reported.",
        )
    return Trusted()
