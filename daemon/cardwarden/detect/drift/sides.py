"""Which of two copies is right, as far as anybody can tell: which was accepted, and which was written later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cardwarden.phrases.phrase import Moment, Phrase, phrase

_AHEAD = timedelta(hours=1)  # a stamp further in the future is a wrong clock's
_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T?(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?)?\s*\Z")


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
    """The time that a card says it was written at (REV: RFC 6350, 6.7.4); None if it says none, or one to come."""
    match = _STAMP.match(revision.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    except ValueError:
        return None
    if zone and zone != "Z":
        east = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        at += east if zone[0] == "-" else -east
    return at if at <= now + _AHEAD else None
