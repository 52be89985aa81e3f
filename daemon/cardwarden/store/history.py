"""What the books said: checks, members, bodies, and cards with their versions and baseline."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, or_, select, update

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.errors import StoreError
from cardwarden.store import chain, packing
from cardwarden.store import tables as t
from cardwarden.store.batches import batches
from cardwarden.vcard.card import Entry

_LIVE = or_(t.cards.c.present, t.cards.c.base.is_not(None))
_NUMBER_CHARACTERS = frozenset("0123456789+-.()/*# \t\u00a0")
_SHORTEST_NUMBER = 3
_read_json = json.JSONDecoder().raw_decode  # less than half the time of json.loads, for every card of every check


@dataclass(frozen=True, slots=True)
class StoredBook:
    """A book and how its last check went.

    book                what its source calls it; `source` and `book` together are its name for ever
    token               the source's own, from the last conclusive check
    judged_with         opaque: what the cards were last judged with
    last_conclusive_at  None before the first check that could be believed
    last_deep_at        when a conclusive check last read every card
    outcome, doubt, reason, cards  of the last check
    """

    id: int
    source: str
    book: str
    title: str
    token: str
    judged_with: str
    last_check_at: datetime
    last_conclusive_at: datetime | None
    last_deep_at: datetime | None
    outcome: Outcome
    doubt: Doubt
    reason: str
    cards: int


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card to be saved. `id` is None for one not seen before; `base` is the digest of its accepted baseline body."""

    id: int | None
    entry: Entry
    present: bool
    base: str | None


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card that is in the book now (`present`), or was when it was last accepted (`base`), or both."""

    id: int
    entry: Entry
    present: bool
    base: str | None


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card that a person named, and the book it stands in."""

    source: str
    book: str
    title: str
    card: StoredCard


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One body of one card: seen first at `since`, seen no more at `until` (None while it is current).

    Last seen at `last`; `times` is how many checks stand behind it. `from_check` is the first of them.
    """

    digest: str
    since: datetime
    until: datetime | None
    last: datetime
    times: int
    from_check: int


def books(connection: Connection, source: str | None = None) -> list[StoredBook]:
    """Every book that was ever checked, or those of one source, in the order in which they were first seen."""
    return _books(connection, *([] if source is None else [t.books.c.source == source]))


def find_book(connection: Connection, source: str, book: str) -> StoredBook | None:
    """One book by what its source calls it; None where it was never checked."""
    return next(iter(_books(connection, t.books.c.source == source, t.books.c.book == book)), None)


def _books(connection: Connection, *where: ColumnElement[bool]) -> list[StoredBook]:
    b, c = t.books.c, t.checks.c
    latest = select(c.id).where(c.book_id == b.id).order_by(c.id.desc()).limit(1).correlate(t.books).scalar_subquery()
    rows = connection.execute(
        select(
            b.id,
            b.source,
            b.book,
            b.title,
            b.token,
            b.judged_with,
            c.last_at,
            b.last_conclusive_at,
            b.last_deep_at,
            c.outcome,
            c.doubt,
            c.reason,
            c.cards,
        )
        .join(t.checks, c.id == latest)
        .where(*where)
        .order_by(b.id)
    )
    return list(starmap(StoredBook, rows))


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
    book_id = connection.scalar(_BOOK, {"of_source": source, "of_book": book})
    if book_id is None:
        new_book = insert(t.books).values(source=source, book=book, title=title, token="", judged_with="")
        book_id = connection.scalars(new_book.returning(t.books.c.id)).one()
    conclusive = outcome.is_conclusive
    told = {
        "row": book_id,
        "new_title": title,
        "new_token": token if conclusive else None,
        "new_judged_with": judged_with,
        "new_last_conclusive_at": at if conclusive else None,
        "new_last_deep_at": at if conclusive and deep else None,
    }
    connection.execute(_TELL_BOOK, told)
    ended = {"outcome": outcome, "doubt": doubt, "reason": reason}
    return book_id, _check(connection, book_id, ended, at=at, deep=deep, cards=cards, changed=changed)


# Built once: a check that saw nothing new costs little more than these and a wait for the disk.
_BOOK = select(t.books.c.id).where(
    t.books.c.source == bindparam("of_source"), t.books.c.book == bindparam("of_book", type_=t.books.c.book.type)
)
_TELL_BOOK = (
    update(t.books)
    .where(t.books.c.id == bindparam("row"))
    .values(
        {
            name: func.coalesce(bindparam(f"new_{name}", type_=t.books.c[name].type), t.books.c[name])
            for name in ("title", "token", "judged_with", "last_conclusive_at", "last_deep_at")
        }
    )
)


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


@dataclass(frozen=True, slots=True)
class Stamp:
    """The stamp that belongs to what was read of a member; what is not `settled` has to be read again."""

    text: str
    settled: bool = True


def load_members(connection: Connection, book_id: int) -> dict[str, Stamp]:
    """Every member's stamp by href, as last saved."""
    m = t.members.c
    rows = connection.execute(select(m.href, m.stamp, m.settled).where(m.book_id == book_id))
    return {href: Stamp(text, settled) for href, text, settled in rows}


