"""What the books said before: what happened to the cards, and a book as it was at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import starmap

from sqlalchemy import Connection, exists, func, literal, null, or_, select, union_all

from cardwarden.detect.outcome import Outcome
from cardwarden.store import tables as t
from cardwarden.store.history import CARD_COLUMNS, StoredCard, stored_card


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a card at a check: it came (`before` None), changed, or went (`after` None).

    Digests of bodies; "" for one that was taken out of the history.
    """

    at: datetime
    check_id: int
    source: str
    title: str
    card: StoredCard
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A run of checks of one book that saw the same, `times` of them."""

    id: int
    first_at: datetime
    last_at: datetime
    times: int
    outcome: Outcome
    cards: int


def steps(
    connection: Connection,
    *,
    since: datetime | None = None,
    source: str | None = None,
    card_id: int | None = None,
    at_most: int | None = None,
) -> list[Step]:
    """What happened to the cards, newest first; what a book said at its first check is no step of a whole book."""
    v, b, c, k = t.versions.c, t.bodies.c, t.cards.c, t.checks.c
    book = t.books.c
    was, was_body, follows = t.versions.alias("was"), t.bodies.alias("was_body"), t.versions.alias("follows")
    came = select(
        v.from_check.label("at_check"),
        v.card_id.label("card"),
        v.body_id.label("new"),
        was.c.body_id.label("old"),
        was.c.from_check.label("old_from"),
        literal(1).label("there"),
    ).join(was, (was.c.card_id == v.card_id) & (was.c.until_check == v.from_check), isouter=True)
    went = select(v.until_check, v.card_id, null(), v.body_id, v.from_check, literal(0)).where(
        v.until_check.is_not(None),
        ~exists().where(follows.c.card_id == v.card_id, follows.c.from_check == v.until_check),
    )
    move = union_all(came, went).subquery("move")
    told = (k.first_at, k.id, book.source, book.title, move.c.there, move.c.old_from, b.digest, was_body.c.digest)
    query = (
        select(*told, *CARD_COLUMNS)
        .select_from(move)
        .join(t.checks, k.id == move.c.at_check)
        .join(t.cards, c.id == move.c.card)
        .join(t.books, book.id == c.book_id)
        .join(t.bodies, b.id == move.c.new, isouter=True)
        .join(was_body, was_body.c.id == move.c.old, isouter=True)
        .order_by(k.id.desc(), c.id)
    )
    if card_id is not None:
        query = query.where(c.id == card_id)
    else:
        first = select(func.min(v.from_check)).join(t.cards, c.id == v.card_id).group_by(c.book_id)
        query = query.where(k.id.not_in(connection.scalars(first).all()))
    if since is not None:
        query = query.where(k.first_at >= since)
    if source is not None:
        query = query.where(book.source == source)
    return [
        Step(
            at,
            check,
            where,
            title,
            stored_card(*card),
            before=None if old_from is None else old or "",
            after=(new or "") if there else None,
        )
        for at, check, where, title, there, old_from, new, old, *card in connection.execute(query.limit(at_most))
    ]


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
    """The newest check of a book that was made by `at`; None where that was before the first.

    Checks are in the order in which they were made, also where the clock was put back between them.
    """
    c = t.checks.c
    newest: int | None = connection.scalar(select(func.max(c.id)).where(c.book_id == book_id, c.first_at <= at))
    return newest


def cards_at(connection: Connection, book_id: int, check_id: int) -> list[StoredCard]:
    """The cards that a book had after a check, in the order of the book, with the digest of what they said then.

    Members and places are those that the cards had last. What was taken out of the history is left out.
    """
    v, b, c = t.versions.c, t.bodies.c, t.cards.c
    rows = connection.execute(
        select(b.digest, *CARD_COLUMNS)
        .join(t.versions, v.card_id == c.id)
        .join(t.bodies, b.id == v.body_id)
        .where(c.book_id == book_id, v.from_check <= check_id, or_(v.until_check.is_(None), v.until_check > check_id))
        .order_by(c.href, c.ordinal, c.id)
    )
    found: list[StoredCard] = []
    for digest, *columns in rows:
        card = stored_card(*columns)
        found.append(replace(card, entry=replace(card.entry, digest=digest)))
    return found


def find_check(connection: Connection, check_id: int) -> StoredCheck | None:
    """A run of checks by its id; None where there is none."""
    c = t.checks.c
    row = connection.execute(
        select(c.id, c.first_at, c.last_at, c.times, c.outcome, c.cards).where(c.id == check_id)
    ).first()
    return None if row is None else StoredCheck(*row)


def card_id(connection: Connection, book_id: int, key: str) -> int | None:
    """The row of a card by its key in its book; None where there is none."""
    c = t.cards.c
    found: int | None = connection.scalar(select(c.id).where(c.book_id == book_id, c.key == key))
    return found


def stamp(connection: Connection, digest: str) -> str | None:
    """The stamp (etag, or what the disk says) of the member that holds a body now, where it holds that card alone."""
    c, m = t.cards.c, t.members.c
    held = (m.book_id == c.book_id) & (m.href == c.href)
    rows = connection.scalars(select(m.stamp).join(t.cards, held).where(c.digest == digest, c.present).limit(2)).all()
    return rows[0] if len(rows) == 1 else None
