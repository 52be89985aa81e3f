"""Which record a database holds, and how far it goes: what tells a lost or older one from the one that was known."""

from __future__ import annotations

import secrets
from functools import cache

from sqlalchemy import Connection, bindparam, insert, select, true

from cardwarden.store import tables as t


def begin(connection: Connection) -> None:
    """Give the record an identity of its own, if it has none."""
    if connection.scalar(select(t.record.c.id)) is None:
        connection.execute(insert(t.record).values(id=secrets.token_hex(8)))


def identity(connection: Connection) -> str:
    """The record's identity: 16 hex digits, the same in each copy of it."""
    record_id: str = connection.execute(select(t.record.c.id)).scalar_one()
    return record_id


def standing(connection: Connection) -> tuple[str, tuple[int, str]]:
    """The record's identity, and how far it goes: the number of its newest row of checks, and that row's `digits`."""
    record_id, number, digest = connection.execute(_STANDING).one()
    return record_id, (number or 0, digest or "")


# Built once, for they are asked at each check.
_NEWEST = (
    select(t.links.c.check_id, t.links.c.digest)
    .where(t.links.c.check_id.is_not(None))
    .order_by(t.links.c.check_id.desc(), t.links.c.id)
    .limit(1)
    .subquery()
)
_FIRST_LINK = cache(
    lambda: select(t.links.c.digest).where(t.links.c.check_id == bindparam("of_check")).order_by(t.links.c.id).limit(1)
)
_STANDING = select(t.record.c.id, _NEWEST.c.check_id, _NEWEST.c.digest).select_from(t.record.outerjoin(_NEWEST, true()))


def digits(connection: Connection, check_id: int) -> str:
    """The digits of the first link of a row of checks, which never change; "" if there is no such row."""
    return connection.scalar(_FIRST_LINK(), {"of_check": check_id}) or ""
