"""Pairs of books that are to say the same: which card is which, what the copy keeps, what waits to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import starmap

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from cardwarden.detect.finding import FindingKind, State
from cardwarden.store import tables as t
from cardwarden.store.batches import batches


@dataclass(frozen=True, slots=True)
class StoredMirror:
    """A pair of books, and how far they were compared.

    kept           what the copy was seen to keep (`Kept.dumped`), "" before the first comparison
    compared_with  opaque: the settings that they were compared with last
    origin_check, copy_check  the last checks of both that a comparison saw, 0 before the first
    apart          why they were not compared card by card (`Apart`), "" if they were
    apart_since    since when that has been seen, in seconds of the machine's monotonic clock
    due_at         when the first difference that waits is to be told; None if none waits
    fault          where the program failed at the last comparison (`place_of`), "" if it did not
    """

    id: int
    name: str
    origin_id: int
    copy_id: int
    kept: str
    compared_with: str
    compared_at: datetime | None
    origin_check: int
    copy_check: int
    apart: str
    apart_since: float | None
    due_at: datetime | None
    fault: str


def mirrors(connection: Connection) -> list[StoredMirror]:
    """Every pair that was ever compared and is not given up."""
    return list(starmap(StoredMirror, connection.execute(_MIRRORS)))


def begin(connection: Connection, name: str, origin_id: int, copy_id: int) -> StoredMirror:
    """A new pair, of which nothing is known yet."""
    made = insert(t.mirrors).values(
        name=name,
        origin_id=origin_id,
        copy_id=copy_id,
        kept="",
        compared_with="",
        origin_check=0,
        copy_check=0,
        apart="",
        fault="",
    )
    number = connection.scalars(made.returning(t.mirrors.c.id)).one()
    return StoredMirror(number, name, origin_id, copy_id, "", "", None, 0, 0, "", None, None, "")


def note(connection: Connection, mirror_id: int, **values: object) -> None:
    """Note how far a pair was compared: fields of StoredMirror."""
    connection.execute(update(t.mirrors).where(t.mirrors.c.id == mirror_id).values(**values))


def remove(connection: Connection, mirror_id: int) -> None:
    """A pair is given up."""
    for table in (t.mirror_pairs, t.mirror_waits):
        connection.execute(delete(table).where(table.c.mirror_id == mirror_id))
    connection.execute(delete(t.mirrors).where(t.mirrors.c.id == mirror_id))


def pairs(connection: Connection, mirror_id: int) -> dict[int, int]:
    """Which card of the copy is which of the origin: rows of cards, by the origin's."""
    p = t.mirror_pairs.c
    return dict(connection.execute(select(p.origin_card, p.copy_card).where(p.mirror_id == mirror_id)).all())


def set_pairs(
    connection: Connection, mirror_id: int, before: Mapping[int, int], now: Mapping[int, int], present: Collection[int]
) -> None:
    """Keep which card is which; what stands in both is not written.

    `present` are the cards of the origin that are there: of one that went it stays known what was told of its copy.
    """
    p = t.mirror_pairs.c
    gone = [origin for origin, copy in before.items() if origin in present and now.get(origin) != copy]
    for batch in batches(gone):
        connection.execute(delete(t.mirror_pairs).where(p.mirror_id == mirror_id, p.origin_card.in_(batch)))
    rows = [
        {"mirror_id": mirror_id, "origin_card": origin, "copy_card": copy}
        for origin, copy in now.items()
        if before.get(origin) != copy
    ]
    if rows:
        connection.execute(insert(t.mirror_pairs), rows)


@dataclass(frozen=True, slots=True)
class Wait:
    """A difference that may still end by itself: the key of the card that it is about, and since when it is waited."""

    key: str
    since: datetime


def waits(connection: Connection, mirror_id: int) -> dict[str, Wait]:
    """What waits to be told, by the finding's fingerprint."""
    w = t.mirror_waits.c
    rows = connection.execute(select(w.fingerprint, w.key, w.since).where(w.mirror_id == mirror_id))
    return {mark: Wait(key, since) for mark, key, since in rows}


def set_waits(connection: Connection, mirror_id: int, now: Mapping[str, Wait]) -> None:
    """Keep what waits, instead of what did."""
    connection.execute(delete(t.mirror_waits).where(t.mirror_waits.c.mirror_id == mirror_id))
    rows = [
        {"mirror_id": mirror_id, "fingerprint": mark, "key": wait.key, "since": wait.since}
        for mark, wait in now.items()
    ]
    if rows:
        connection.execute(insert(t.mirror_waits), rows)


def last_check(connection: Connection, book_id: int) -> int:
    """The last check of a book that saw something new, or ended otherwise than the one before; 0 before the first."""
    return connection.scalar(select(func.max(t.checks.c.id)).where(t.checks.c.book_id == book_id)) or 0


