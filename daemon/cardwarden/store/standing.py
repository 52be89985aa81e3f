"""How every book stands: its last check, since when it cannot be read, what is open in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from sqlalchemy import Connection, delete, func, or_, select

from cardwarden.detect.finding import State
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.store import tables as t


@dataclass(frozen=True, slots=True)
class Standing:
    """A book as its last check left it.

    check_id            of the row that the last check is part of
    outcome, doubt, reason  of the last check
    last_conclusive_at  None where it could never be read
    failing_since       the first check after that, None where the last one was conclusive
    open                how many findings wait for their owner
    """

    id: int
    source: str
    book: str
    title: str
    check_id: int
    outcome: Outcome
    doubt: Doubt
    reason: str
    cards: int
    last_at: datetime
    last_conclusive_at: datetime | None
    last_deep_at: datetime | None
    failing_since: datetime | None
    open: int


def standings(connection: Connection, source: str | None = None) -> list[Standing]:
    """Every book that was ever checked, or those of one source.

    A source that could not tell its books stands as one without a name, until it tells them.
    """
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
    rows = connection.execute(
        select(
            b.id, b.source, b.book, b.title, c.id, c.outcome, c.doubt, c.reason, c.cards, c.last_at,
            b.last_conclusive_at, b.last_deep_at, since, waiting,
        )
        .join(t.checks, c.id == latest)
        .where(*([] if source is None else [b.source == source]))
        .order_by(b.id)
    ).all()  # fmt: skip
    found = list(starmap(Standing, rows))
    known = {standing.source for standing in found if standing.book}
    return [one for one in found if one.book or one.last_conclusive_at or one.source not in known]


def is_unsettled(connection: Connection, source: str) -> bool:
    """Whether a member of the source was read so soon after its change that it has to be read again."""
    m, b = t.members.c, t.books.c
    query = select(m.href).join(t.books, b.id == m.book_id).where(b.source == source, ~m.settled).limit(1)
    return connection.scalar(query) is not None


def withdraw_mark(connection: Connection, book_id: int, mark: str) -> None:
    """A value is not declared right any more."""
    a = t.accepted.c
    connection.execute(delete(t.accepted).where(a.book_id == book_id, a.mark == mark))
