"""The programs that wrote a book: those whose changes were harmless or accepted, as their cards name them (PRODID)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from cardwarden.store import tables as t


def known_programs(connection: Connection, book_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """Every program that wrote a card of the book that stands accepted, or did once: as cards say, and as the server does."""
    p = t.programs.c
    rows = connection.execute(select(p.program, p.by_server).where(p.book_id == book_id)).all()
    as_said, as_served = ({program for program, by_server in rows if by_server is which} for which in (False, True))
    return frozenset(as_said), frozenset(as_served)


def remember_programs(
    connection: Connection, book_id: int, programs: Iterable[str], at: datetime, *, by_server: bool = False
) -> None:
    """Note who wrote what was accepted at that time."""
    p = t.programs.c
    for program in sorted(set(programs)):
        here = (p.book_id == book_id, p.program == program, p.by_server == by_server)
        if not connection.execute(update(t.programs).where(*here).values(last_at=at)).rowcount:
            row = {"book_id": book_id, "program": program, "by_server": by_server, "last_at": at}
            connection.execute(insert(t.programs).values(row))
