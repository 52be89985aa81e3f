"""The members of each book: the stamp that belongs to what was read of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, starmap

from sqlalchemy import Connection, bindparam, delete, insert, select

from cardwarden.phrases.phrase import Value
from cardwarden.store import tables as t
from cardwarden.store.batches import execute_each, insert_each
from cardwarden.store.listing import piece_of


@dataclass(frozen=True, slots=True)
class Stamp:
    """The stamp that belongs to what was read of a member; what is not `settled` has to be read again."""

    text: str
    settled: bool = True


def load_members(connection: Connection, book_id: int) -> dict[str, Stamp]:
    """Every member's stamp by href, as last saved."""
    m = t.members.c
    rows = connection.execute(select(m.href, m.stamp, m.settled).where(m.book_id == book_id))
    return {href: Stamp(text, settled) for href, text, settled in rows}


def members_of_pieces(connection: Connection, book_id: int, places: Iterable[int]) -> dict[str, Stamp]:
    """The stamps of the members that stand in these pieces of the listing, by href."""
    rows = connection.execute(_OF_PIECES(), {"of_book": book_id, "places": sorted(places)})
    return {href: Stamp(text, settled) for href, text, settled in rows}


def save_members(
    connection: Connection, book_id: int, changed: Sequence[str], stamp_of: Callable[[str], Stamp], gone: Iterable[str]
) -> None:
    """Set the stamps of new and `changed` members (hrefs), and forget those that are `gone`."""
    is_new = len(changed) > _WORTH_ASKING and connection.scalar(_ANY_MEMBER(), {"of_book": book_id}) is None
    if not is_new:
        leaving = ({"of_book": book_id, "place": piece_of(href), "old": href} for href in chain(gone, changed))
        execute_each(connection, _FORGET(), leaving)
    rows = (
        (book_id, piece_of(href), href, stamp.text, stamp.settled)
        for href in sorted(changed, key=piece_of)
        for stamp in (stamp_of(href),)
    )
    insert_each(connection, t.members, ("book_id", "piece", "href", "stamp", "settled"), rows)


_WORTH_ASKING = 20
"""Of more members than these it is asked first whether there is anything to take out: of a new book there is not."""
_OF_BOOK = t.members.c.book_id == bindparam("of_book")
_ANY_MEMBER = cache(lambda: select(t.members.c.href).where(_OF_BOOK).limit(1))
_OF_PIECES = cache(
    lambda: select(t.members.c.href, t.members.c.stamp, t.members.c.settled).where(
        _OF_BOOK, t.members.c.piece.in_(bindparam("places", expanding=True))
    )
)
_FORGET = cache(
    lambda: delete(t.members).where(
        _OF_BOOK, t.members.c.piece == bindparam("place"), t.members.c.href == bindparam("old")
    )
)


def is_unsettled(connection: Connection, source: str) -> bool:
    """Whether a member of the source was read so soon after its change that it has to be read again."""
    return connection.scalar(_ANY_UNSETTLED(), {"of_source": source}) is not None


_ANY_UNSETTLED = cache(
    lambda: (
        select(t.members.c.href)
        .join(t.books, t.books.c.id == t.members.c.book_id)
        .where(t.books.c.source == bindparam("of_source"), ~t.members.c.settled)
        .limit(1)
    )
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A member that could not be judged since a time, and why, in words for its owner."""

    href: str
    since: datetime
    reason: Value


def load_unread(connection: Connection, book_id: int) -> list[Unread]:
    """The members of a book that could not be judged at its last conclusive check, by href."""
    return list(starmap(Unread, connection.execute(_UNREAD(), {"of_book": book_id})))


def unread_of_source(connection: Connection, source: str) -> dict[int, list[Unread]]:
    """The same of all books of a source, by their rows; one that has none is left out."""
    unread: dict[int, list[Unread]] = {}
    for book_id, *member in connection.execute(_UNREAD_OF_SOURCE, {"of_source": source}):
        unread.setdefault(book_id, []).append(Unread(*member))
    return unread


_UNREAD = cache(
    lambda: (
        select(t.unread.c.href, t.unread.c.since, t.unread.c.reason)
        .where(t.unread.c.book_id == bindparam("of_book"))
        .order_by(t.unread.c.href)
    )
)
_UNREAD_OF_SOURCE = (
    select(t.unread.c.book_id, t.unread.c.href, t.unread.c.since, t.unread.c.reason)
    .join(t.books, t.books.c.id == t.unread.c.book_id)
    .where(t.books.c.source == bindparam("of_source"))
    .order_by(t.unread.c.book_id, t.unread.c.href)
)


def save_unread(connection: Connection, book_id: int, reasons: Mapping[str, Value], at: datetime) -> None:
    """Set which members could not be judged at `at` and why; one that could not before keeps its time."""
    u = t.unread.c
    since = {unread.href: unread.since for unread in load_unread(connection, book_id)}
    if since:
        connection.execute(delete(t.unread).where(u.book_id == book_id))
    if reasons:
        connection.execute(
            insert(t.unread),
            [
                {"book_id": book_id, "href": href, "since": since.get(href, at), "reason": reason}
                for href, reason in reasons.items()
            ],
        )
