"""The chain, as it is written: every link carries a digest over what it says and over the link before it (SHA-256).

`verification.py` goes through it, `covered.py` says which rows stand in it, and daemon/PARTS.md draws it. A link covers a
line of JSON that is stored with it; what the line says is compared with the rows. A run of unchanged checks only extends
its row: the row carries a sum of its own state, which the next check of the book chains in, and which `seal` chains in
between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    LargeBinary,
    Select,
    bindparam,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from cardwarden.store import tables as t
from cardwarden.store.batches import batches
from cardwarden.store.wording import text_bytes

HEAD = 12
"""How many hex digits of the newest link stand in messages."""
SALT = 16
"""Random bytes of a card that go into its leaves, so that nobody can guess what a card said that was taken out."""
START = "0" * 64
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
        return [self.check_id, self.times, milliseconds(self.last_at), milliseconds(self.last_deep_at), self.cards]


def head(connection: Connection) -> str:
    """The first 12 hex digits of the newest link; "" before the first check."""
    return _last(connection)[:HEAD]


def _last(connection: Connection) -> str:
    return connection.scalar(_LAST()) or ""


def find_head(connection: Connection, digits: str) -> int | None:
    """The newest check that is covered by the link whose digest begins so; None if the chain has no such link."""
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


@dataclass(frozen=True, slots=True)
class ChainedBaselines:
    """What a check did to baselines, as far as the versions that it opened do not say it: each is its card's new baseline.

    `held` are cards of which it opened a version that is not their baseline, which stays. `moved` is what became the
    baseline of others (SHA-256 of a body, None if there is none any more), by card.
    """

    held: Collection[int] = ()
    moved: Mapping[int, str | None] = field(default_factory=dict)


NO_BASELINES = ChainedBaselines()


def link(connection: Connection, check_id: int, baselines: ChainedBaselines = NO_BASELINES) -> None:
    """Add the link of a check to the chain, once all its cards are saved; a check that has one keeps it."""
    newest = connection.scalar(_NEWEST())
    if newest is not None and newest >= check_id:
        return
    this = {"of_check": check_id}
    opened = connection.execute(_OPENED(), this)
    closed = connection.scalars(_CLOSED(), this)
    row = connection.execute(_CHECK(), this).one()
    before = connection.execute(_BEFORE(), this | {"of_book": row.book_id}).first()
    said = covers_of(row, before, seen_by((leaf_of(*row[1:]) for row in opened), closed))
    if baselines.held:
        said["held"] = sorted(baselines.held)
    if baselines.moved:
        said["bases"] = _leaves(connection, baselines.moved)
    add(connection, said, check_id)


def seal(connection: Connection, at: datetime) -> None:
    """Chain in how far every book's run of unchanged checks has come, if that is more than the chain knows."""
    c = t.checks.c
    latest = select(func.max(c.id)).group_by(c.book_id)
    rows = connection.execute(
        select(c.id, c.times, c.last_at, c.last_deep_at, c.cards).where(c.id.in_(latest), c.times > 1).order_by(c.id)
    )
    runs = [Run(*row).said for row in rows]
    last = connection.scalar(select(t.links.c.covers).order_by(t.links.c.id.desc()).limit(1))
    if runs and (last is None or json.loads(last).get("seal") != runs):
        add(connection, {"seal": runs, "at": milliseconds(at)})


def drop(connection: Connection, versions: Iterable[tuple[int, int]], why: str, at: datetime) -> None:
    """Take what versions said out of the history, by card and first check; their leaves stay, and the chain says so."""
    v, c, b = t.versions.c, t.cards.c, t.bodies.c
    dropped = sorted(set(versions))
    for card_id, of_card in groupby(dropped, key=lambda pair: pair[0]):
        for batch in batches(check for _, check in of_card):
            rows = connection.execute(
                select(v.from_check, c.salt, b.digest)
                .join(t.cards, c.id == v.card_id)
                .join(t.bodies, b.id == v.body_id)
                .where(v.card_id == card_id, v.from_check.in_(batch))
            ).all()
            for from_check, salt, digest in rows:
                connection.execute(
                    update(t.versions)
                    .where(v.card_id == card_id, v.from_check == from_check)
                    .values(body_id=None, leaf=leaf_of(card_id, salt, digest).hex())
                )
    if dropped:
        add(connection, {"drop": dropped, "why": why, "at": milliseconds(at)})


def drop_reasons(connection: Connection, checks: Iterable[int], at: datetime) -> None:
    """Take the reasons of checks out of the history; the chain says so."""
    ids = sorted(checks)
    for batch in batches(ids):
        connection.execute(update(t.checks).where(t.checks.c.id.in_(batch)).values(reason=""))
    if ids:
        add(connection, {"reasons": ids, "at": milliseconds(at)})


