"""The bytes of cards, addressed by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, or_, select

from cardwarden.errors import StoreError
from cardwarden.packing import Packed, put_together
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import tables as t
from cardwarden.store.batches import batches, insert_each

StoredPart: TypeAlias = tuple[int, int, bytes]
"""A long line of a body: where it begins, its length, and what is kept of it."""


def body(connection: Connection, digest: str) -> bytes:
    """The bytes of a card by their SHA-256 (hex). Raises KeyError if there are none, StoreError if they are damaged."""
    row = connection.execute(_BODY, {"of_digest": digest}).first()
    if row is None:
        raise KeyError(digest)
    parts = connection.execute(_PARTS(), {"of_body": row.id}) if row.is_cut else ()
    try:
        data = put_together(row.size, row.data, map(tuple, parts))
    except ValueError:
        data = None  # as wrong as other bytes
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        raise StoreError(phrase("store-body-damaged", command=Code("cardwarden verify")))
    return data


def parts_of_all(connection: Connection) -> Generator[tuple[int, list[StoredPart]], None, None]:
    """The parts of each body that has some, in the order of the bodies' rows, a few at a time. To be closed as `each_row` is."""
    with connection.execute(_EVERY_PART().execution_options(yield_per=100)) as rows:
        for body_id, group in groupby(rows, key=lambda row: row[0]):
            yield body_id, [(place, size, data) for _, place, size, data in group]


# Built once, for each body that is read or kept.
_BODY = select(
    t.bodies.c.id,
    t.bodies.c.size,
    t.bodies.c.data,
    select(t.body_parts.c.place).where(t.body_parts.c.body_id == t.bodies.c.id).exists().label("is_cut"),
).where(t.bodies.c.digest == bindparam("of_digest", type_=t.bodies.c.digest.type))
_IDS = cache(
    lambda: select(t.bodies.c.digest, t.bodies.c.id).where(t.bodies.c.digest.in_(bindparam("digests", expanding=True)))
)
_EVERY_PART = cache(
    lambda: (
        select(t.body_parts.c.body_id, t.body_parts.c.place, t.bodies.c.size, t.bodies.c.data)
        .join(t.bodies, t.bodies.c.id == t.body_parts.c.part_id)
        .order_by(t.body_parts.c.body_id, t.body_parts.c.place)
    )
)
_PARTS = cache(
    lambda: (
        _EVERY_PART()
        .with_only_columns(t.body_parts.c.place, t.bodies.c.size, t.bodies.c.data)
        .where(t.body_parts.c.body_id == bindparam("of_body"))
    )
)


def save_bodies(connection: Connection, bodies: Mapping[str, bytes | Packed]) -> None:
    """Keep bodies by their SHA-256 (hex); those that are there already cost nothing."""
    for batch in batches(bodies.items()):
        _save_batch(connection, dict(batch))


def _save_batch(connection: Connection, bodies: Mapping[str, bytes | Packed]) -> None:
    """Keep a few bodies: as rows they take several times the room."""
    there = body_ids(connection, bodies)
    rows: dict[str, tuple[str, int, bytes]] = {}
    cut: list[tuple[str, int, str]] = []
    for digest, given in bodies.items():
        if digest in there:
            continue
        packed = given if isinstance(given, Packed) else Packed.of(given)
        for place, part, size, kept in packed.parts:
            rows.setdefault(part, (part, size, kept))
            cut.append((digest, place, part))
        rows[digest] = (digest, packed.size, packed.rest)
    known = body_ids(connection, {part for _, _, part in cut})
    new = (row for digest, row in rows.items() if digest not in known)
    insert_each(connection, t.bodies, ("digest", "size", "data"), new)
    if cut:
        ids = body_ids(connection, {digest for whole, _, part in cut for digest in (whole, part)})
        places = ((ids[digest], place, ids[part]) for digest, place, part in cut)
        insert_each(connection, t.body_parts, ("body_id", "place", "part_id"), places)


def body_ids(connection: Connection, digests: Iterable[str]) -> dict[str, int]:
    """The rows of those of these bodies that are kept, by their digest."""
    ids_of: dict[str, int] = {}
    for batch in batches(digests):
        ids_of.update(connection.execute(_IDS(), {"digests": batch}).all())
    return ids_of


def referred(row: ColumnElement[int], digest: ColumnElement[str], *but: object) -> ColumnElement[bool]:
    """Whether anything refers to a body, by its row or its digest; `but` these tables."""
    users: list[ColumnElement[bool]] = []
    for table in t.metadata.tables.values():
        other = table.alias()
        for column in table.c:
            by_row, by_digest = column.references(t.bodies.c.id), column.references(t.bodies.c.digest)
            if table in but or not (by_row or by_digest) or (table is t.body_parts and column.name == "body_id"):
                continue
            user = other.c[column.name]
            users.append(select(user).where(user == (row if by_row else digest)).exists())
    return or_(*users)


@cache
def _unused() -> Select[tuple[int]]:
    """Those bodies of some (`ids`) that nothing refers to. Put together once: it asks a dozen tables."""
    b = t.bodies.c
    return select(b.id).where(b.id.in_(bindparam("ids", expanding=True)), ~referred(b.id, b.digest))


def delete_unused(connection: Connection, ids: Iterable[int]) -> None:
    """Delete those of these bodies that nothing refers to any more, and then their parts."""
    b, p = t.bodies.c, t.body_parts.c
    for batch in batches(ids):
        free = connection.scalars(_unused(), {"ids": batch}).all()
        if not free:
            continue
        parts = set(connection.scalars(select(p.part_id).where(p.body_id.in_(free))))
        connection.execute(delete(t.body_parts).where(p.body_id.in_(free)))
        connection.execute(delete(t.bodies).where(b.id.in_(free)))
        if parts:
            delete_unused(connection, parts)
