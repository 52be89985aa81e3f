"""The programs that wrote a book: those whose changes were harmless or accepted, as their cards name them (PRODID)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from cardwarden.store import tables as t


def known_programs(connection: Connection, book_id: int, *, by_server: bool = False) -> frozenset[str]:
    """Every program that wrote a card of the book that stands accepted, or did once: as cards say, or as the server does."""
    return frozenset(connection.scalars(_KNOWN, {"of_book": book_id, "server": by_server}))


_KNOWN = select(t.programs.c.program).where(
    t.programs.c.book_id == bindparam("of_book"), t.programs.c.by_server == bindparam("server")
)


def remember_programs(
    connection: Connection, book_id: int, programs: Iterable[str], at: datetime, *, by_server: bool = False
) -> None:
    """Note who wrote what was accepted at that time."""
    wanted = set(programs)
    if not wanted:
        return
    p = t.programs.c
    known = known_programs(connection, book_id, by_server=by_server)
    for program in sorted(wanted & known):
        connection.execute(
            update(t.programs)
            .where(p.book_id == book_id, p.program == program, p.by_server == by_server)
            .values(last_at=at)
        )
    rows = [
        {"book_id": book_id, "program": program, "by_server": by_server, "last_at": at}
        for program in sorted(wanted - known)
    ]
    if rows:
        connection.execute(insert(t.programs), rows)
