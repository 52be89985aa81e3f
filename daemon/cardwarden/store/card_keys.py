"""Which cards of a book hold what: by contact, name, UID and member, without loading the others.

A key is eight bytes of a digest, so that a row is small; who looks something up compares what it finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache

from sqlalchemy import Connection, bindparam, delete, select

from cardwarden.store import tables as t
from cardwarden.store.batches import batches, insert_each
from cardwarden.vcard.card import Entry


def contact(key: str) -> int:
    """The key of a contact (see `vcard.index.contact_key`)."""
    return _key("contact", key)


def name(lowered: str) -> int:
    """The key of a name, in lower case."""
    return _key("name", lowered)


def uid(text: str) -> int:
    """The key of a UID."""
    return _key("uid", text)


def look(text: str) -> int:
    """The key of what a name looks like (see `detect.case.looks_of`)."""
    return _key("look", text)


def member(href: str) -> int:
    """The key of a member."""
    return _key("member", href)


def _key(kind: str, text: str) -> int:
    digest = hashlib.blake2b(f"{kind} {text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _keys_of(entry: Entry) -> set[int]:
    from cardwarden.detect.case import looks_of  # noqa: PLC0415 - who only looks something up makes none

    keys = {contact(key) for key in entry.contacts}
    keys.add(member(entry.href))
    if entry.name:
        keys.add(name(entry.name.lower()))
        if entry.contacts:
            keys.update(map(look, looks_of(entry.name)))
    if entry.uid:
        keys.add(uid(entry.uid))
    return keys


def save_keys(
    connection: Connection, book_id: int, old: Iterable[tuple[int, Entry]], new: Iterable[tuple[int, Entry]]
) -> None:
    """Cards by their ids: what they held is forgotten, what they hold is kept."""
    were = set(_rows(old))
    if not were:
        _insert(connection, book_id, _rows(new))
        return
    are = set(_rows(new))
    gone = [{"of_book": book_id, "of_key": key, "of_card": card} for key, card in sorted(were - are)]
    if gone:
        connection.execute(_FORGET(), gone)
    _insert(connection, book_id, sorted(are - were))


def _insert(connection: Connection, book_id: int, rows: Iterable[tuple[int, int]]) -> None:
    insert_each(connection, t.card_keys, ("book_id", "key", "card_id"), ((book_id, key, card) for key, card in rows))


def _rows(cards: Iterable[tuple[int, Entry]]) -> Iterator[tuple[int, int]]:
    return ((key, card) for card, entry in cards for key in _keys_of(entry))


def ids_with(connection: Connection, book_id: int, keys: Iterable[int]) -> set[int]:
    """The cards that hold one of these."""
    ids: set[int] = set()
    for batch in batches(keys):
        ids.update(connection.scalars(_WITH(), {"of_book": book_id, "keys": batch}))
    return ids


# Built once, for they are asked several times at each change.
_OF_BOOK = t.card_keys.c.book_id == bindparam("of_book")
_WITH = cache(
    lambda: select(t.card_keys.c.card_id).where(_OF_BOOK, t.card_keys.c.key.in_(bindparam("keys", expanding=True)))
)
_FORGET = cache(
    lambda: delete(t.card_keys).where(
        _OF_BOOK, t.card_keys.c.key == bindparam("of_key"), t.card_keys.c.card_id == bindparam("of_card")
    )
)
