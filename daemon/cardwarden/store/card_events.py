"""What happened to the cards at checks: they came, changed, went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, literal, null, select, union_all

from cardwarden.store import tables as t
from cardwarden.store.cards import CARD_COLUMNS, StoredCard, stored_card


@dataclass(frozen=True, slots=True)
class CardEvent:
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


def card_events(
    connection: Connection,
    *,
    since: datetime | None = None,
    source: str | None = None,
    card_id: int | None = None,
    book_id: int | None = None,
    check_id: int | None = None,
    at_most: int | None = None,
) -> list[CardEvent]:
    """What happened to the cards, newest first; what a book said at its first check is no event of a whole book.

    With `check_id` only what happened at that check.
    """
    v, b, c, k = t.versions.c, t.bodies.c, t.cards.c, t.checks.c
    book = t.books.c
    was, was_body, follows = t.versions.alias("was"), t.bodies.alias("was_body"), t.versions.alias("follows")
    # A version that begins came, or took the place of the one that ends at the same check; one that ends with none after it went.
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
    columns = (k.first_at, k.id, book.source, book.title, move.c.there, move.c.old_from, b.digest, was_body.c.digest)
    query = (
        select(*columns, *CARD_COLUMNS)
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
    if book_id is not None:
        query = query.where(book.id == book_id)
    if check_id is not None:
        query = query.where(k.id == check_id)
    if since is not None:
        query = query.where(k.first_at >= since)
    if source is not None:
        query = query.where(book.source == source)
    return [
        CardEvent(
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
