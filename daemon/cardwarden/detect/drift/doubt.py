"""Are these two books copies of one at all? If not, that is one thing to say, and no list of what differs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.detect.judge import events_of
from cardwarden.phrases.phrase import Code, phrase

APART = "copies-apart"
"""What stands for a rule's name in the condition that says so."""
FAILED = "copies-uncompared"
"""The same for the condition that the program itself failed at comparing them."""
_FEW = 3  # cards; of fewer it cannot be told whose they are
_WAYS = 5  # unlike things to tell at once; fewer can be read one by one


class Apart(StrEnum):
    """Why two books are not compared card by card."""

    NONE = ""
    COPY_EMPTY = "copy-empty"
    ORIGIN_EMPTY = "origin-empty"
    OTHER_BOOK = "other-book"
    IN_MANY_WAYS = "in-many-ways"


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


def differing(drifts: Iterable[Finding]) -> int:
    """How many cards of the copy drifts are about; contacts that it lacks are no cards of it."""
    return len({finding.card.key for finding in drifts if finding.card})


def apart_in_many_ways(drifts: Iterable[Finding], paired: int) -> bool:
    """Whether half of the cards that are in both books differ at once, and no one rewrite explains most of that.

    `drifts` are those that would be told now, `paired` is how many cards are in both.
    """
    of_cards = [finding for finding in drifts if finding.card]
    cards = differing(of_cards)
    if cards * 2 < paired:
        return False
    events = events_of(of_cards)
    return len(events) >= _WAYS and max(differing(event.findings) for event in events) * 2 < cards


def condition(
    why: Apart, mirror: str, names: tuple[str, str], numbers: tuple[int, int, int], cards: int = 0
) -> Finding:
    """The one thing that is said of two books that are apart.

    `mirror` is what their pair is called, `names` what people call the origin and the copy, `numbers` how many cards the
    origin and the copy have, and how many are in both, `cards` how many of those differ, if they were compared.
    """
    origin, copy = names
    ours, theirs, paired = numbers
    reason = phrase("drift-apart-why", origin=ours, copy=theirs, paired=paired)
    if why is Apart.IN_MANY_WAYS:
        reason = phrase("drift-apart-why-many", cards=cards, paired=paired)
    return Finding(
        kind=FindingKind.CONDITION,
        rule=APART,
        severity=Severity.WARNING,
        title=phrase(f"drift-apart-{why}", origin=origin, copy=copy),
        reason=reason,
        identity=mirror,
    )


def failed(mirror: str, names: tuple[str, str], place: str, cards: int = 0) -> Finding:
    """What is said of two books that the program failed at: `place` is where, `cards` how many cards, 0 for all of it."""
    origin, copy = names
    title = (
        phrase("drift-failed-some", count=cards, origin=origin, copy=copy)
        if cards
        else phrase("drift-failed", origin=origin, copy=copy)
    )
    return Finding(
        kind=FindingKind.CONDITION,
        rule=FAILED,
        severity=Severity.WARNING,
        title=title,
        reason=phrase("drift-failed-why", place=Code(place)),
        identity=mirror,
    )
