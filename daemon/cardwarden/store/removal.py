"""Taking things out of the history: what is too old to keep, and all that is known of one card."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from cardwarden.detect.finding import State
from cardwarden.phrases.phrase import dumped, without_person
from cardwarden.store import chain
from cardwarden.store import tables as t
from cardwarden.store.batches import batches
from cardwarden.store.bodies import delete_unused, referred
from cardwarden.store.column_types import Said


def retire(connection: Connection, book_id: int, before: datetime, at: datetime) -> int:
    """Take out what cards of a book said that was seen no more by `before`; gives how many versions that were.

    What is a baseline and cards with an open finding are kept. What was accepted or restored by then can be taken back
    no more, so that nothing refers to what was before it. A card that was removed longer ago than that is forgotten.
    """
    v, c, b, f, k = t.versions.c, t.cards.c, t.bodies.c, t.findings.c, t.checks.c
    in_question = select(f.card_id).where(f.book_id == book_id, f.state == State.OPEN.value, f.card_id.is_not(None))
    let_go = _let_go(connection, select(c.id).where(c.book_id == book_id, c.id.not_in(in_question)), before)
    old = (
        select(v.card_id, v.from_check, v.body_id)
        .join(t.cards, c.id == v.card_id)
        .join(t.checks, k.id == v.until_check)
        .join(t.bodies, b.id == v.body_id)
        .where(
            c.book_id == book_id, k.first_at < before, c.id.not_in(in_question), ~referred(b.id, b.digest, t.versions)
        )
    )
    rows = connection.execute(old).all()
    chain.drop(connection, ((card_id, check_id) for card_id, check_id, _ in rows), "retain", at)
    delete_unused(connection, let_go | {body_id for *_, body_id in rows})
    gone = (
        select(c.id)
        .join(t.versions, v.card_id == c.id)
        .join(t.checks, k.id == v.until_check)
        .where(c.book_id == book_id, ~c.present, c.base.is_(None), c.digest.is_not(None), c.id.not_in(in_question))
        .group_by(c.id)
        .having(func.max(k.first_at) < before)
    )
    removed = connection.scalars(gone).all()
    for card_id in removed:
        forget(connection, book_id, card_id, at)
    return len(rows) + len(removed)


def _let_go(connection: Connection, cards: Select[tuple[int]], before: datetime) -> set[int]:
    """Forget what acceptances and restores of before did to these cards; gives the bodies that they referred to."""
    b = t.bodies.c
    bodies: set[int] = set()
    for of_card, whole, key in (
        (t.acceptance_cards, t.acceptances, t.acceptance_cards.c.acceptance_id),
        (t.restore_cards, t.restores, t.restore_cards.c.restore_id),
    ):
        theirs = and_(of_card.c.card_id.in_(cards), key.in_(select(whole.c.id).where(whole.c.at < before)))
        for digest in (column for column in of_card.c if column.references(b.digest)):
            bodies.update(connection.scalars(select(b.id).join(of_card, digest == b.digest).where(theirs)))
        connection.execute(delete(of_card).where(theirs))
    return bodies


def forget(connection: Connection, book_id: int, card_id: int, at: datetime) -> None:
    """Take out all that is kept of a card: what it said, its names, its findings, their events and messages."""
    v, c, f, b = t.versions.c, t.cards.c, t.findings.c, t.bodies.c
    card = connection.execute(select(c.key, c.href, c.name, c.digest, c.base).where(c.id == card_id)).one()
    elsewhere = _bodies_beside(connection, card_id)
    _forget_findings(connection, select(f.id).where(f.card_id == card_id))
    for table in t.metadata.tables.values():
        for column in table.c:
            if table is not t.versions and column.references(c.id):
                connection.execute(delete(table).where(column == card_id))
    _forget_mentions(connection, book_id, card.key)
    _forget_reasons(connection, book_id, card.href, at)
    alone = select(c.id).where(c.book_id == book_id, c.href == card.href, c.id != card_id, c.present)
    if connection.scalar(alone.limit(1)) is None:
        m = t.members.c
        connection.execute(delete(t.members).where(m.book_id == book_id, m.href == card.href))
    held = select(v.body_id).where(v.card_id == card_id, v.body_id.is_not(None))
    named = select(b.id).where(or_(b.digest == card.digest, b.digest == card.base))
    bodies = elsewhere | set(connection.scalars(held.union(named)))
    versions = connection.execute(
        select(v.card_id, v.from_check).where(v.card_id == card_id, v.body_id.is_not(None))
    ).all()
    chain.drop(connection, ((row[0], row[1]) for row in versions), "forget", at)
    empty = {
        "href": "",
        "uid": "",
        "name": "",
        "contacts": "",
        "problem": "",
        "digest": None,
        "base": None,
        "salt": None,
    }
    connection.execute(
        update(t.cards).where(c.id == card_id).values(key=f"forgotten-{card_id}", ordinal=0, present=False, **empty)
    )
    delete_unused(connection, bodies)


def _bodies_beside(connection: Connection, card_id: int) -> set[int]:
    """The bodies that records of a card refer to besides its versions: what was accepted, restored or wanted."""
    b = t.bodies.c
    found: set[int] = set()
    for table in t.metadata.tables.values():
        of_card = [column for column in table.c if column.references(t.cards.c.id)]
        digests = [column for column in table.c if column.references(b.digest)]
        for owner in of_card:
            for digest in digests:
                found.update(connection.scalars(select(b.id).join(table, digest == b.digest).where(owner == card_id)))
    return found


def _forget_findings(connection: Connection, which: Select[tuple[int]]) -> None:
    f, e = t.findings.c, t.events.c
    ids = connection.scalars(which).all()
    for some in batches(ids):
        events = connection.scalars(select(f.event_id).where(f.id.in_(some)).distinct()).all()
        for table in t.metadata.tables.values():
            for column in table.c:
                if column.references(f.id):
                    connection.execute(delete(table).where(column.in_(some)))
        connection.execute(delete(t.findings).where(f.id.in_(some)))
        empty = set(events) - set(connection.scalars(select(f.event_id).where(f.event_id.in_(events))))
        for table in t.metadata.tables.values():
            for column in table.c:
                if column.references(e.id) and table is not t.findings:
                    connection.execute(delete(table).where(column.in_(empty)))
        connection.execute(delete(t.events).where(e.id.in_(empty)))


def _forget_mentions(connection: Connection, book_id: int, key: str) -> None:
    """Take a contact's name out of what is said of others in its book: a phrase names it by its key."""
    escaped = (dumped(key) or "")[1:-1]
    for table in t.metadata.tables.values():
        said = [column for column in table.c if isinstance(column.type, Said)]
        if not said or "book_id" not in table.c:
            continue
        own = list(table.primary_key.columns)
        for column in said:
            mentions = select(*own, column).where(table.c.book_id == book_id, column.op("LIKE")(_containing(escaped)))
            for *place, value in connection.execute(mentions).all():
                here = and_(*(one == part for one, part in zip(own, place, strict=True)))
                connection.execute(update(table).where(here).values({column.name: without_person(value, key)}))


