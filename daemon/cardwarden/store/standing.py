"""How books stand, in one look: what their last check left, and whether what is open says all that is to be said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, case, false, select

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.store import books as book_store
from cardwarden.store import checks as check_store
from cardwarden.store import tables as t
from cardwarden.store.books import STORED_BOOKS, StoredBook
from cardwarden.store.chain import Run
from cardwarden.store.findings import HELD
from cardwarden.store.wording import UNACCEPTED


@dataclass(frozen=True, slots=True)
class BookStanding:
    """A book as it stands.

    run             of checks that its last one is part of
    has_unread      a member could not be judged at the last conclusive check
    has_ignored     checks pass over a card
    is_held         a deviation is open, or a hazard or drift of warning or above
    is_unexplained  no deviation is open nor anything else held, and yet a card differs from its baseline
    """

    book: StoredBook
    run: Run
    has_unread: bool
    has_ignored: bool
    is_held: bool
    is_unexplained: bool

    @property
    def is_told(self) -> bool:
        """If nothing changed, what is open says how it stands: it is held, or each card is what was accepted."""
        return not self.has_unread and not self.is_unexplained

    @property
    def outcome(self) -> Outcome:
        """What a check comes to that finds nothing changed."""
        return Outcome.FINDINGS if self.is_held else Outcome.CLEAN

    @property
    def goes_on(self) -> bool:
        """Whether such a check ends as the last one did."""
        return (self.book.outcome, self.book.doubt, self.book.reason) == (self.outcome, Doubt.NONE, "")


def of_source(connection: Connection, source: str) -> list[BookStanding]:
    """The books of a source, in the order in which they were first seen, without those that go on as another one."""
    return [_standing(*row) for row in connection.execute(_OF_SOURCE, {"of_source": source})]


def of_book(connection: Connection, source: str, book: str) -> BookStanding | None:
    """One book by what its source calls it; None if it was never checked."""
    row = connection.execute(_OF_BOOK, {"of_source": source, "of_book": book}).first()
    return _standing(*row) if row else None


def note_going_on(
    connection: Connection, books: Iterable[tuple[BookStanding, str, int]], at: datetime, *, deep: bool = False
) -> None:
    """Count one check more of books that go on as they were, at least one.

    Each comes with the token to hand in next time, and with how many cards it has.
    """
    runs: list[Run] = []
    token_of: dict[int, str] = {}
    for stands, token, cards in books:
        last_deep_at = at if deep else stands.run.last_deep_at
        runs.append(Run(stands.run.check_id, stands.run.times + 1, at, last_deep_at, cards))
        token_of[stands.book.id] = token
    check_store.extend(connection, runs)
    book_store.note_unchanged(connection, token_of, at, deep=deep)


_OF_BOOK_ITSELF: Final = len(fields(StoredBook))  # columns


def _standing(*row: Any) -> BookStanding:
    book = StoredBook(*row[:_OF_BOOK_ITSELF])
    check_id, times, last_at, last_deep_at, *flags = row[_OF_BOOK_ITSELF:]
    return BookStanding(book, Run(check_id, times, last_at, last_deep_at, book.cards), *map(bool, flags))


def _is_any(table: Table, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(table.c.book_id).where(table.c.book_id == t.books.c.id, *which).correlate(t.books).exists()


def _standings() -> Select[Any]:
    c, is_held = t.checks.c, _is_any(t.findings, HELD)
    return STORED_BOOKS.add_columns(
        c.id,
        c.times,
        c.last_at,
        c.last_deep_at,
        _is_any(t.unread),
        _is_any(t.ignored),
        is_held,
        case((is_held, false()), else_=_is_any(t.cards, UNACCEPTED)),
    )


# Built once, for it is asked at each check.
_OF_SOURCE = _standings().where(t.books.c.source == bindparam("of_source"))
_OF_BOOK = _OF_SOURCE.where(t.books.c.book == bindparam("of_book", type_=t.books.c.book.type))
