"""The checks of each book: one row is a run of checks that saw the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import starmap
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Value, phrase
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
    reason: Value = "",
    deep: bool = False,
    token: str | None = None,
    judged_with: str | None = None,
    charset: str | None = None,
    after: int | None = None,
) -> tuple[int, int]:
    """Record that a book was checked at `at`. Gives the ids of the book and of the check.

    A check that saw no card or member `changed` and ends like the one before extends that one's row. The token stays
    as it is if the check is inconclusive, and it, `judged_with` and `charset` if they are None. `after` is the row of the check
    that has to be the book's last one, 0 if it has to have none, None for any. Raises RefusedError if it is another one.
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
        charset=charset,
    )
    ended = {"outcome": outcome, "doubt": doubt, "reason": reason}
    latest = connection.execute(_LATEST(), {"book": book_id}).first()
    if after is not None and after != (latest.id if latest else 0):
        raise RefusedError(phrase("error-checked-meanwhile", source=source))
    return book_id, _check(connection, book_id, latest, ended, at=at, deep=deep, cards=cards, changed=changed)


def _check(
    connection: Connection,
    book_id: int,
    latest: Any,
    ended: Mapping[str, Value],
    *,
    at: datetime,
    deep: bool,
    cards: int,
    changed: bool,
) -> int:
    """Count a check that ended like the `latest` one, or begin a new row; gives the row's id."""
    seen = {"last_at": at, "cards": cards} | ({"last_deep_at": at} if deep else {})
    if latest is not None and not changed and {name: getattr(latest, name) for name in ended} == ended:
        run = chain.Run(latest.id, latest.times + 1, at, at if deep else latest.last_deep_at, cards)
        extend(connection, [run])
        return int(latest.id)
    row = {"book_id": book_id, "first_at": at, "times": 1, "state": b"", **ended, **seen}
    check_id = int(connection.scalars(_BEGIN(), row).one())
    run = chain.Run(check_id, 1, at, at if deep else None, cards)
    connection.execute(_SUMMED(), {"row": check_id, "new_state": run.state})
    if not changed:  # else it is linked when its cards are saved
        chain.link(connection, check_id)
    return check_id


def extend(connection: Connection, runs: Iterable[chain.Run]) -> None:
    """Count one check more in these runs, each as it is then."""
    connection.execute(
        _COUNTED,
        [
            {
                "row": run.check_id,
                "new_times": run.times,
                "at": run.last_at,
                "deep_at": run.last_deep_at,
                "new_cards": run.cards,
                "new_state": run.state,
            }
            for run in runs
        ],
    )


# Built once: a check that saw nothing new costs little more than some of these and a wait for the disk.
_LATEST = cache(
    lambda: (
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
)
_EXTEND = update(t.checks).where(t.checks.c.id == bindparam("row"))
_BEGIN = cache(lambda: insert(t.checks).returning(t.checks.c.id))
_SUMMED = cache(lambda: _EXTEND.values(state=bindparam("new_state")))
_COUNTED = _EXTEND.values(
    times=bindparam("new_times"),
    last_at=bindparam("at", type_=t.checks.c.last_at.type),
    last_deep_at=bindparam("deep_at", type_=t.checks.c.last_deep_at.type),
    cards=bindparam("new_cards"),
    state=bindparam("new_state"),
)


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


def check_at(connection: Connection, book_id: int, at: datetime, now: datetime | None = None) -> int | None:
    """The newest check of a book that was surely made by `at`; None if that was before the first.

    The order of checks is the order of time: a clock that was wrong for a while (before it was set at a start, or put
    ahead) dated some checks wrongly. The run of times that agree with their order, and behind which the most checks stand,
    is believed. Another check was made by its own believed repetition, else by the believed check after
    it, else by `now`: what was there before it is what is known of the time until then.
    """
    c = t.checks.c
    query = select(c.id, c.first_at, c.last_at, c.times).where(c.book_id == book_id).order_by(c.id)
    rows = connection.execute(query).all()
    times = [time for row in rows for time in (row.first_at, row.last_at)]
    rising = _heaviest_rising(times, [weight for row in rows for weight in (1, row.times - 1)])
    believed = {place // 2 for place in rising if place % 2 == 0}
    repeated = {place // 2 for place in rising if place % 2}
    upcoming = deque(row.first_at for place, row in enumerate(rows) if place in believed)
    by_now = now if now is not None and rising and now >= times[rising[-1]] else None
    newest: int | None = None
    for place, row in enumerate(rows):
        if place in believed:
            made = upcoming.popleft()
        elif place in repeated:
            made = row.last_at
        else:
            made = next(iter(upcoming), by_now)
        if made is None or made > at:
            break
        newest = row.id
    return newest


def _heaviest_rising(times: Sequence[datetime], weights: Sequence[int]) -> list[int]:
    """The places of the run among these that never goes back and weighs the most; in n log n steps, by a Fenwick tree.

    Of two that weigh the same it is the one that ends later, and that begins with what was there first: clocks are wrong
    for a while and right again, and more often behind than ahead.
    """
    rank = {time: number for number, time in enumerate(sorted(set(times)), 1)}
    best = [(0, -1)] * (len(rank) + 1)  # the heaviest run that ends by a rank: its weight, and the place of its end
    before: list[int] = []
    heaviest = (0, -1)
    for place, time in enumerate(times):
        ends = (0, -1)
        step = rank[time]
        while step:
            ends = max(ends, best[step], key=lambda run: run[0])
            step -= step & -step
        before.append(ends[1])
        run = (ends[0] + weights[place], place)
        heaviest = max(heaviest, run)
        step = rank[time]
        while step < len(best):
            best[step] = max(best[step], run, key=lambda candidate: candidate[0])
            step += step & -step
    chosen: list[int] = []
    place = heaviest[1]
    while place >= 0:
        chosen.append(place)
        place = before[place]
    return chosen[::-1]


def find_check(connection: Connection, check_id: int) -> StoredCheck | None:
    """A run of checks by its id; None if there is none."""
    c = t.checks.c
    row = connection.execute(
        select(c.id, c.first_at, c.last_at, c.times, c.outcome, c.cards).where(c.id == check_id)
    ).first()
    return None if row is None else StoredCheck(*row)
