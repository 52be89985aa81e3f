"""Which of two copies is right, as far as anybody can tell: which was accepted, and which was written later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.detect.dates import stamped_at
from cardwarden.phrases.phrase import Moment, Phrase, phrase

_AHEAD = timedelta(hours=1)  # a stamp further in the future is a wrong clock's


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two cards: whether it is what its owner accepted, and when it was last written (None: not known)."""

    is_accepted: bool = True
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """The card in the origin and in the copy."""

    origin: Side = Side()
    copy: Side = Side()

    @property
    def said(self) -> Phrase:
        """Which side to believe, for people."""
        if self.origin.is_accepted and not self.copy.is_accepted:
            return phrase("drift-origin-stands")
        if self.copy.is_accepted and not self.origin.is_accepted:
            return phrase("drift-copy-stands")
        ours, theirs = self.origin.written_at, self.copy.written_at
        if ours is not None and (theirs is None or ours > theirs):
            return phrase("drift-origin-newer", at=Moment(ours))
        if theirs is not None and (ours is None or theirs > ours):
            return phrase("drift-copy-newer", at=Moment(theirs))
        return phrase("drift-origin-right")


def revised_at(revision: str, now: datetime) -> datetime | None:
    """The time that a card says it was written at (`detect.dates.stamped_at`); None if it says none, or one to come."""
    at = stamped_at(revision)
    return at if at is not None and at <= now + _AHEAD else None