def move_baselines(connection: Connection, moved: Mapping[int, str | None]) -> None:
    """Chain in that cards have other baselines from now on (SHA-256 of a body, None for none), by card; no check did it."""
    if moved:
        add(connection, {"bases": _leaves(connection, moved)})


def _leaves(connection: Connection, digests: Mapping[int, str | None]) -> list[tuple[int, str | None]]:
    """Bodies of cards as the chain says them: nobody can tell from it what they are."""
    c = t.cards.c
    salts: dict[int, bytes | None] = {}
    for batch in batches(card_id for card_id, digest in digests.items() if digest):
        salts.update(connection.execute(select(c.id, c.salt).where(c.id.in_(batch))).all())
    return [
        (card_id, leaf_of(card_id, salts[card_id], digest).hex() if digest else None)
        for card_id, digest in sorted(digests.items())
    ]


def rename(connection: Connection, book_id: int, source: str, at: datetime) -> None:
    """Chain in that a book's source has another name from now on."""
    add(connection, {"rename": [book_id, hashed(source.encode("utf-8"))], "at": milliseconds(at)})


def hashed(name: bytes) -> str:
    """What stands in the chain for a name: 32 hex digits."""
    return hashlib.sha256(name).hexdigest()[:32]


def add(connection: Connection, covers: dict[str, Any], check_id: int | None = None) -> None:
    """Add a link that covers these values."""
    said = json.dumps(covers, sort_keys=True, separators=(",", ":")).encode("ascii")
    digest = digest_of(_last(connection) or START, said)
    connection.execute(_ADD(), {"check_id": check_id, "covers": said, "digest": digest})


def digest_of(before: str, covers: bytes) -> str:
    """A link's digest, 64 hex digits."""
    return hashlib.sha256(before.encode("ascii") + b"\n" + covers).hexdigest()


def covers_of(row: Any, before: Any, seen: str) -> dict[str, Any]:
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


def seen_by(opened: Iterable[bytes], closed: Iterable[int]) -> str:
    """A digest over the leaves of the versions that a check opened, and the cards whose versions it closed."""
    total = hashlib.sha256()
    for leaf in opened:
        total.update(leaf)
    total.update(b"|")
    for card_id in closed:
        total.update(card_id.to_bytes(8, "big"))
    return total.hexdigest()


def leaf_of(card_id: int, salt: bytes | None, digest: str | None, kept: str | None = None) -> bytes:
    """What stands in the chain for a body of a card; `kept` (hex) if the body was taken out, and has no digest."""
    if digest is None:
        return bytes.fromhex(kept or "")
    return hashlib.sha256((salt or b"") + card_id.to_bytes(8, "big") + bytes.fromhex(digest)).digest()


def opened_versions() -> Select[Any]:
    """Every version with what its leaf is made of, by the check that opened it."""
    v, c, b = t.versions.c, t.cards.c, t.bodies.c
    return (
        select(v.from_check, v.card_id, c.salt, b.digest, v.leaf)
        .join(t.cards, c.id == v.card_id)
        .outerjoin(t.bodies, b.id == v.body_id)
        .order_by(v.from_check, v.card_id)
    )


def raw_checks() -> Select[Any]:
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
            text_bytes(c.outcome).label("outcome"),
            text_bytes(c.doubt).label("doubt"),
            text_bytes(c.reason).label("reason"),
            text_bytes(b.begun_as).label("source"),
            type_coerce(b.book, LargeBinary).label("book"),
        )
        .join(t.books, b.id == c.book_id)
        .order_by(c.id)
    )


# Built once, for each change is linked.
_THIS: BindParameter[int] = bindparam("of_check")
_LAST = cache(lambda: select(t.links.c.digest).order_by(t.links.c.id.desc()).limit(1))
_NEWEST = cache(lambda: select(func.max(t.links.c.check_id)))
_ADD = cache(lambda: insert(t.links))
_OPENED = cache(lambda: opened_versions().where(t.versions.c.from_check == _THIS))
_CLOSED = cache(
    lambda: select(t.versions.c.card_id).where(t.versions.c.until_check == _THIS).order_by(t.versions.c.card_id)
)
_CHECK = cache(lambda: raw_checks().where(t.checks.c.id == _THIS))
_BEFORE = cache(
    lambda: (
        select(t.checks.c.id, t.checks.c.state)
        .where(t.checks.c.book_id == bindparam("of_book"), t.checks.c.id < _THIS)
        .order_by(t.checks.c.id.desc())
        .limit(1)
    )
)


def milliseconds(at: datetime | None) -> int | None:
    """A time as the chain says it: since 1970, UTC."""
    return None if at is None else (at - _EPOCH) // timedelta(milliseconds=1)
