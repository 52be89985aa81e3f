"""The chain, gone through: is everything that evidence shows as it was recorded?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, func, or_, select, type_coerce
from sqlalchemy.exc import DBAPIError

from cardwarden.packing import put_together, unpack
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.store import bodies, chain, covered
from cardwarden.store import tables as t
from cardwarden.store.batches import each_row
from cardwarden.store.faults import is_passing
from cardwarden.store.wording import flag_number, text_bytes

_NO_REASON = b'""'  # of a check, as the database holds it


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first thing that does not fit: the check it belongs to (None if that cannot be told), and what it is."""

    check_id: int | None
    what: Phrase


@dataclass(frozen=True, slots=True)
class Verified:
    """How many links and bodies there are, and the first flaw. `head`: the newest link, 64 hex digits; "" if none."""

    links: int
    bodies: int
    head: str
    flaw: Flaw | None


def verify(connection: Connection, progress: Progress = SILENT) -> Verified:
    """Hash every body and every link again, and compare the chain with the history; tells the first check that does not fit.

    A database that is away or busy meanwhile raises its DBAPIError.
    """
    flaws: list[Flaw] = []
    steps: list[Callable[[], Iterator[Flaw]]] = [
        lambda: _links_flaws(connection, progress),
        lambda: _bodies_flaws(connection, progress),
        lambda: _cards_flaws(connection),
    ]
    for step in steps:
        try:
            with connection.begin_nested():  # what cannot be read ends the transaction in other databases
                flaws.extend(step())
        except (ValueError, TypeError, OverflowError, AttributeError, LookupError, RecursionError, DBAPIError) as error:
            if isinstance(error, DBAPIError) and is_passing(error):
                raise
            flaws.append(Flaw(None, phrase("flaw-unreadable", why=type(error).__name__)))
    links = connection.scalar(select(func.count()).select_from(t.links)) or 0
    count = connection.scalar(select(func.count()).select_from(t.bodies)) or 0
    newest = bytes(connection.scalar(_raw_digests().order_by(t.links.c.id.desc()).limit(1)) or b"").hex()
    flaws.sort(key=lambda flaw: flaw.check_id if flaw.check_id is not None else 1 << 62)
    return Verified(links, count, newest, flaws[0] if flaws else None)


def _raw_digests() -> Select[Any]:
    return select(type_coerce(t.links.c.digest, LargeBinary))


def _links_flaws(connection: Connection, progress: Progress) -> Iterator[Flaw]:
    """The chain by itself, and against the rows of checks and versions."""
    checks = {row.id: row for row in each_row(connection, chain.raw_checks())}
    for row in checks.values():
        if chain.Run(row.id, row.times, row.last_at, row.last_deep_at, row.cards).state != row.state:
            yield Flaw(row.id, phrase("flaw-times"))
    leaves = _leaves(connection)
    said = _Said(checks, leaves, _expected(connection, checks, leaves))
    digest = chain.START
    l = t.links.c  # noqa: E741
    every = select(l.id, l.check_id, l.covers, type_coerce(l.digest, LargeBinary)).order_by(l.id)
    total = connection.scalar(select(func.count()).select_from(t.links)) or 0
    with closing(each_row(connection, every)) as links:
        for number, check_id, covers, recorded in counted(links, progress, Work.LINKING, total):
            digest = chain.digest_of(digest, covers)
            if digest != recorded.hex():
                yield said.broken(number, check_id)
                return  # every link after it hangs on it
            yield from said.follow(number, check_id, json.loads(covers))
    yield from _names_flaws(connection, said.renamed)
    yield from said.unsaid()
    yield from _versions_flaws(connection, said.dropped)
    yield from _baselines_flaws(connection, said.baselines)
    yield from list(said.rows.compare(connection)) or _states_flaws(connection)


