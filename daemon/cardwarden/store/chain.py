"""The chain: every recorded check carries a digest over what was seen and over the check before it (SHA-256).

A link covers a line of JSON that is stored with it; what the line says is compared with the rows. A run of unchanged
checks only extends its row: the row carries a sum of its own state, which the next check of the book chains in, and
which `seal` chains in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, Select, cast, func, insert, or_, select, type_coerce, update
from sqlalchemy.exc import DBAPIError

from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.store import packing
from cardwarden.store import tables as t
from cardwarden.store.batches import batches

HEAD = 12
"""How many hex digits of the newest link stand in messages."""
SALT = 16
"""Random bytes of a card that go into its leaves, so that nobody can guess what a card said that was taken out."""
_START = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """What a check row says of the run of checks that it stands for; the row's `state` is its sum."""

    check_id: int
    times: int
    last_at: datetime
    last_deep_at: datetime | None
    cards: int

    @property
    def state(self) -> bytes:
        return hashlib.sha256(repr(self.said).encode("ascii")).digest()[:16]

    @property
    def said(self) -> list[int | None]:
        return [self.check_id, self.times, _ms(self.last_at), _ms(self.last_deep_at), self.cards]


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first thing that does not fit: the check it belongs to (None where that cannot be told), and what it is."""

    check_id: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was gone through, and the first flaw. `head` is the newest link's digest, 64 hex digits."""

    links: int
    bodies: int
    head: str
    flaw: Flaw | None


def head(connection: Connection) -> str:
    """The first 12 hex digits of the newest link; "" before the first check."""
    return _last(connection)[:HEAD]


def _last(connection: Connection) -> str:
    return connection.scalar(select(t.links.c.digest).order_by(t.links.c.id.desc()).limit(1)) or ""


def find_head(connection: Connection, digits: str) -> int | None:
    """The newest check that is covered by the link whose digest begins so; None where the chain has no such link."""
    newest: int | None = None
    for check_id, digest in connection.execute(select(t.links.c.check_id, t.links.c.digest).order_by(t.links.c.id)):
        newest = check_id or newest
        if digest.startswith(digits.lower()):
            return newest
    return None


def lines(connection: Connection) -> list[tuple[str, str]]:
    """The whole chain: each link's digest and what it covers, oldest first. It holds no name and no number."""
    rows = connection.execute(select(t.links.c.digest, t.links.c.covers).order_by(t.links.c.id))
    return [(digest, covers.decode("ascii", "backslashreplace")) for digest, covers in rows]


def link(connection: Connection, check_id: int) -> None:
    """Add the link of a check to the chain, once all its cards are saved; a check that has one keeps it."""
    newest = connection.scalar(select(func.max(t.links.c.check_id)))
    if newest is not None and newest >= check_id:
        return
    v = t.versions.c
    opened = connection.execute(_opened().where(v.from_check == check_id))
    closed = connection.scalars(select(v.card_id).where(v.until_check == check_id).order_by(v.card_id))
    row = connection.execute(_checks().where(t.checks.c.id == check_id)).one()
    before = connection.execute(
        select(t.checks.c.id, t.checks.c.state)
        .where(t.checks.c.book_id == row.book_id, t.checks.c.id < check_id)
        .order_by(t.checks.c.id.desc())
        .limit(1)
    ).first()
    _add(connection, _covers(row, before, _seen((one[1:] for one in opened), closed)), check_id)


def seal(connection: Connection, at: datetime) -> None:
    """Chain in how far every book's run of unchanged checks has come, where that is more than the chain knows."""
    c = t.checks.c
    latest = select(func.max(c.id)).group_by(c.book_id)
    rows = connection.execute(
        select(c.id, c.times, c.last_at, c.last_deep_at, c.cards).where(c.id.in_(latest), c.times > 1).order_by(c.id)
    )
    runs = [Run(*row).said for row in rows]
    last = connection.scalar(select(t.links.c.covers).order_by(t.links.c.id.desc()).limit(1))
    if runs and (last is None or json.loads(last).get("seal") != runs):
        _add(connection, {"seal": runs, "at": _ms(at)})