def save_members(connection: Connection, book_id: int, changed: Mapping[str, Stamp], gone: Iterable[str]) -> None:
    """Set the stamps of new and `changed` members (by href), and forget those that are `gone`."""
    m = t.members.c
    leaving = [{"old": href} for href in (*gone, *changed)]
    if leaving:
        connection.execute(delete(t.members).where(m.book_id == book_id, m.href == bindparam("old")), leaving)
    if changed:
        rows = [
            {"book_id": book_id, "href": href, "stamp": stamp.text, "settled": stamp.settled}
            for href, stamp in changed.items()
        ]
        connection.execute(insert(t.members), rows)


def body(connection: Connection, digest: str) -> bytes:
    """The bytes of a card by their SHA-256 (hex). Raises KeyError where there are none, StoreError where they are damaged."""
    b = t.bodies.c
    row = connection.execute(select(b.id, b.size, b.data).where(b.digest == digest)).first()
    if row is None:
        raise KeyError(digest)
    try:
        data = chain.joined(connection, row.id, row.size, row.data)
    except ValueError:
        data = None  # as wrong as other bytes
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        raise StoreError("A card in the database is damaged. See which: cardwarden verify")
    return data


def save_bodies(connection: Connection, bodies: Mapping[str, bytes]) -> None:
    """Keep bodies by their SHA-256 (hex); those that are there already cost nothing."""
    there = _body_ids(connection, bodies)
    rows: dict[str, dict[str, object]] = {}
    cut: list[tuple[str, int, str]] = []
    for digest, data in bodies.items():
        if digest in there:
            continue
        parts = list(packing.long_lines(data))
        if [part for _, part in parts] == [data]:
            parts = []
        for place, part in parts:
            part_digest = hashlib.sha256(part).hexdigest()
            rows.setdefault(part_digest, {"digest": part_digest, "size": len(part), "data": packing.pack(part)})
            cut.append((digest, place, part_digest))
        rest = packing.without(data, parts)
        rows[digest] = {"digest": digest, "size": len(data), "data": packing.pack(rest)}
    known = _body_ids(connection, {part for _, _, part in cut})
    new = [row for digest, row in rows.items() if digest not in known]
    if new:
        connection.execute(insert(t.bodies), new)
    if cut:
        ids = _body_ids(connection, {digest for one, _, part in cut for digest in (one, part)})
        connection.execute(
            insert(t.body_parts),
            [{"body_id": ids[digest], "place": place, "part_id": ids[part]} for digest, place, part in cut],
        )


def _body_ids(connection: Connection, digests: Iterable[str]) -> dict[str, int]:
    b = t.bodies.c
    found: dict[str, int] = {}
    for some in batches(digests):
        found.update(connection.execute(select(b.digest, b.id).where(b.digest.in_(some))).all())
    return found


def load_cards(connection: Connection, book_id: int) -> list[StoredCard]:
    """The cards of a book that are in it now or have a baseline."""
    c = t.cards.c
    rows = connection.execute(select(*CARD_COLUMNS).where(c.book_id == book_id, _LIVE).order_by(c.id))
    return [stored_card(*row) for row in rows]


CARD_COLUMNS = tuple(
    t.cards.c[name]
    for name in (
        "id", "key", "href", "ordinal", "digest", "uid", "name", "contacts", "problem", "present", "base",
    )
)  # fmt: skip


def stored_card(
    row_id: int,
    key: str,
    href: str,
    ordinal: int,
    digest: str | None,
    uid: str,
    name: str,
    contacts: str,
    problem: str,
    present: bool,
    base: str | None,
) -> StoredCard:
    """The card of a row of CARD_COLUMNS."""
    reach = tuple(_read_json(contacts)[0]) if contacts else ()
    return StoredCard(row_id, Entry(key, href, ordinal, digest or "", uid, name, reach, problem), present, base)


