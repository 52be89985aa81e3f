"""The checks of each book: one row is a run of checks that saw the same."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, starmap

from sqlalchemy import Connection, bindparam, func, insert, select, update

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.store import chain
from cardwarden.store import tables as t
from cardwarden.store.books import note_checked


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A run of checks of one book that saw the same, `times` of them."""

    id: int
    first_at: datetime
    last_at: datetime
    times: int
    outcome: Outcome
    cards: int


def record_check(
    connection: Connection,
    *,
    source: str,
    book: str,
    title: str,
    at: datetime,
    outcome: Outcome,
    cards: int,
    changed: bool,
    doubt: Doubt = Doubt.NONE,
    reason: str = "",
    deep: bool = False,
    token: str | None = None,
    judged_with: str | None = None,
) -> tuple[int, int]:
    """Record that a book was checked at `at`. Gives the ids of the book and of the check.

    A check that saw no card or member `changed` and ends like the one before extends that one's row. The token stays
    as it is where the check is inconclusive, and it and `judged_with` where they are None.
    """
    concluded = at if outcome.is_conclusive else None
    book_id = note_checked(
        connection,
        source=source,
        book=book,
        title=title,
        conclusive_at=concluded,
        deep_at=concluded if deep else None,
        token=token if concluded else None,
        judged_with=judged_with,
    )
    ended = {"outcome": outcome, "doubt": doubt, "reason": reason}
    return book_id, _check(connection, book_id, ended, at=at, deep=deep, cards=cards, changed=changed)


def _check(
    connection: Connection,
    book_id: int,
    ended: Mapping[str, str],
    *,
    at: datetime,
    deep: bool,
    cards: int,
    changed: bool,
) -> int:
    c = t.checks.c
    latest = connection.execute(_LATEST, {"book": book_id}).first()
    seen = {"last_at": at, "cards": cards} | ({"last_deep_at": at} if deep else {})
    if latest is not None and not changed and {name: getattr(latest, name) for name in ended} == ended:
        run = chain.Run(latest.id, latest.times + 1, at, at if deep else latest.last_deep_at, cards)
        connection.execute(_EXTEND, {"row": run.check_id, "times": run.times, "state": run.state} | seen)
        return int(latest.id)
    row = {"book_id": book_id, "first_at": at, "times": 1, "state": b"", **ended, **seen}
    check_id = int(connection.scalars(insert(t.checks).values(row).returning(c.id)).one())
    run = chain.Run(check_id, 1, at, at if deep else None, cards)
    connection.execute(update(t.checks).where(c.id == check_id).values(state=run.state))
    if not changed:  # else it is linked when its cards are saved
        chain.link(connection, check_id)
    return check_id


# Built once: a check that saw nothing new costs little more than these and a wait for the disk.
_LATEST = (
    select(
        t.checks.c.id,
        t.checks.c.outcome,
        t.checks.c.doubt,
        t.checks.c.reason,
        t.checks.c.times,
        t.checks.c.last_deep_at,
    )
    .where(t.checks.c.book_id == bindparam("book"))
    .order_by(t.checks.c.id.desc())
    .limit(1)
)
_EXTEND = update(t.checks).where(t.checks.c.id == bindparam("row"))


def first_check_at(connection: Connection) -> datetime | None:
    """When anything was checked for the first time; None if nothing was."""
    first: datetime | None = connection.scalar(select(func.min(t.checks.c.first_at)))
    return first


def checks_between(connection: Connection, book_id: int, since: datetime, until: datetime) -> list[StoredCheck]:
    """The runs of checks of a book that reach into a time, oldest first."""
    c = t.checks.c
    rows = connection.execute(
        select(c.id, c.first_at, c.last_at, c.times, c.outcome, c.cards)
        .where(c.book_id == book_id, c.first_at <= until, c.last_at >= since)
        .order_by(c.id)
    )
    return list(starmap(StoredCheck, rows))


def check_at(connection: Connection, book_id: int, at: datetime) -> int | None:
    """The newest check of a book that was made by `at`; None if that was before the first.

    The order of checks is the order of time: a clock that was wrong for a while (before it was set at a start, or put
    ahead) dated some checks wrongly. The longest run of times (of a first check, and of its last repetition) that agree
    with their order is believed; another check was made when the believed one before it was last repeated.
    """
    c = t.checks.c
    rows = connection.execute(select(c.id, c.first_at, c.last_at).where(c.book_id == book_id).order_by(c.id)).all()
    rising = _longest_rising([time for row in rows for time in (row.first_at, row.last_at)])
    believed = {place // 2 for place in rising if place % 2 == 0}
    upcoming = deque(row.first_at for place, row in enumerate(rows) if place in believed)
    newest: int | None = None
    before: datetime | None = None
    for place, row in enumerate(rows):
        if place in believed:
            upcoming.popleft()
            made = row.first_at
            before = min([max(row.first_at, row.last_at), *islice(upcoming, 1)])
        else:
            made = before if before is not None else min([row.first_at, *islice(upcoming, 1)])
        if made > at:
            break
        newest = row.id
    return newest


def _longest_rising(times: Sequence[datetime]) -> list[int]:
    """The places of a longest run among these that never goes back; in n log n steps, by patience sorting."""
    ends: list[datetime] = []  # by length of run: the smallest time that ends one
    at: list[int] = []
    previous: list[int | None] = []
    for place, time in enumerate(times):
        length = bisect_right(ends, time)
        previous.append(at[length - 1] if length else None)
        if length == len(ends):
            ends.append(time)
            at.append(place)
        else:
            ends[length], at[length] = time, place
    run: list[int] = []
    step = at[-1] if at else None
    while step is not None:
        run.append(step)
        step = previous[step]
    return run[::-1]


def find_check(connection: Connection, check_id: int) -> StoredCheck | None:
    """A run of checks by its id; None where there is none."""
    c = t.checks.c
    row = connection.execute(
        select(c.id, c.first_at, c.last_at, c.times, c.outcome, c.cards).where(c.id == check_id)
    ).first()
    return None if row is None else StoredCheck(*row)
