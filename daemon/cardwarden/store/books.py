"""The books that were checked, and how each one stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import starmap
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, or_, select, update

from cardwarden.detect.finding import State
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.phrases.phrase import Value
from cardwarden.store import covered
from cardwarden.store import tables as t


@dataclass(frozen=True, slots=True)
class StoredBook:
    """A book and how its last check went.

    book                what its source calls it; `source` and `book` together are its name for ever
    token               the source's own, from the last conclusive check
    judged_with         opaque: what the cards were last judged with
    last_conclusive_at  None before the first check that could be believed
    last_deep_at        when a conclusive check last read every card
    outcome, doubt, reason, cards  of the last check
    doubted_as          what was seen by the checks that were not believed (64 hex digits), None if the last one was
    doubted_since       since when it has looked so, in seconds of the machine's monotonic clock
    listing             the digest of its members as they were last read, None if some have to be read again anyway
    charset             the codec of its cards that name no character set and are no UTF-8; "" if that is not known
    """

    id: int
    source: str
    book: str
    title: str
    token: str
    judged_with: str
    last_conclusive_at: datetime | None
    last_deep_at: datetime | None
    outcome: Outcome
    doubt: Doubt
    reason: Value
    cards: int
    doubted_as: str | None
    doubted_since: float | None
    listing: bytes | None
    charset: str


@dataclass(frozen=True, slots=True)
class BookStatus:
    """A book as its last check left it.

    check_id            of the row that the last check is part of
    outcome, doubt, reason  of the last check
    last_conclusive_at  None if it could never be read
    failing_since       the first check after that, None if the last one was conclusive
    open                how many findings wait for their owner
    """

    id: int
    source: str
    book: str
    title: str
    check_id: int
    outcome: Outcome
    doubt: Doubt
    reason: Value
    cards: int
    last_at: datetime
    last_conclusive_at: datetime | None
    last_deep_at: datetime | None
    failing_since: datetime | None
    open: int


def books(connection: Connection, source: str | None = None) -> list[StoredBook]:
    """Every book that was ever checked, or those of one source, in the order in which they were first seen.

    Without those that go on as another one (`set_goes_on_as`).
    """
    return list(
        starmap(StoredBook, connection.execute(STORED_BOOKS if source is None else _OF_SOURCE, {"of_source": source}))
    )


def find_book(connection: Connection, source: str, book: str) -> StoredBook | None:
    """One book by what its source calls it; None if it was never checked."""
    row = connection.execute(_ONE, {"of_source": source, "of_book": book}).first()
    return StoredBook(*row) if row else None


def charset(connection: Connection, book_id: int) -> str:
    """The codec of a book's cards that name no character set and are no UTF-8; "" if that is not known."""
    return str(connection.scalars(select(t.books.c.charset).where(t.books.c.id == book_id)).one())


def charset_of_card(connection: Connection, card_id: int) -> str:
    """The same of the book that a card stands in, by the card's row."""
    of_card = select(t.books.c.charset).join(t.cards, t.cards.c.book_id == t.books.c.id).where(t.cards.c.id == card_id)
    return str(connection.scalars(of_card).one())


def statuses(connection: Connection, source: str | None = None) -> list[BookStatus]:
    """Every book that was ever checked, or those of one source.

    A source that could not tell its books stands as one without a name, until it tells them. Without those that go on as
    another one.
    """
    return named(every_status(connection, source))


def every_status(connection: Connection, source: str | None = None) -> list[BookStatus]:
    """The same, also of a source as one that could not tell its books, though it has told them by now."""
    rows = connection.execute(_STATUSES if source is None else _STATUSES_OF_SOURCE, {"of_source": source})
    return list(starmap(BookStatus, rows))


def named(statuses: Collection[BookStatus]) -> list[BookStatus]:
    """Those of these that are books: a source stands as one without a name until it tells them."""
    known = {status.source for status in statuses if status.book}
    return [status for status in statuses if status.book or status.last_conclusive_at or status.source not in known]


def note_checked(
    connection: Connection,
    *,
    source: str,
    book: str,
    title: str,
    conclusive_at: datetime | None,
    deep_at: datetime | None,
    token: str | None,
    judged_with: str | None,
    charset: str | None = None,
) -> int:
    """Note what a check makes known of a book, a new one too; what is None stays as it is. Gives the book's id."""
    known = connection.execute(_BOOK(), {"of_source": source, "of_book": book}).first()
    book_id, *was = known or (None, None, None)
    if book_id is None:
        new_book = insert(t.books).values(
            source=source, begun_as=source, book=book, title=title, token="", judged_with="", charset=""
        )
        book_id = connection.scalars(new_book.returning(t.books.c.id)).one()
    bind_values = {
        "row": book_id,
        "new_title": title,
        "new_token": token,
        "new_judged_with": judged_with,
        "new_last_conclusive_at": conclusive_at,
        "new_last_deep_at": deep_at,
        "new_charset": charset,
    }
    connection.execute(_NOTE(), bind_values)
    if was != [title, was[1] if charset is None else charset]:
        covered.cover(connection, {t.books: [book_id]})
    return int(book_id)


def note_unchanged(connection: Connection, tokens: Mapping[int, str], at: datetime, *, deep: bool = False) -> None:
    """Note a conclusive check of known books, by their ids with the tokens to hand in next time, that made nothing else known."""
    connection.execute(
        _UNCHANGED_DEEP if deep else _UNCHANGED,
        [{"row": book_id, "new_token": token, "at": at} for book_id, token in tokens.items()],
    )


