"""The programs that wrote a book: those whose changes were harmless or accepted, as their cards name them (PRODID)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from cardwarden.store import tables as t


def known_programs(connection: Connection, book_id: int) -> frozenset[str]:
    """Every program that wrote a card of the book that stands accepted, or did once."""
    p = t.programs.c
    return frozenset(connection.scalars(select(p.program).where(p.book_id == book_id)))


def remember_programs(connection: Connection, book_id: int, programs: Iterable[str], at: datetime) -> None:
    """Note who wrote what was accepted at that time."""
    p = t.programs.c
    known = known_programs(connection, book_id)
    wanted = set(programs)
    for program in sorted(wanted & known):
        connection.execute(update(t.programs).where(p.book_id == book_id, p.program == program).values(last_at=at))
    rows = [{"book_id": book_id, "program": program, "last_at": at} for program in sorted(wanted - known)]
    if rows:
        connection.execute(insert(t.programs), rows)