def drop(connection: Connection, versions: Iterable[tuple[int, int]], why: str, at: datetime) -> None:
    """Take what versions said out of the history, by card and first check; their leaves stay, and the chain says so."""
    v, c, b = t.versions.c, t.cards.c, t.bodies.c
    dropped = sorted(set(versions))
    for card_id, of_card in groupby(dropped, key=lambda one: one[0]):
        for some in batches(check for _, check in of_card):
            rows = connection.execute(
                select(v.from_check, c.salt, b.digest)
                .join(t.cards, c.id == v.card_id)
                .join(t.bodies, b.id == v.body_id)
                .where(v.card_id == card_id, v.from_check.in_(some))
            ).all()
            for from_check, salt, digest in rows:
                connection.execute(
                    update(t.versions)
                    .where(v.card_id == card_id, v.from_check == from_check)
                    .values(body_id=None, leaf=_leaf(card_id, salt, digest).hex())
                )
    if dropped:
        _add(connection, {"drop": dropped, "why": why, "at": _ms(at)})


def drop_reasons(connection: Connection, checks: Iterable[int], at: datetime) -> None:
    """Take the reasons of checks out of the history; the chain says so."""
    ids = sorted(checks)
    for some in batches(ids):
        connection.execute(update(t.checks).where(t.checks.c.id.in_(some)).values(reason=""))
    if ids:
        _add(connection, {"reasons": ids, "at": _ms(at)})


def rename(connection: Connection, book_id: int, source: str, at: datetime) -> None:
    """Chain in that a book's source has another name from now on."""
    _add(connection, {"rename": [book_id, _hashed(source.encode("utf-8"))], "at": _ms(at)})


def _hashed(name: bytes) -> str:
    return hashlib.sha256(name).hexdigest()[:32]


def _add(connection: Connection, covers: dict[str, Any], check_id: int | None = None) -> None:
    said = json.dumps(covers, sort_keys=True, separators=(",", ":")).encode("ascii")
    digest = _digest(_last(connection) or _START, said)
    connection.execute(insert(t.links).values(check_id=check_id, covers=said, digest=digest))


def _digest(before: str, covers: bytes) -> str:
    return hashlib.sha256(before.encode("ascii") + b"\n" + covers).hexdigest()


def _covers(row: Any, before: Any, seen: str) -> dict[str, Any]:
    """What a check's link says of it. The check before is that of the same book, which is never extended again."""
    name = hashlib.sha256(row.source + b"\n" + row.book).hexdigest()
    return {
        "check": row.id,
        "book": name[:32],
        "first_at": row.first_at,
        "outcome": hashlib.sha256(row.outcome).hexdigest()[:32],
        "doubt": hashlib.sha256(row.doubt).hexdigest()[:32],
        "reason": hashlib.sha256(row.reason).hexdigest()[:32],
        "seen": seen,
        "before": [before.id, before.state.hex()] if before else None,
    }


def _seen(opened: Iterable[Any], closed: Iterable[int]) -> str:
    """A digest over the versions that a check opened (card, salt, digest or leaf), and the cards whose versions it closed."""
    total = hashlib.sha256()
    for card_id, salt, digest, leaf in opened:
        total.update(_leaf(card_id, salt, digest) if digest else bytes.fromhex(leaf or ""))
    total.update(b"|")
    for card_id in closed:
        total.update(card_id.to_bytes(8, "big"))
    return total.hexdigest()


def _leaf(card_id: int, salt: bytes | None, digest: str) -> bytes:
    return hashlib.sha256((salt or b"") + card_id.to_bytes(8, "big") + bytes.fromhex(digest)).digest()


def _opened() -> Select[Any]:
    v, c, b = t.versions.c, t.cards.c, t.bodies.c
    return (
        select(v.from_check, v.card_id, c.salt, b.digest, v.leaf)
        .join(t.cards, c.id == v.card_id)
        .outerjoin(t.bodies, b.id == v.body_id)
        .order_by(v.from_check, v.card_id)
    )


def _checks() -> Select[Any]:
    """Checks as bytes and whole numbers: a flipped bit may leave no text and no time to decode."""
    c, b = t.checks.c, t.books.c
    return (
        select(
            c.id,
            c.book_id,
            type_coerce(c.first_at, t.checks.c.id.type).label("first_at"),
            c.last_at,
            c.last_deep_at,
            c.times,
            c.cards,
            c.state,
            cast(c.outcome, LargeBinary).label("outcome"),
            cast(c.doubt, LargeBinary).label("doubt"),
            type_coerce(c.reason, LargeBinary).label("reason"),
            cast(b.begun_as, LargeBinary).label("source"),
            type_coerce(b.book, LargeBinary).label("book"),
        )
        .join(t.books, b.id == c.book_id)
        .order_by(c.id)
    )


