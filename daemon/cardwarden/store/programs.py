"""The programs that wrote a book: those whose changes were harmless or accepted, as their cards name them (PRODID)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, bindparam, insert, select, update

from cardwarden.store import tables as t


def known_programs(connection: Connection, book_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """Every program that wrote a card of the book that stands accepted, or did once: as cards say, and as the server does."""
    rows = connection.execute(_OF_BOOK(), {"of_book": book_id}).all()
    as_said, as_served = ({program for program, by_server in rows if by_server is which} for which in (False, True))
    return frozenset(as_said), frozenset(as_served)


# Built once, for they are asked at each change.
_IN_BOOK = t.programs.c.book_id == bindparam("of_book")
_OF_BOOK = cache(lambda: select(t.programs.c.program, t.programs.c.by_server).where(_IN_BOOK))
_AGAIN = cache(
    lambda: (
        update(t.programs)
        .where(_IN_BOOK, t.programs.c.program == bindparam("named"), t.programs.c.by_server == bindparam("as_served"))
        .values(last_at=bindparam("at", type_=t.programs.c.last_at.type))
    )
)


def remember_programs(
    connection: Connection, book_id: int, programs: Iterable[str], at: datetime, *, by_server: bool = False
) -> None:
    """Note who wrote what was accepted at that time."""
    for program in sorted(set(programs)):
        here = {"of_book": book_id, "named": program, "as_served": by_server, "at": at}
        if not connection.execute(_AGAIN(), here).rowcount:
            row = {"book_id": book_id, "program": program, "by_server": by_server, "last_at": at}
            connection.execute(insert(t.programs).values(row))
