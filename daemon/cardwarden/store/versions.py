"""The versions of each card: which body it had from which check until which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice, starmap

from sqlalchemy import Connection, bindparam, func, or_, select, update

from cardwarden.detect.outcome import Outcome
from cardwarden.store import tables as t
from cardwarden.store.batches import AT_ONCE, execute_each, insert_each
from cardwarden.store.bodies import body_ids


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One body of one card: seen first at `since`, seen no more at `until` (None while it is current).

    Last seen at `last`; `times` is how many checks stand behind it. `from_check` is the first of them, `until_check` the
    one that saw it no more.
    """

    digest: str
    since: datetime
    until: datetime | None
    last: datetime
    times: int
    from_check: int
    until_check: int | None = None


def versions(connection: Connection, card_id: int) -> list[StoredVersion]:
    """Every body a card had, oldest first, but for those that were taken out."""
    v, b = t.versions.c, t.bodies.c
    since, until, during = t.checks.alias("since"), t.checks.alias("until"), t.checks.alias("during")
    seen = (during.c.book_id == since.c.book_id, during.c.id >= v.from_check, during.c.outcome != Outcome.INCONCLUSIVE)
    still = or_(v.until_check.is_(None), during.c.id < v.until_check)
    last = select(during.c.last_at).where(*seen, still).order_by(during.c.id.desc()).limit(1)
    times = select(func.sum(during.c.times)).where(*seen, still)
    rows = connection.execute(
        select(
            b.digest,
            since.c.first_at,
            until.c.first_at,
            func.coalesce(last.correlate(t.versions, since).scalar_subquery(), since.c.last_at),
            func.coalesce(times.correlate(t.versions, since).scalar_subquery(), since.c.times),
            v.from_check,
            v.until_check,
        )
        .join(t.bodies, b.id == v.body_id)
        .join(since, since.c.id == v.from_check)
        .outerjoin(until, until.c.id == v.until_check)
        .where(v.card_id == card_id)
        .order_by(v.from_check)
    )
    return list(starmap(StoredVersion, rows))


def keep_versions(
    connection: Connection, check_id: int, current: Mapping[int, str | None], seen: Mapping[int, str | None]
) -> None:
    """Close the versions that are no longer seen and open those that are new; digests by card, None for no body."""
    moved = [card for card, digest in seen.items() if digest != current.get(card)]
    closed = ({"card": card, "at_check": check_id} for card in moved if current.get(card))
    execute_each(connection, _CLOSED(), closed)
    opened = ((card, digest) for card in moved if (digest := seen[card]))
    while batch := dict(islice(opened, AT_ONCE)):
        bodies = body_ids(connection, set(batch.values()))
        rows = ((card, check_id, bodies[digest]) for card, digest in batch.items())
        insert_each(connection, t.versions, ("card_id", "from_check", "body_id"), rows)


_CLOSED = cache(
    lambda: (
        update(t.versions)
        .where(t.versions.c.card_id == bindparam("card"), t.versions.c.until_check.is_(None))
        .values(until_check=bindparam("at_check"))
    )
)