def _ms(at: datetime | None) -> int | None:
    return None if at is None else (at - _EPOCH) // timedelta(milliseconds=1)


def verify(connection: Connection, progress: Progress = SILENT) -> Verified:
    """Hash every body and every link again, and compare the chain with the history; tells the first check that does not fit."""
    flaws: list[Flaw] = []
    steps: list[Callable[[], Iterator[Flaw]]] = [
        lambda: _links_flaws(connection, progress),
        lambda: _bodies_flaws(connection, progress),
        lambda: _cards_flaws(connection),
    ]
    for step in steps:
        try:
            flaws.extend(step())
        except (ValueError, TypeError, OverflowError, AttributeError, DBAPIError) as error:
            flaws.append(Flaw(None, f"the database cannot be read through ({type(error).__name__})"))
    links = connection.scalar(select(func.count()).select_from(t.links)) or 0
    count = connection.scalar(select(func.count()).select_from(t.bodies)) or 0
    newest = bytes(connection.scalar(_raw_digests().order_by(t.links.c.id.desc()).limit(1)) or b"").hex()
    flaws.sort(key=lambda flaw: flaw.check_id if flaw.check_id is not None else 1 << 62)
    return Verified(links, count, newest, flaws[0] if flaws else None)


def _raw_digests() -> Select[Any]:
    return select(type_coerce(t.links.c.digest, LargeBinary))


def _links_flaws(connection: Connection, progress: Progress) -> Iterator[Flaw]:
    """The chain by itself, and against the rows of checks and versions."""
    checks = {row.id: row for row in connection.execute(_checks())}
    for row in checks.values():
        if Run(row.id, row.times, row.last_at, row.last_deep_at, row.cards).state != row.state:
            yield Flaw(row.id, "when and how often it was made")
    expected = _expected(connection, checks)
    dropped: set[tuple[int, int]] = set()
    renamed: dict[int, str] = {}
    unreasoned: set[int] = set()
    digest, newest = _START, None
    l = t.links.c  # noqa: E741
    links = connection.execute(select(l.id, l.check_id, l.covers, type_coerce(l.digest, LargeBinary)).order_by(l.id))
    total = connection.scalar(select(func.count()).select_from(t.links)) or 0
    for number, check_id, covers, told in counted(links, progress, Work.LINKING, total):
        digest = _digest(digest, covers)
        newest = check_id or newest
        if digest != told.hex():
            yield Flaw(min(expected, default=newest), f"its link in the chain ({number})")
            return  # every link after it hangs on it
        said = json.loads(covers)
        if said.get("check") != check_id:
            yield Flaw(min(expected, default=newest), f"its link in the chain ({number})")
        elif check_id is not None:
            should = expected.pop(check_id, {})
            if said.get("reason") != should.get("reason") and check_id in checks and not checks[check_id].reason:
                unreasoned.add(check_id)
                should["reason"] = said.get("reason")
            if said != should:
                yield Flaw(check_id, "what was seen")
        unreasoned.difference_update(said.get("reasons", ()))
        for row_id, times, *_ in said.get("seal", ()):
            if row_id not in checks or checks[row_id].times < times:
                yield Flaw(row_id, "how often it was made")
        renamed.update([said["rename"]] if "rename" in said else ())
        dropped.update((card_id, from_check) for card_id, from_check in said.get("drop", ()))
    yield from _names_flaws(connection, renamed)
    for check_id in unreasoned:
        yield Flaw(check_id, "why it ended so")
    for check_id in expected:
        yield Flaw(check_id, "it has no link in the chain")
    v = t.versions.c
    for card_id, from_check in connection.execute(
        select(v.card_id, v.from_check).where(or_(v.body_id.is_(None), v.leaf.is_not(None)))
    ):
        if (card_id, from_check) not in dropped:
            yield Flaw(from_check, "what a card said was taken out")


def _names_flaws(connection: Connection, renamed: Mapping[int, str]) -> Iterator[Flaw]:
    """A book's source is called what it was at the first check, or what the chain says that it was named."""
    b, c = t.books.c, t.checks.c
    first = select(func.min(c.id)).where(c.book_id == b.id).correlate(t.books).scalar_subquery()
    names = (cast(column, LargeBinary) for column in (b.source, b.begun_as))
    for book_id, check_id, source, begun_as in connection.execute(select(b.id, first, *names)):
        if _hashed(source) != renamed.get(book_id, _hashed(begun_as)):
            yield Flaw(check_id, "the name of its source")