class _Said:
    """What the chain says, link after link, beside the rows of checks and versions: of most things its last word counts.

    `leaves` are those of the versions that each check opened, by card; `expected` is what each check's link should say.
    Then `baselines` has each card's leaf (None: it has none), `dropped` the versions taken out by card and check, and
    `renamed` the hashed names of sources, by book.
    """

    def __init__(
        self,
        checks: Mapping[int, Any],
        leaves: Mapping[int, Mapping[int, str]],
        expected: dict[int, dict[str, Any]],
    ) -> None:
        self._checks, self._leaves, self._expected = checks, leaves, expected
        self._newest: int | None = None
        self._unreasoned: set[int] = set()
        self.baselines: dict[int, str | None] = {}
        self.dropped: set[tuple[int, int]] = set()
        self.renamed: dict[int, str] = {}
        self.rows = _Rows()

    def broken(self, number: int, check_id: int | None) -> Flaw:
        """The flaw of a link that does not belong there: the first check that has no link yet, or the newest, is in doubt."""
        return Flaw(min(self._expected, default=check_id or self._newest), phrase("flaw-link", link=str(number)))

    def follow(self, number: int, check_id: int | None, said: dict[str, Any]) -> Iterator[Flaw]:
        """Take in what a link says; tells what the rows, or links before it, say otherwise."""
        self._newest = check_id or self._newest
        moved = said.pop("bases", ())
        if said.get("check") != check_id:
            yield self.broken(number, check_id)
        elif check_id is not None:
            yield from self._of_check(check_id, said)
        self.baselines.update(moved)
        self._unreasoned.difference_update(said.get("reasons", ()))
        for row_id, times, *_ in said.get("seal", ()):
            if row_id not in self._checks or self._checks[row_id].times < times:
                yield Flaw(row_id, phrase("flaw-how-often"))
        self.dropped.update((card_id, from_check) for card_id, from_check in said.get("drop", ()))
        self.renamed.update([said["rename"]] if "rename" in said else ())
        yield from self.rows.follow(said)

    def _of_check(self, check_id: int, said: dict[str, Any]) -> Iterator[Flaw]:
        """A check's link says what its row and versions do; a link after it says so of a reason that was taken out."""
        should = self._expected.pop(check_id, {})
        held = frozenset(said.pop("held", ()))
        opened = self._leaves.get(check_id, {})
        self.baselines.update((card, leaf) for card, leaf in opened.items() if card not in held)
        has_reason = check_id not in self._checks or self._checks[check_id].reason != _NO_REASON
        if said.get("reason") != should.get("reason") and not has_reason:
            self._unreasoned.add(check_id)
            should["reason"] = said.get("reason")
        if said != should:
            yield Flaw(check_id, phrase("flaw-seen"))

    def unsaid(self) -> Iterator[Flaw]:
        """Once all links are followed: the checks whose reason is gone without a word, and those that have no link."""
        for check_id in self._unreasoned:
            yield Flaw(check_id, phrase("flaw-reason"))
        for check_id in self._expected:
            yield Flaw(check_id, phrase("flaw-no-link"))


def _versions_flaws(connection: Connection, dropped: Set[tuple[int, int]]) -> Iterator[Flaw]:
    """A version has its bytes, or the chain says that they were taken out."""
    v = t.versions.c
    bare = select(v.card_id, v.from_check).where(or_(v.body_id.is_(None), v.leaf.is_not(None)))
    for card_id, from_check in connection.execute(bare):
        if (card_id, from_check) not in dropped:
            yield Flaw(from_check, phrase("flaw-version-gone"))


class _Rows:
    """What the chain says of the rows that evidence shows, link after link: the newest digest of each."""

    def __init__(self) -> None:
        self._newest: dict[str, dict[covered.RowKey, str]] = {name: {} for name in covered.COVERED}
        self._gone: dict[str, set[covered.RowKey]] = {name: set() for name in covered.COVERED}

    def follow(self, said: Mapping[str, Any]) -> Iterator[Flaw]:
        """Take in what a link says; tells what was written a second time, or after it was taken out, though it never is."""
        for name, rows in said.get("rows", {}).items():
            newest = self._newest[name]
            for *key, digest in rows:
                if (name in covered.ONCE and tuple(key) in newest) or tuple(key) in self._gone[name]:
                    yield Flaw(None, _row(name, tuple(key)))
                newest[tuple(key)] = digest
        for name, keys in said.get("gone", {}).items():
            for key in keys:
                self._newest[name].pop(tuple(key), None)
            if name not in covered.NUMBERED_ANEW:
                self._gone[name].update(map(tuple, keys))

    def compare(self, connection: Connection) -> Iterator[Flaw]:
        """Tells each row that is not what the chain says of it, is not in the chain, or is not there any more."""
        checks = _checks_of_events(connection)
        for name, table in covered.COVERED.items():
            newest, salts = self._newest[name], covered.salts_of(connection, table)
            with closing(covered.every_row(connection, table)) as there:
                for key, values in there:
                    if not covered.fits(table, salts.get(key, b""), values, newest.pop(key, None)):
                        yield Flaw(values.get("check_id") or checks.get(values.get("event_id", 0)), _row(name, key))
            for key in newest:
                yield Flaw(None, _row(name, key))


def _row(name: str, key: covered.RowKey) -> Phrase:
    return phrase("flaw-row", key=", ".join(map(str, key)), table=name)


def _states_flaws(connection: Connection) -> Iterator[Flaw]:
    """A finding is in the state that the last step of its history says: nobody writes another one without such a step."""
    f, e, h = t.findings.c, t.events.c, t.finding_history.c
    steps = (
        select(func.max(h.id)).where(h.finding_id == f.id, h.what != t.CHANGED).correlate(t.findings).scalar_subquery()
    )
    said = (
        select(f.id, e.check_id)
        .join(t.events, e.id == f.event_id, isouter=True)
        .join(t.finding_history, h.id == steps, isouter=True)
        .where(or_(h.what.is_(None), h.what != f.state))
    )
    for finding_id, check_id in connection.execute(said):
        yield Flaw(check_id, _row("findings", (finding_id,)))


