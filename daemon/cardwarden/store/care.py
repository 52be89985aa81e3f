"""When the history was cared for: the witnesses that time went by, and when it was last copied and gone through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import Connection, delete, insert, select

from cardwarden.store import tables as t

_GAP = timedelta(days=8)  # a machine that is on each weekend
_APART = timedelta(hours=20)  # so that starting again and again witnesses nothing
_KEPT = 16


class Care(StrEnum):
    """What is done to the record as a whole."""

    COPIED = "copied"
    VERIFIED = "verified"


def witnessed_since(connection: Connection, now: datetime) -> datetime:
    """Since when the clock went on in steps of at most eight days, as far as was noted; `now` at the latest."""
    noted = connection.scalars(select(t.care.c.at).order_by(t.care.c.id.desc())).all()
    since = now
    for later, earlier in pairwise((now, *noted)):
        if not timedelta() <= later - earlier <= _GAP:
            break
        since = earlier
    return since


def note(connection: Connection, now: datetime) -> None:
    """The history is cared for now."""
    c = t.care.c
    newest = connection.execute(select(c.id, c.at).order_by(c.id.desc()).limit(1)).first()
    if newest is not None and timedelta() <= now - newest.at < _APART:
        return
    made = connection.scalars(insert(t.care).values(at=now).returning(c.id)).one()
    connection.execute(delete(t.care).where(c.id <= made - _KEPT))


def note_done(connection: Connection, what: Care, at: datetime) -> None:
    """The record was copied, or all of it gone through, now."""
    connection.execute(delete(t.last_done).where(t.last_done.c.what == what))
    connection.execute(insert(t.last_done).values(what=what, at=at))


def last_done(connection: Connection) -> Mapping[Care, datetime]:
    """When each was done last; what never was is left out."""
    return {Care(what): at for what, at in connection.execute(select(t.last_done.c.what, t.last_done.c.at))}
