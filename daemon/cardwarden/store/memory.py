"""What the detector may know from before the baseline: earlier states of cards, and cards that were removed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, func, or_, select

from cardwarden.detect.case import CardHistory, EarlierVersion
from cardwarden.store import tables as t
from cardwarden.store.batches import batches

_ASKED = 20  # of the cards that came and of the times at which such a card went


def remembered(connection: Connection, book_id: int, changed: Mapping[int, str], *, added: bool) -> CardHistory:
    """The memory that a comparison needs: for the `changed` cards (their keys by id), and where cards were `added`."""
    return CardHistory(_older(connection, changed), _removed(connection, book_id) if added else {})


def _older(connection: Connection, keys: Mapping[int, str]) -> Mapping[str, list[EarlierVersion]]:
    earlier: dict[str, list[EarlierVersion]] = defaultdict(list)
    for batch in batches(keys):
        for card_id, digest, size, until in connection.execute(_OLDER(), {"ids": batch}):
            earlier[keys[card_id]].append(EarlierVersion(digest, size, f"{until:%Y-%m-%d}"))
    return earlier


def said_all_that(
    connection: Connection, book_id: int, since: Counter[str], uids: Collection[str], digests: Collection[str]
) -> bool:
    """Whether a book said what it says now, card by card, when a card of these UIDs or digests was there last.

    `since` is what differs now from the last check: how many more cards of each digest, or fewer.
    """
    c, v = t.cards.c, t.versions.c
    gone_at = connection.scalars(
        select(v.until_check)
        .join(t.cards, c.id == v.card_id)
        .where(
            c.book_id == book_id,
            c.base.is_(None),
            v.until_check.is_not(None),
            or_(c.uid.in_(sorted(uids)[:_ASKED]), c.digest.in_(sorted(digests)[:_ASKED])),
        )
        .distinct()
        .order_by(v.until_check.desc())
        .limit(_ASKED)
    ).all()
    return any(not any(_changed_since(connection, book_id, at, since).values()) for at in gone_at)


def _changed_since(connection: Connection, book_id: int, check_id: int, since: Counter[str]) -> Counter[str]:
    """How many more cards of each digest a book has, or fewer, than before a check."""
    b, c, v = t.bodies.c, t.cards.c, t.versions.c
    of_book = select(b.digest).join(t.versions, v.body_id == b.id).join(t.cards, c.id == v.card_id)
    of_book = of_book.where(c.book_id == book_id)
    changed = since.copy()
    changed.update(connection.scalars(of_book.where(v.from_check >= check_id, v.until_check.is_(None))))
    changed.subtract(connection.scalars(of_book.where(v.from_check < check_id, v.until_check >= check_id)))
    return changed


def _removed(connection: Connection, book_id: int) -> Mapping[str, str]:
    """A card is gone, or was, if no version of it begins at the check at which another one ended."""
    rows = connection.execute(_REMOVED(), {"of_book": book_id})
    return {name: f"{until:%Y-%m-%d}" for uid, digest, until in rows for name in _names(uid, digest)}


def _names(uid: str, digest: str | None) -> Iterable[str]:
    return filter(None, (uid, digest))


def _all_removed() -> Select[Any]:
    cards, v, c = t.cards.c, t.versions.c, t.checks.c
    after = t.versions.alias()
    went_on = exists().where(after.c.card_id == v.card_id, after.c.from_check == v.until_check)
    return (
        select(cards.uid, cards.digest, func.max(c.first_at))
        .join(t.versions, v.card_id == cards.id)
        .join(t.checks, c.id == v.until_check)
        .where(cards.book_id == bindparam("of_book"), cards.base.is_(None), ~went_on)
        .group_by(cards.id)
    )


# Built once, for they are asked at each change.
_REMOVED = cache(_all_removed)
_OLDER = cache(
    lambda: (
        select(t.versions.c.card_id, t.bodies.c.digest, t.bodies.c.size, t.checks.c.first_at)
        .join(t.checks, t.checks.c.id == t.versions.c.until_check)
        .join(t.bodies, t.bodies.c.id == t.versions.c.body_id)
        .where(t.versions.c.card_id.in_(bindparam("ids", expanding=True)))
        .order_by(t.versions.c.card_id, t.versions.c.from_check)
    )
)