def _containing(text: str) -> ColumnElement[str]:
    """A pattern for LIKE; what it finds too much is left as it is, for phrases are compared by key."""
    return literal("%" + text.replace("%", "_") + "%", String)


def _forget_reasons(connection: Connection, book_id: int, href: str, at: datetime) -> None:
    """Take out the reasons of checks that name the card's file."""
    if not href:
        return
    names = re.compile(rf"(?<![\w.-]){re.escape(href)}(?![\w.-])")
    k = t.checks.c
    reasons = connection.execute(select(k.id, k.reason).where(k.book_id == book_id)).all()
    chain.drop_reasons(connection, [check_id for check_id, reason in reasons if names.search(reason)], at)


def mark_of_card(uid: str, href: str) -> str:
    """What an ignored card is known by, without saying who it is: 64 hex digits."""
    return hashlib.sha256((f"uid {uid}" if uid else f"href {href}").encode("utf-8", "surrogatepass")).hexdigest()


def ignore(connection: Connection, book_id: int, mark: str, at: datetime) -> None:
    """Have checks pass over a card of a book from now on."""
    i = t.ignored.c
    if connection.scalar(select(i.book_id).where(i.book_id == book_id, i.mark == mark)) is None:
        connection.execute(insert(t.ignored).values(book_id=book_id, mark=mark, at=at))


def ignored_marks(connection: Connection, book_id: int) -> set[str]:
    """The marks of the cards of a book that checks pass over."""
    return set(connection.scalars(select(t.ignored.c.mark).where(t.ignored.c.book_id == book_id)))