def _expected(connection: Connection, checks: dict[int, Any]) -> dict[int, dict[str, Any]]:
    """What the link of each check should say."""
    v = t.versions.c
    opened = groupby(connection.execute(_opened()), key=lambda row: row[0])
    closed = groupby(
        connection.execute(
            select(v.until_check, v.card_id).where(v.until_check.is_not(None)).order_by(v.until_check, v.card_id)
        ),
        key=lambda row: row[0],
    )
    ends = {check: [card_id for _, card_id in rows] for check, rows in closed}
    seen = {check: _seen([row[1:] for row in rows], ends.pop(check, ())) for check, rows in opened}
    seen |= {check: _seen((), cards) for check, cards in ends.items()}
    nothing = _seen((), ())
    last: dict[int, Any] = {}
    made: dict[int, dict[str, Any]] = {}
    for check_id, row in checks.items():
        made[check_id] = _covers(row, last.get(row.book_id), seen.pop(check_id, nothing))
        last[row.book_id] = row
    for check_id in seen:  # versions of a check that is not there
        made.setdefault(check_id, {})
    return made


def _bodies_flaws(connection: Connection, progress: Progress) -> Iterator[Flaw]:
    b, p = t.bodies.c, t.body_parts.c
    cut = set(connection.scalars(select(p.body_id).distinct()))
    rows = connection.execution_options(yield_per=500).execute(
        select(b.id, b.size, b.data, type_coerce(b.digest, LargeBinary))
    )
    total = connection.scalar(select(func.count()).select_from(t.bodies)) or 0
    for body_id, size, data, digest in counted(rows, progress, Work.HASHING, total):
        try:
            whole = joined(connection, body_id, size, data) if body_id in cut else packing.unpack(data, size)
        except (ValueError, TypeError):
            whole = None
        if whole is None or hashlib.sha256(whole).digest() != digest:
            yield Flaw(_first_use(connection, body_id), "the bytes of a card")
    orphans = connection.scalar(select(func.count()).select_from(t.body_parts).where(p.body_id.not_in(select(b.id))))
    if orphans:
        yield Flaw(None, "a part of a card that is not there")


def joined(connection: Connection, body_id: int, size: int, data: bytes) -> bytes:
    """The body of a row, with its parts. Raises ValueError where it cannot be put together."""
    b, p = t.bodies.c, t.body_parts.c
    query = select(p.place, b.size, b.data).join(t.bodies, b.id == p.part_id).where(p.body_id == body_id)
    parts = [
        (place, packing.unpack(part, length)) for place, length, part in connection.execute(query.order_by(p.place))
    ]
    rest = size - sum(len(part) for _, part in parts)
    return packing.joined(packing.unpack(data, rest), parts)


def _first_use(connection: Connection, body_id: int) -> int | None:
    """The first check that saw a body, or one that it is a part of."""
    v, p = t.versions.c, t.body_parts.c
    whole = select(p.body_id).where(p.part_id == body_id)
    used = select(func.min(v.from_check)).where(or_(v.body_id == body_id, v.body_id.in_(whole)))
    first: int | None = connection.scalar(used)
    return first


def _cards_flaws(connection: Connection) -> Iterator[Flaw]:
    """What the index says is there, and what the history says is there, are the same; and every baseline has its bytes."""
    v, c, b = t.versions.c, t.cards.c, t.bodies.c
    said = (
        select(c.id, v.from_check)
        .join(t.versions, (v.card_id == c.id) & v.until_check.is_(None), isouter=True)
        .join(t.bodies, b.id == v.body_id, isouter=True)
    )
    here = type_coerce(c.present, Integer)  # a flipped bit may leave neither 0 nor 1
    other = (here != 0) & c.digest.is_not(None) & or_(b.digest.is_(None), b.digest != c.digest)
    left = (here != 1) & v.body_id.is_not(None)
    odd = here.not_in((0, 1))
    for _, from_check in connection.execute(said.where(or_(other, left, odd))):
        yield Flaw(from_check, "which card is in the book")
    for column, what in ((c.base, "the accepted bytes of a card"), (c.digest, "the bytes of a card")):
        lost = select(c.id).where(column.is_not(None), column.not_in(select(b.digest)))
        if connection.scalar(lost.limit(1)) is not None:
            yield Flaw(None, what)