def changed_since(connection: Connection, book_id: int, check_id: int) -> set[int]:
    """The cards of a book that came, changed or went after a check."""
    v, c = t.versions.c, t.cards.c
    query = (
        select(v.card_id)
        .join(t.cards, c.id == v.card_id)
        .where(c.book_id == book_id, or_(v.from_check > check_id, v.until_check > check_id))
    )
    return set(connection.scalars(query))


def changed_at(connection: Connection, book_id: int, card_ids: Collection[int]) -> dict[int, datetime]:
    """When these cards were seen to become what they are; without those that are as at their book's first look."""
    v, k = t.versions.c, t.checks.c
    first = connection.scalar(
        select(func.min(v.from_check)).join(t.cards, t.cards.c.id == v.card_id).where(t.cards.c.book_id == book_id)
    )
    since: dict[int, datetime] = {}
    for batch in batches(card_ids):
        rows = connection.execute(
            select(v.card_id, k.first_at)
            .join(t.checks, k.id == v.from_check)
            .where(v.card_id.in_(batch), v.until_check.is_(None), v.from_check != first)
        )
        since.update((card, at) for card, at in rows)
    return since


def gone_at(connection: Connection, card_ids: Collection[int]) -> dict[int, datetime]:
    """When these cards went, of those that did."""
    v, k, c = t.versions.c, t.checks.c, t.cards.c
    since: dict[int, datetime] = {}
    for batch in batches(card_ids):
        rows = connection.execute(
            select(v.card_id, func.max(k.first_at))
            .join(t.checks, k.id == v.until_check)
            .join(t.cards, c.id == v.card_id)
            .where(v.card_id.in_(batch), ~c.present)
            .group_by(v.card_id)
        )
        since.update((card, at) for card, at in rows)
    return since


def origins_of(connection: Connection, copy_id: int, card_ids: Collection[int]) -> dict[int, tuple[str | None, str]]:
    """What the cards of the origin say that these cards of a copy are paired with, and the charset of their book.

    Digests, None for a card that is gone.
    """
    said: dict[int, tuple[str | None, str]] = {}
    for batch in batches(card_ids):
        rows = connection.execute(_ORIGINS(), {"of_copy": copy_id, "ids": batch})
        said.update((card, (digest if present else None, charset)) for card, digest, present, charset in rows)
    return said


# Built once, for they are asked at each check or change.
_MIRRORS = select(t.mirrors).order_by(t.mirrors.c.id)
_ORIGINS = cache(
    lambda: (
        select(t.mirror_pairs.c.copy_card, t.cards.c.digest, t.cards.c.present, t.books.c.charset)
        .join(t.mirrors, t.mirrors.c.id == t.mirror_pairs.c.mirror_id)
        .join(t.cards, t.cards.c.id == t.mirror_pairs.c.origin_card)
        .join(t.books, t.books.c.id == t.cards.c.book_id)
        .where(
            t.mirrors.c.copy_id == bindparam("of_copy"),
            t.mirror_pairs.c.copy_card.in_(bindparam("ids", expanding=True)),
        )
    )
)


def drifts(connection: Connection, mirror_id: int) -> list[int]:
    """The ids of what is open of a pair: drifts in the copy."""
    f, m = t.findings.c, t.mirrors.c
    query = (
        select(f.id)
        .join(t.mirrors, m.copy_id == f.book_id)
        .where(m.id == mirror_id, f.kind == FindingKind.DRIFT.value, f.state == State.OPEN.value)
    )
    return list(connection.scalars(query.order_by(f.id)))


def opened_since(connection: Connection, copy_id: int, check: int) -> set[int]:
    """The ids of the open findings of a copy that were told by a later check than `check`."""
    f, e = t.findings.c, t.events.c
    query = (
        select(f.id)
        .join(t.events, e.id == f.event_id)
        .where(f.book_id == copy_id, f.state == State.OPEN.value, e.check_id > check)
    )
    return set(connection.scalars(query))


def told_of(connection: Connection, origin_cards: Iterable[int], keys: Iterable[str]) -> list[int]:
    """The findings in copies that say what cards of the origin say: of the cards paired with them, or that the copy lacks."""
    f, p, m = t.findings.c, t.mirror_pairs.c, t.mirrors.c
    ids: list[int] = []
    for batch in batches(origin_cards):
        of_pairs = select(p.copy_card).where(p.origin_card.in_(batch))
        query = select(f.id).where(f.kind == FindingKind.DRIFT.value, f.card_id.in_(of_pairs))
        ids.extend(connection.scalars(query))
        books = select(m.copy_id).join(t.cards, t.cards.c.book_id == m.origin_id).where(t.cards.c.id.in_(batch))
        missing = select(f.id).where(
            f.kind == FindingKind.DRIFT.value, f.card_id.is_(None), f.book_id.in_(books), f.identity.in_(list(keys))
        )
        ids.extend(connection.scalars(missing))
    return ids
