"""Taking things out of the history: what is too old to keep, and all that is known of one card."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from cardwarden.detect.conditions import MEMBER_UNREAD
from cardwarden.detect.finding import State, condition_key
from cardwarden.phrases.phrase import without_persons, without_sentences, words_of
from cardwarden.store import chain, covered, mirrors
from cardwarden.store import tables as t
from cardwarden.store.accepted import forget_accepted
from cardwarden.store.batches import batches
from cardwarden.store.bodies import delete_unused, referred
from cardwarden.store.books import note_listing
from cardwarden.store.column_types import SaidValue
from cardwarden.text import harmless

_NAMING: Final = ("person", "sentence", "code")  # kinds of values that may name a contact or its file


def retire(connection: Connection, book_id: int, before: datetime, at: datetime) -> int:
    """Take out what cards of a book said that was seen no more by `before`; gives how many versions that were.

    What is a baseline and cards with an open finding are kept. What was accepted or restored by then can be taken back
    no more, so that nothing refers to what was before it. A card that was removed longer ago than that is forgotten.
    """
    v, c, b, f, k = t.versions.c, t.cards.c, t.bodies.c, t.findings.c, t.checks.c
    in_question = select(f.card_id).where(f.book_id == book_id, f.state == State.OPEN.value, f.card_id.is_not(None))
    let_go = _let_go(connection, select(c.id).where(c.book_id == book_id, c.id.not_in(in_question)), before, at)
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
    w = t.writings.c
    covered.took_out(
        connection,
        [
            covered.take_out(connection, t.writings, tuple_(w.card_id, w.check_id).in_(batch))
            for batch in batches((card_id, check_id) for card_id, check_id, _ in rows)
        ],
        "retain",
        at,
    )
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
    _forget(connection, book_id, removed, "retain", at)
    return len(rows) + len(removed)


def _let_go(connection: Connection, cards: Select[tuple[int]], before: datetime, at: datetime) -> set[int]:
    """Forget what acceptances and restores of before did to these cards; gives the bodies that they referred to."""
    b = t.bodies.c
    bodies: set[int] = set()
    gone: list[Mapping[str, list[covered.RowKey]]] = []
    for of_card, whole, key in (
        (t.acceptance_cards, t.acceptances, t.acceptance_cards.c.acceptance_id),
        (t.restore_cards, t.restores, t.restore_cards.c.restore_id),
    ):
        theirs = and_(of_card.c.card_id.in_(cards), key.in_(select(whole.c.id).where(whole.c.at < before)))
        for digest in (column for column in of_card.c if column.references(b.digest)):
            bodies.update(connection.scalars(select(b.id).join(of_card, digest == b.digest).where(theirs)))
        gone.append(covered.take_out(connection, of_card, theirs))
    covered.took_out(connection, gone, "retain", at)
    return bodies


def forget(connection: Connection, book_id: int, card_id: int, at: datetime) -> None:
    """Take out all that is kept of a card: what it said, its names, its findings, their events and messages."""
    _forget(connection, book_id, [card_id], "forget", at)


_FORGOTTEN: Final[Mapping[str, object]] = {
    "key": None,
    "href": "",
    "ordinal": 0,
    "uid": "",
    "name": "",
    "contacts": "",
    "problem": "",
    "program": "",
    "digest": None,
    "present": False,
    "base": None,
    "salt": None,
}
"""What the row of a forgotten card says; the row stays, for its versions are what the chain covers."""


def _forget(connection: Connection, book_id: int, card_ids: Iterable[int], why: str, at: datetime) -> None:
    """Take out all that is kept of cards of a book; each table is gone through once for all of them."""
    v, c = t.versions.c, t.cards.c
    ids = list(card_ids)
    keys: set[str] = set()
    hrefs: set[str] = set()
    bases: dict[int, None] = {}
    bodies: set[int] = set()
    versions: list[tuple[int, int]] = []
    gone: list[Mapping[str, list[covered.RowKey]]] = []
    for batch in batches(ids):
        for card_id, key, href, base in connection.execute(select(c.id, c.key, c.href, c.base).where(c.id.in_(batch))):
            keys.add(key)
            hrefs.add(href)
            if base is not None:
                bases[card_id] = None
        bodies |= _bodies_of(connection, batch)
        rows = connection.execute(select(v.card_id, v.from_check).where(v.card_id.in_(batch), v.body_id.is_not(None)))
        versions.extend((card_id, check_id) for card_id, check_id in rows)
        gone += _forget_findings(connection, t.findings.c.card_id.in_(batch))
        for drifts in batches(mirrors.told_of(connection, batch, keys)):
            gone += _forget_findings(connection, t.findings.c.id.in_(drifts))
        connection.execute(
            delete(t.card_keys).where(t.card_keys.c.book_id == book_id, t.card_keys.c.card_id.in_(batch))
        )
        for table, column in _referring(c.id):
            if table is not t.versions:
                gone.append(covered.take_out(connection, table, column.in_(batch)))
    covered.took_out(connection, gone, why, at)
    hrefs -= _shared(connection, book_id, hrefs, set(ids))
    names = _named_as(hrefs)
    covered.took_out(connection, _forget_members(connection, book_id, hrefs), why, at)
    forget_accepted(connection, book_id, (condition_key(MEMBER_UNREAD, href) for href in hrefs), why, at)
    _forget_mentions(connection, book_id, keys, names)
    _forget_reasons(connection, book_id, names, at)
    chain.drop(connection, versions, why, at)
    chain.move_baselines(connection, bases)
    for batch in batches(ids):
        connection.execute(update(t.cards).where(c.id.in_(batch)).values(**_FORGOTTEN))
    delete_unused(connection, bodies)


def _referring(to: Column[Any]) -> list[tuple[Table, Column[Any]]]:
    """The columns that refer to a column."""
    return [(table, column) for table in t.metadata.tables.values() for column in table.c if column.references(to)]


def _bodies_of(connection: Connection, card_ids: Sequence[int]) -> set[int]:
    """The bodies that cards and the records of them refer to: what was said, accepted, restored or wanted."""
    v, c, b = t.versions.c, t.cards.c, t.bodies.c
    body_ids = set(connection.scalars(select(v.body_id).where(v.card_id.in_(card_ids), v.body_id.is_not(None))))
    for digest in (c.digest, c.base):
        body_ids.update(connection.scalars(select(b.id).join(t.cards, digest == b.digest).where(c.id.in_(card_ids))))
    for table, owner in _referring(c.id):
        for digest in (column for column in table.c if column.references(b.digest)):
            body_ids.update(connection.scalars(select(b.id).join(table, digest == b.digest).where(owner.in_(card_ids))))
    return body_ids


def _forget_findings(connection: Connection, which: ColumnElement[bool]) -> list[Mapping[str, list[covered.RowKey]]]:
    """Take out findings, and the events that have none left; gives what was taken out."""
    f, e = t.findings.c, t.events.c
    gone: list[Mapping[str, list[covered.RowKey]]] = []
    for batch in batches(connection.scalars(select(f.id).where(which)).all()):
        events = connection.scalars(select(f.event_id).where(f.id.in_(batch)).distinct()).all()
        for table, column in _referring(f.id):
            gone.append(covered.take_out(connection, table, column.in_(batch)))
        gone.append(covered.take_out(connection, t.findings, f.id.in_(batch)))
        empty = set(events) - set(connection.scalars(select(f.event_id).where(f.event_id.in_(events))))
        for table, column in _referring(e.id):
            if table is not t.findings:
                gone.append(covered.take_out(connection, table, column.in_(empty)))
        gone.append(covered.take_out(connection, t.events, e.id.in_(empty)))
    return gone


def _shared(connection: Connection, book_id: int, hrefs: Set[str], card_ids: Set[int]) -> set[str]:
    """The files of these in which other cards are, too; "" is none."""
    c = t.cards.c
    others = {""}
    for batch in batches(hrefs):
        there = connection.execute(select(c.href, c.id).where(c.book_id == book_id, c.href.in_(batch), c.present))
        others |= {href for href, card_id in there if card_id not in card_ids}
    return others


def _forget_members(connection: Connection, book_id: int, hrefs: Set[str]) -> list[Mapping[str, list[covered.RowKey]]]:
    """Take out files, that they could not be read, and that this was told; gives what was taken out."""
    f = t.findings.c
    gone: list[Mapping[str, list[covered.RowKey]]] = []
    for batch in batches(hrefs):
        for table in (t.members, t.unread):
            connection.execute(delete(table).where(table.c.book_id == book_id, table.c.href.in_(batch)))
        note_listing(connection, book_id, None)
        unread = and_(f.book_id == book_id, f.card_id.is_(None), f.rule == MEMBER_UNREAD, f.identity.in_(batch))
        gone += _forget_findings(connection, unread)
    return gone


def _named_as(hrefs: Set[str]) -> Callable[[str], bool]:
    """Whether a sentence names one of these files: as a path or an address, with or without escapes."""
    ends = {href.rpartition("/")[2] for href in hrefs} - {""}
    names = {harmless(name) for end in ends for name in (end, unquote(end))}
    patterns = [
        re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, batch))})(?![\w-]|\.\w)")
        for batch in batches(sorted(names))
    ]
    return lambda text: any(pattern.search(said) for pattern in patterns for said in (text, unquote(text)))


def _forget_mentions(connection: Connection, book_id: int, keys: Set[str], names: Callable[[str], bool]) -> None:
    """Take contacts out of what is said of others in their book: a phrase names them by their keys, a sentence their files."""
    for table in t.metadata.tables.values():
        said = [column for column in table.c if isinstance(column.type, SaidValue)]
        own, *others = table.primary_key.columns
        if not keys or not said or others or "book_id" not in table.c or table is t.checks:  # see _forget_reasons
            continue
        naming = or_(*(column.op("LIKE")(literal(f'%{{"{kind}":%', String)) for column in said for kind in _NAMING))
        changed: list[int] = []
        for row, *values in connection.execute(select(own, *said).where(table.c.book_id == book_id, naming)).all():
            without = [without_sentences(without_persons(value, keys), names) for value in values]
            if without != values:
                columns = (column.name for column in said)
                connection.execute(update(table).where(own == row).values(dict(zip(columns, without, strict=True))))
                changed.append(row)
        covered.cover(connection, {table: changed})


def _forget_reasons(connection: Connection, book_id: int, names: Callable[[str], bool], at: datetime) -> None:
    """Take out the reasons of checks that name the cards' files."""
    k = t.checks.c
    reasons = connection.execute(select(k.id, k.reason).where(k.book_id == book_id, k.reason != "")).all()
    chain.drop_reasons(connection, {check_id for check_id, reason in reasons if any(map(names, words_of(reason)))}, at)


def card_digest(uid: str, href: str) -> str:
    """What an ignored card is known by, without saying who it is: 64 hex digits."""
    return hashlib.sha256((f"uid {uid}" if uid else f"href {href}").encode("utf-8", "surrogatepass")).hexdigest()


def ignore(connection: Connection, book_id: int, digest: str, at: datetime) -> None:
    """Have checks pass over a card of a book from now on."""
    i = t.ignored.c
    if connection.scalar(select(i.book_id).where(i.book_id == book_id, i.digest == digest)) is None:
        connection.execute(insert(t.ignored).values(book_id=book_id, digest=digest, at=at))


def ignored_digests(connection: Connection, book_id: int) -> set[str]:
    """The digests of the cards of a book that checks pass over."""
    return set(connection.scalars(_IGNORED, {"of_book": book_id}))


_IGNORED = select(t.ignored.c.digest).where(t.ignored.c.book_id == bindparam("of_book"))
