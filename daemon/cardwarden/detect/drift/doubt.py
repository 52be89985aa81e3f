"""Are these two books copies of one at all? If not, that is one thing to say, and no list of what differs."""

from __future__ import annotations

from enum import StrEnum

from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.phrases.phrase import phrase

APART = "copies-apart"
"""What stands for a rule's name in the condition that says so."""
_FEW = 3  # cards; of fewer it cannot be told whose they are


class Apart(StrEnum):
    """Why two books are not compared card by card."""

    NONE = ""
    COPY_EMPTY = "copy-empty"
    ORIGIN_EMPTY = "origin-empty"
    OTHER_BOOK = "other-book"


def apart(origin: int, copy: int, paired: int) -> Apart:
    """Judge two books by how many cards they have, and how many are in both.

    A copy that holds a selection, or more than its origin, is a copy all the same: of the smaller book more than half has
    to be found in the other.
    """
    if origin and not copy:
        return Apart.COPY_EMPTY
    if copy and not origin:
        return Apart.ORIGIN_EMPTY
    smaller = min(origin, copy)
    return Apart.OTHER_BOOK if smaller >= _FEW and paired * 2 <= smaller else Apart.NONE


def condition(why: Apart, mirror: str, names: tuple[str, str], numbers: tuple[int, int, int]) -> Finding:
    """The one thing that is said of two books that are apart.

    `mirror` is what their pair is called, `names` what people call the origin and the copy, `numbers` how many cards the
    origin and the copy have, and how many are in both.
    """
    origin, copy = names
    ours, theirs, paired = numbers
    return Finding(
        kind=FindingKind.CONDITION,
        rule=APART,
        severity=Severity.WARNING,
        title=phrase(f"drift-apart-{why}", origin=origin, copy=copy),
        reason=phrase("drift-apart-why", origin=ours, copy=theirs, paired=paired),
        identity=mirror,
    )