def _checks_of_events(connection: Connection) -> dict[int, int]:
    return dict(connection.execute(select(t.events.c.id, t.events.c.check_id)).all())


def _names_flaws(connection: Connection, renamed: Mapping[int, str]) -> Iterator[Flaw]:
    """A book's source is called what it was at the first check, or what the chain says that it was named."""
    b, c = t.books.c, t.checks.c
    first = select(func.min(c.id)).where(c.book_id == b.id).correlate(t.books).scalar_subquery()
    names = (text_bytes(column) for column in (b.source, b.begun_as))
    for book_id, check_id, source, begun_as in connection.execute(select(b.id, first, *names)):
        if chain.hashed(source) != renamed.get(book_id, chain.hashed(begun_as)):
            yield Flaw(check_id, phrase("flaw-source-name"))


def _leaves(connection: Connection) -> dict[int, dict[int, str]]:
    """The leaves of the versions that each check opened, by card, in hex digits."""
    opened: dict[int, dict[int, str]] = {}
    with closing(each_row(connection, chain.opened_versions())) as versions:
        for check_id, card_id, *made_of in versions:
            opened.setdefault(check_id, {})[card_id] = chain.leaf_of(card_id, *made_of).hex()
    return opened


def _baselines_flaws(connection: Connection, said: Mapping[int, str | None]) -> Iterator[Flaw]:
    """Each card is held to what the chain says of it last: what a check saw, or what a later link says."""
    c = t.cards.c
    with closing(each_row(connection, select(c.id, c.salt, type_coerce(c.base, LargeBinary)))) as cards:
        for card_id, salt, base in cards:
            if said.get(card_id) != (None if base is None else chain.leaf_of(card_id, salt, base.hex()).hex()):
                yield Flaw(None, phrase("flaw-baseline"))
                return


def _expected(
    connection: Connection, checks: Mapping[int, Any], leaves: Mapping[int, Mapping[int, str]]
) -> dict[int, dict[str, Any]]:
    """What the link of each check should say, but for baselines: no row keeps what these were."""
    v = t.versions.c
    ended = select(v.until_check, v.card_id).where(v.until_check.is_not(None)).order_by(v.until_check, v.card_id)
    closed = groupby(each_row(connection, ended), key=itemgetter(0))
    ends = {check: [card_id for _, card_id in rows] for check, rows in closed}
    seen = {
        check: chain.seen_by(map(bytes.fromhex, of_check.values()), ends.pop(check, ()))
        for check, of_check in leaves.items()
    }
    seen |= {check: chain.seen_by((), cards) for check, cards in ends.items()}
    nothing = chain.seen_by((), ())
    last: dict[int, Any] = {}
    made: dict[int, dict[str, Any]] = {}
    for check_id, row in checks.items():
        made[check_id] = chain.covers_of(row, last.get(row.book_id), seen.pop(check_id, nothing))
        last[row.book_id] = row
    for check_id in seen:  # versions of a check that is not there
        made.setdefault(check_id, {})
    return made


def _bodies_flaws(connection: Connection, progress: Progress) -> Iterator[Flaw]:
    """Bodies that are not what their digest says, and parts that no body is made of."""
    b, p = t.bodies.c, t.body_parts.c
    every = select(b.id, b.size, b.data, type_coerce(b.digest, LargeBinary)).order_by(b.id)
    total = connection.scalar(select(func.count()).select_from(t.bodies)) or 0
    with closing(bodies.parts_of_all(connection)) as cut, closing(each_row(connection, every)) as rows:
        next_id, parts = next(cut, (None, []))
        for body_id, size, data, digest in counted(rows, progress, Work.HASHING, total):
            while next_id is not None and next_id < body_id:  # of a body that is not there
                next_id, parts = next(cut, (None, []))
            own = parts if next_id == body_id else []
            try:
                whole = put_together(size, data, own) if own else unpack(data, size)
            except (ValueError, TypeError):
                whole = None
            if whole is None or hashlib.sha256(whole).digest() != digest:
                yield Flaw(_first_use(connection, body_id), phrase("flaw-bytes"))
    orphans = connection.scalar(select(func.count()).select_from(t.body_parts).where(p.body_id.not_in(select(b.id))))
    if orphans:
        yield Flaw(None, phrase("flaw-part"))


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
    here = flag_number(c.present)  # a flipped bit may leave neither 0 nor 1
    other = (here != 0) & c.digest.is_not(None) & or_(b.digest.is_(None), b.digest != c.digest)
    left = (here != 1) & v.body_id.is_not(None)
    odd = here.not_in((0, 1))
    for _, from_check in connection.execute(said.where(or_(other, left, odd))):
        yield Flaw(from_check, phrase("flaw-which-card"))
    for column, what in ((c.base, phrase("flaw-accepted-bytes")), (c.digest, phrase("flaw-bytes"))):
        lost = select(c.id).where(column.is_not(None), column.not_in(select(b.digest)))
        if connection.scalar(lost.limit(1)) is not None:
            yield Flaw(None, what)
