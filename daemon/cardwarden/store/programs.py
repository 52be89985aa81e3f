"""The programs that wrote a book: those whose changes were harmless or accepted, as their cards name them (PRODID)."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import Connection, bindparam, insert, select

from cardwarden.store import tables as t


def known_programs(connection: Connection, book_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """Every program that wrote a card of the book that stands accepted, or did once: as cards say, and as the server does."""
    rows = connection.execute(_OF_BOOK(), {"of_book": book_id}).all()
    as_said, as_served = ({program for program, by_server in rows if by_server is which} for which in (False, True))
    return frozenset(as_said), frozenset(as_served)


# Built once, for it is asked at each change.
_OF_BOOK = cache(
    lambda: select(t.programs.c.program, t.programs.c.by_server).where(t.programs.c.book_id == bindparam("of_book"))
)


def remember_programs(
    connection: Connection, book_id: int, programs: Collection[str], *, by_server: bool = False
) -> None:
    """Note who wrote what was accepted."""
    known = known_programs(connection, book_id)[by_server] if programs else frozenset()
    new = sorted(set(programs) - known)
    if new:
        rows = [{"book_id": book_id, "program": program, "by_server": by_server} for program in new]
        connection.execute(insert(t.programs), rows)
