"""How a check ended, and why a reading was not believed."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What one check of one book came to.

    clean         every card that is there is what was accepted
    findings      something of warning or above is open
    partial       the same as clean, but some members could not be read; the rest of the book was judged
    inconclusive  the reading could not be believed: nothing was concluded, and nothing was changed
    """

    CLEAN = "clean"
    FINDINGS = "findings"
    PARTIAL = "partial"
    INCONCLUSIVE = "inconclusive"

    @property
    def is_conclusive(self) -> bool:
        return self is not Outcome.INCONCLUSIVE


class Doubt(StrEnum):
    """Why a reading was not believed.

    none        it was believed
    unread      the book could not be read
    empty       it looks empty
    drop        most of its cards seem to be gone
    unreadable  most of its cards cannot be read
    """

    NONE = ""
    UNREAD = "unread"
    EMPTY = "empty"
    DROP = "drop"
    UNREADABLE = "unreadable"
