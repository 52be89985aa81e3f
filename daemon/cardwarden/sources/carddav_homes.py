"""One question for all books of an account, as long as its server's answers spare more questions than they cost."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cardwarden.carddav.client import Client
from cardwarden.carddav.failure import DavError
from cardwarden.carddav.home import BookState, unchanged_in
from cardwarden.clock import Clock

_WORTH_ASKING: Final = 2  # books: about one, its own question is as cheap, and tells what changed
_REST: Final = (
    3600.0  # seconds that a home is not asked whose answer was of no use; twice as long each time, up to a day
)
_LONGEST_REST: Final = 24 * _REST

_log = logging.getLogger(__name__)


@dataclass
class _Home:
    """What came of the last question to a home.

    is_of_use    it told of a book that is unchanged, or one of them turned out not to be, or could not be asked itself
    useless      so many answers in a row were of no use
    rests_until  in monotonic seconds
    """

    is_of_use: bool = True
    useless: int = 0
    rests_until: float = 0.0

    def rest(self, now: float) -> None:
        """Its answer was of no use."""
        self.is_of_use = True
        self.rests_until = now + min(_REST * 2**self.useless, _LONGEST_REST)
        self.useless += 1


class HomeQuestions:
    """Asks homes what of their books is unchanged, and notices those that do not know."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._homes: dict[str, _Home] = {}

    def unchanged(self, home: str, known: Mapping[str, BookState]) -> frozenset[str]:
        """Which of these books, by their ids with the states they were in, a home lists as unchanged.

        Nothing if it cannot tell: it may refuse the question, or say something that no book's own answer says. Then it is left
        alone for a while, and each book is asked itself.
        """
        asked = self._homes.setdefault(home, _Home())
        now = self._clock.monotonic()
        if not asked.is_of_use:
            asked.rest(now)
        if len(known) < _WORTH_ASKING or now < asked.rests_until:
            return frozenset()
        try:
            unchanged = unchanged_in(self._client, home, known)
        except DavError as error:
            _log.info("the books of a home are asked one by one: %s", error)
            asked.rest(self._clock.monotonic())
            return frozenset()
        asked.is_of_use = bool(unchanged)
        if unchanged:
            asked.useless = 0
        return unchanged

    def note_own_answer(self, home: str, *, is_unchanged: bool) -> None:
        """A book of that home was asked itself."""
        if not is_unchanged and home in self._homes:
            self._homes[home].is_of_use = True
