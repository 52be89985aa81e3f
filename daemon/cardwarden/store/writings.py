"""Who wrote versions of cards, as their servers said it: only of those of which they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from cardwarden.store import tables as t
from cardwarden.store.covered import cover


@dataclass(frozen=True, slots=True)
class Writing:
    """What a server said of a version: the program by its User-Agent, when it was written, and its user; "" if it does not."""

    program: str
    at: datetime
    user: str = ""


def keep_writings(connection: Connection, check_id: int, writings: Mapping[int, Writing]) -> None:
    """Keep who wrote the versions that a check was the first to see, by their cards."""
    if writings:
        rows = [
            {"card_id": card, "check_id": check_id, "program": writing.program, "at": writing.at, "user": writing.user}
            for card, writing in writings.items()
        ]
        connection.execute(insert(t.writings), rows)
        cover(connection, {t.writings: [(card, check_id) for card in writings]})


def writing_of(connection: Connection, card_id: int, check_id: int) -> Writing | None:
    """Who wrote the version that this check was the first to see; None if no server said."""
    w = t.writings.c
    row = connection.execute(
        select(w.program, w.at, w.user).where(w.card_id == card_id, w.check_id == check_id)
    ).first()
    return Writing(*row) if row else None


def latest_writing(connection: Connection, card_id: int) -> Writing | None:
    """Who wrote what the card says now; None if no server said."""
    v = t.versions.c
    check = connection.scalar(select(v.from_check).where(v.card_id == card_id, v.until_check.is_(None)))
    return writing_of(connection, card_id, check) if check is not None else None