# Built once: a check that saw nothing new costs little more than these and a wait for the disk.
_SOURCE = t.books.c.source == bindparam("of_source")
_BOOK = cache(
    lambda: select(t.books.c.id, t.books.c.title, t.books.c.charset).where(
        _SOURCE,
        t.books.c.book == bindparam("of_book", type_=t.books.c.book.type),
        t.books.c.goes_on_as.is_(None),
    )
)
_NOTE = cache(
    lambda: (
        update(t.books)
        .where(t.books.c.id == bindparam("row"))
        .values(
            {
                name: func.coalesce(bindparam(f"new_{name}", type_=t.books.c[name].type), t.books.c[name])
                for name in ("title", "token", "judged_with", "last_conclusive_at", "last_deep_at", "charset")
            }
        )
    )
)
_UNCHANGED = (
    update(t.books)
    .where(t.books.c.id == bindparam("row"))
    .values(
        token=bindparam("new_token", type_=t.books.c.token.type),
        last_conclusive_at=bindparam("at", type_=t.books.c.last_conclusive_at.type),
    )
)
_UNCHANGED_DEEP = _UNCHANGED.values(last_deep_at=bindparam("at", type_=t.books.c.last_deep_at.type))


def _books() -> Select[Any]:
    """Books with how their latest check ended, by id."""
    b, c = t.books.c, t.checks.c
    latest = select(c.id).where(c.book_id == b.id).order_by(c.id.desc()).limit(1).correlate(t.books).scalar_subquery()
    return (
        select(
            b.id,
            b.source,
            b.book,
            b.title,
            b.token,
            b.judged_with,
            b.last_conclusive_at,
            b.last_deep_at,
            c.outcome,
            c.doubt,
            c.reason,
            c.cards,
            b.doubted_as,
            b.doubted_since,
            b.listing,
            b.charset,
        )
        .join(t.checks, c.id == latest)
        .where(b.goes_on_as.is_(None))
        .order_by(b.id)
    )


def _statuses() -> Select[Any]:
    """Books as they stand, by id."""
    b, c, f = t.books.c, t.checks.c, t.findings.c
    latest = select(func.max(c.id)).where(c.book_id == b.id).correlate(t.books).scalar_subquery()
    doubtful = t.checks.alias()
    since = (
        select(func.min(doubtful.c.first_at))
        .where(
            doubtful.c.book_id == b.id,
            or_(b.last_conclusive_at.is_(None), doubtful.c.first_at > b.last_conclusive_at),
        )
        .correlate(t.books)
        .scalar_subquery()
    )
    waiting = (
        select(func.count()).where(f.book_id == b.id, f.state == State.OPEN.value).correlate(t.books).scalar_subquery()
    )
    return (
        select(
            b.id, b.source, b.book, b.title, c.id, c.outcome, c.doubt, c.reason, c.cards, c.last_at,
            b.last_conclusive_at, b.last_deep_at, since, waiting,
        )
        .join(t.checks, c.id == latest)
        .where(b.goes_on_as.is_(None))
        .order_by(b.id)
    )  # fmt: skip


STORED_BOOKS = _books()
"""Every book with how its latest check ended, in the columns of a StoredBook."""
_OF_SOURCE = STORED_BOOKS.where(_SOURCE)
_ONE = _OF_SOURCE.where(t.books.c.book == bindparam("of_book", type_=t.books.c.book.type))
_STATUSES = _statuses()
_LISTED = cache(
    lambda: update(t.books).where(t.books.c.id == bindparam("row")).values(listing=bindparam("new_listing"))
)
_STATUSES_OF_SOURCE = _STATUSES.where(_SOURCE)


def note_doubt(connection: Connection, book_id: int, seen: str | None, since: float | None) -> None:
    """Remember what a reading that was not believed looked like (64 hex digits), and since when; None forgets it."""
    connection.execute(update(t.books).where(t.books.c.id == book_id).values(doubted_as=seen, doubted_since=since))


def note_listing(connection: Connection, book_id: int, listing: bytes | None) -> None:
    """Remember the digest of a book's members (see `listing.listing_of`)."""
    connection.execute(_LISTED(), {"row": book_id, "new_listing": listing})


def with_cards(connection: Connection, but: Collection[str]) -> list[StoredBook]:
    """The books that hold cards, or held them at last, of all sources but these."""
    c = t.cards.c
    held = select(c.id).where(c.book_id == t.books.c.id, or_(c.present, c.base.is_not(None))).exists()
    return list(starmap(StoredBook, connection.execute(STORED_BOOKS.where(t.books.c.source.not_in(but), held))))


def book_ids(connection: Connection) -> set[int]:
    """Every book that ever was one, also those that go on as another one."""
    return set(connection.scalars(select(t.books.c.id)))


def parts_of(connection: Connection, ids: Collection[int]) -> list[int]:
    """The books that go on as one of these."""
    return list(connection.scalars(select(t.books.c.id).where(t.books.c.goes_on_as.in_(ids)).order_by(t.books.c.id)))


def set_goes_on_as(connection: Connection, book_id: int, of: StoredBook) -> None:
    """What was noted of a book is what was noted of another one: it has that one's source, and is none itself any more."""
    new = {"source": of.source, "book": of.book, "goes_on_as": of.id}
    connection.execute(update(t.books).where(t.books.c.id == book_id).values(new))
    covered.cover(connection, {t.books: [book_id]})


def set_source(connection: Connection, ids: Collection[int], source: str) -> None:
    """Give books another source's name. The chain has to be told, too."""
    connection.execute(update(t.books).where(t.books.c.id.in_(ids)).values(source=source))
    covered.cover(connection, {t.books: ids})