def save_cards(connection: Connection, book_id: int, check_id: int, rows: Iterable[CardRow]) -> list[int]:
    """Save new and changed cards and what they say since this check; gives their ids in the same order.

    All cards of a check come in one call, even where there are none: what was seen is linked into the chain with it.
    Bodies come first (`save_bodies`). An entry whose digest is "" was never read: it has no body and no version. A new
    card whose key was known once, and is neither present nor in the baseline now, is that card again.
    """
    c = t.cards.c
    wanted = list(rows)
    current: dict[int, str | None] = {}
    for some in batches(row.id for row in wanted if row.id is not None):
        saved = select(c.id, c.digest).where(c.book_id == book_id, c.id.in_(some), c.present)
        current.update(connection.execute(saved).all())
    past = (
        dict(connection.execute(select(c.key, c.id).where(c.book_id == book_id, ~_LIVE)).all())
        if any(row.id is None for row in wanted)
        else {}
    )
    ids = [past.get(row.entry.key) if row.id is None else row.id for row in wanted]
    new = [
        {**_columns(book_id, row), "salt": os.urandom(chain.SALT)}
        for row, known in zip(wanted, ids, strict=True)
        if known is None
    ]
    inserting = insert(t.cards).returning(c.id, sort_by_parameter_order=True)
    made = iter(connection.scalars(inserting, new).all() if new else ())
    final = [next(made) if known is None else known for known in ids]
    old = [
        {"row": known, **_columns(book_id, row)} for row, known in zip(wanted, ids, strict=True) if known is not None
    ]
    if old:
        connection.execute(update(t.cards).where(c.id == bindparam("row")), old)
    seen = {key: row.entry.digest or None if row.present else None for key, row in zip(final, wanted, strict=True)}
    _keep_versions(connection, check_id, current, seen)
    chain.link(connection, check_id)
    return final


def _columns(book_id: int, row: CardRow) -> dict[str, object]:
    entry = row.entry
    return {
        "book_id": book_id,
        "key": entry.key,
        "href": entry.href,
        "ordinal": entry.ordinal,
        "digest": entry.digest or None,
        "uid": entry.uid,
        "name": entry.name,
        "contacts": json.dumps(entry.contacts) if entry.contacts else "",
        "problem": entry.problem,
        "present": row.present,
        "base": row.base,
    }


def _keep_versions(
    connection: Connection, check_id: int, current: Mapping[int, str | None], seen: Mapping[int, str | None]
) -> None:
    """Close the versions that are no longer seen and open those that are new; digests by card, None for no body."""
    v = t.versions.c
    moved = {card: digest for card, digest in seen.items() if digest != current.get(card)}
    closing = [{"card": card} for card in moved if current.get(card)]
    if closing:
        connection.execute(
            update(t.versions)
            .where(v.card_id == bindparam("card"), v.until_check.is_(None))
            .values(until_check=check_id),
            closing,
        )
    bodies = _body_ids(connection, {digest for digest in moved.values() if digest})
    opening = [
        {"card_id": card, "from_check": check_id, "body_id": bodies[digest]} for card, digest in moved.items() if digest
    ]
    if opening:
        connection.execute(insert(t.versions), opening)


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
        )
        .join(t.bodies, b.id == v.body_id)
        .join(since, since.c.id == v.from_check)
        .outerjoin(until, until.c.id == v.until_check)
        .where(v.card_id == card_id)
        .order_by(v.from_check)
    )
    return list(starmap(StoredVersion, rows))


def move_baseline(connection: Connection, book_id: int, bases: Mapping[int, str | None]) -> None:
    """Set the accepted body of cards, by card id; None where the card's absence is what was accepted."""
    c = t.cards.c
    rows = [{"row": card, "base": digest} for card, digest in bases.items()]
    if rows:
        connection.execute(update(t.cards).where(c.book_id == book_id, c.id == bindparam("row")), rows)


def find_cards(connection: Connection, text: str, source: str | None = None, *, gone: bool = False) -> list[FoundCard]:
    """The cards a person means by part of a name, a UID or a number; only those named exactly, where there are any.

    With `gone` those that are kept for their history only, instead of the others.

    Numbers are compared by their digits, without the zeros in front; fewer than three digits are not taken for one.
    """
    wanted = _folded(text)
    digits = "".join(filter(str.isdigit, wanted)).lstrip("0") if _NUMBER_CHARACTERS.issuperset(wanted) else ""
    b = t.books.c
    query = select(b.source, b.book, b.title, *CARD_COLUMNS).join(t.cards, t.cards.c.book_id == b.id)
    query = query.where(~_LIVE if gone else _LIVE)
    if source is not None:
        query = query.where(b.source == source)
    exact: list[FoundCard] = []
    partly: list[FoundCard] = []
    for where, book, title, *columns in connection.execute(query.order_by(t.cards.c.id)):
        found = FoundCard(where, book, title, stored_card(*columns))
        entry = found.card.entry
        names = (_folded(entry.name), _folded(entry.uid))
        if not wanted:
            continue
        if wanted in names:
            exact.append(found)
        elif any(wanted in name for name in names) or (
            len(digits) >= _SHORTEST_NUMBER and any(digits in _digits(contact) for contact in entry.contacts)
        ):
            partly.append(found)
    return exact or partly


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _digits(contact: str) -> str:
    return "".join(filter(str.isdigit, contact)) if contact.startswith("tel:") else ""
