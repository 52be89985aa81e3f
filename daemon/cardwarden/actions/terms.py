"""What a book is judged by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cardwarden import __version__
from cardwarden.detect.finding import Severity
from cardwarden.store.books import StoredBook
from cardwarden.vcard.digest import digest_of

if TYPE_CHECKING:  # a check that finds nothing changed judges nothing
    from cardwarden.actions.limits import Allowance
    from cardwarden.detect.rule import Rule


@dataclass(frozen=True, slots=True)
class Judging:
    """The settings that decide what a change means, for how long a doubtful reading has to look the same, and how much may be."""

    region: str
    rules: Sequence[Rule]
    hold_at: Severity = Severity.WARNING
    ignore: frozenset[str] = frozenset()
    believe_after: timedelta = timedelta(minutes=5)
    guarded: tuple[str, ...] = ()
    usual: str = ""
    """What the cards of the book in question are in that name no character set (`charset_of`)."""
    allowance: Allowance | None = None
    """How much may be guarded beside one another; None for as much as there is."""

    def of_book(self, book: StoredBook | None) -> Judging:
        """The same for a book, with what its cards are known to be in."""
        return replace(self, usual=book.charset) if book and book.charset else self

    @property
    def settings_digest(self) -> str:
        """Differs when anything differs that decides what a change means, so that a book is judged anew."""
        return _digest(self)


JudgingOf = Callable[[str], Judging]
"""What a source's books are judged by."""


@lru_cache(maxsize=64)  # of each source's; it is asked for with each book
def _digest(judging: Judging) -> str:
    said = (__version__, judging.region, judging.rules, judging.hold_at, sorted(judging.ignore), judging.guarded)
    return digest_of(repr(said).encode("utf-8"))[:16]
