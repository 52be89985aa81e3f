"""How a check ended, and why a reading was not believed."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What one check of one book came to.

    clean         every card that is there is what was accepted
    findings      something of warning or above is open, or a card is held to what it said before
    partial       the same as clean, but some members or cards could not be judged; the rest of the book was
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
    limit       it is more than its server allows its household
    fault       cardwarden itself failed at it
    empty       it looks empty
    drop        most of its cards seem to be gone
    unreadable  most of its cards cannot be read
    other_book  hardly any of its cards is there, but others are: somebody else's book
    renamed     it looks like a book that is known under the name of a source that the settings have no more
    """

    NONE = ""
    UNREAD = "unread"
    LIMIT = "limit"
    FAULT = "fault"
    EMPTY = "empty"
    DROP = "drop"
    UNREADABLE = "unreadable"
    OTHER_BOOK = "other-book"
    RENAMED = "renamed"


MAY_BE_BELIEVED = frozenset({Doubt.EMPTY, Doubt.DROP, Doubt.UNREADABLE})
"""What is believed once it has looked exactly the same for a while; the others need somebody who does something."""
