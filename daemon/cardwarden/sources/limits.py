"""How much a server lets one of its households have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwarden.phrases.phrase import Phrase, phrase


@dataclass(frozen=True, slots=True)
class HouseholdLimits:
    """How much one household may have; None for as much as it likes.

    books         address books, of all its sources together
    cards         cards, in all its address books together
    bytes         what one check of a source may read
    checks_a_day  checks, of all its sources together
    """

    books: int | None = None
    cards: int | None = None
    bytes: int | None = None
    checks_a_day: int | None = None

    @property
    def any(self) -> bool:
        """Whether it may not have as much as it likes of something."""
        return self != HouseholdLimits()

    @property
    def too_many_books(self) -> Phrase:
        """What to say of a book that is one too many."""
        return phrase("limit-books", count=self.books or 0)

    @property
    def too_many_cards(self) -> Phrase:
        """What to say of a book whose cards are too many."""
        return phrase("limit-cards", count=self.cards or 0)


@dataclass(frozen=True, slots=True)
class Room:
    """What is left for the books of one source, by their ids; a book that is not known yet is in none of the mappings.

    cards    how many cards a known book may have; one that has no place among the books is left out
    had      how many each known book had
    new      how many more books may come, None for as many as there are
    for_new  how many cards these may have together, None for as many as there are
    """

    cards: Mapping[str, int | None] = field(default_factory=dict)
    had: Mapping[str, int] = field(default_factory=dict)
    new: int | None = None
    for_new: int | None = None
