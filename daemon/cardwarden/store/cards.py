"""The cards of each book: where each stands, what it says now, and the baseline it is held to."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import starmap
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, or_, select, text, update

from cardwarden.store import card_keys, chain
from cardwarden.store import tables as t
from cardwarden.store.batches import AT_ONCE, SIZE, batches, each_row, execute_each, insert_each
from cardwarden.store.books import StoredBook, find_book
from cardwarden.store.wording import UNACCEPTED
from cardwarden.vcard.card import Entry

_LIVE = or_(t.cards.c.present, t.cards.c.base.is_not(None))
_NUMBER_CHARACTERS = frozenset("0123456789+-.()/*# \t\u00a0")
_SHORTEST_NUMBER = 3
_read_json = json.JSONDecoder().raw_decode  # less than half the time of json.loads, for every card of every check


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card to be saved. `id` is None for one not seen before; `base` is the digest of its accepted baseline body."""

    id: int | None
    entry: Entry
    present: bool
    base: str | None


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card that is in the book now (`present`), or was when it was last accepted (`base`), or both.

    Neither is a card that is kept for its history only; without a key nothing is kept of it, for it was forgotten.
    """

    id: int
    entry: Entry
    present: bool
    base: str | None

    @property
    def is_forgotten(self) -> bool:
        """Nothing is kept of it, not even its name."""
        return not self.entry.key

    @property
    def is_accepted(self) -> bool:
        """What is there is what was accepted: these bytes, or nothing."""
        return self.base == ((self.entry.digest or None) if self.present else None)


class CardPlace(NamedTuple):
    """Where a card stands that is in a book now, by its row, and the digest of what it says."""

    id: int
    href: str
    ordinal: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card that a person named, and the book it stands in."""

    source: str
    book: str
    title: str
    card: StoredCard

    @classmethod
    def of(cls, book: StoredBook, card: StoredCard) -> FoundCard:
        """A card of a book that is loaded already."""
        return cls(book.source, book.book, book.title, card)


def load_cards(connection: Connection, book_id: int) -> list[StoredCard]:
    """The cards of a book that are in it now or have a baseline."""
    c = t.cards.c
    rows = connection.execute(select(*CARD_COLUMNS).where(c.book_id == book_id, _LIVE).order_by(c.id))
    return [stored_card(*row) for row in rows]


def cards_by_id(connection: Connection, ids: Iterable[int]) -> list[StoredCard]:
    """Cards by their rows, in the order of the rows."""
    cards: list[StoredCard] = []
    for batch in batches(sorted(set(ids))):
        cards.extend(stored_card(*row) for row in connection.execute(_BY_ID(), {"ids": batch}))
    return cards


def unaccepted_ids(connection: Connection, book_id: int, *, limit: int) -> set[int]:
    """The cards of a book that are not as they were accepted; at most so many."""
    return set(connection.scalars(_NOT_ACCEPTED(), {"of_book": book_id, "most": limit}))


def count_present(connection: Connection, book_id: int) -> int:
    """How many cards are in a book now."""
    return int(connection.scalar(_HERE, {"of_book": book_id}) or 0)


def counts_present(connection: Connection, source: str) -> dict[int, int]:
    """The same of all books of a source, by their rows; one that has none is left out."""
    return dict(connection.execute(_HERE_IN_SOURCE(), {"of_source": source}).all())


def digests(connection: Connection, book_id: int) -> dict[str, list[str]]:
    """The digests of the cards that are in a book, by member, in their order there."""
    keys_of: dict[str, list[str]] = {}
    for href, digest in connection.execute(_DIGESTS(), {"of_book": book_id}):
        keys_of.setdefault(href, []).append(digest)
    return keys_of


def places_in(connection: Connection, book_id: int, members: Collection[str]) -> list[CardPlace]:
    """Where the cards stand that are in these members (hrefs) of a book."""
    places: list[CardPlace] = []
    for batch in batches(map(card_keys.member, members)):
        rows = connection.execute(_PLACES(), {"of_book": book_id, "keys": batch}).all()
        places.extend(place for place in starmap(CardPlace, rows) if place.href in members)
    return places


# Built once, and when it is first executed: to build such a statement takes SQLAlchemy three times as long as to execute it, and
# a question, which loads all of these, executes few.
_OF_BOOK = t.cards.c.book_id == bindparam("of_book")
_HERE = select(func.count()).select_from(t.cards).where(_OF_BOOK, text("present"))
_HERE_IN_SOURCE = cache(
    lambda: (
        select(t.cards.c.book_id, func.count())
        .where(
            t.cards.c.book_id.in_(select(t.books.c.id).where(t.books.c.source == bindparam("of_source"))),
            text("present"),
        )
        .group_by(t.cards.c.book_id)
    )
)
_DIGESTS = cache(
    lambda: (
        select(t.cards.c.href, t.cards.c.digest)
        .where(_OF_BOOK, text("present"))
        .order_by(t.cards.c.href, t.cards.c.ordinal)
    )
)
_PLACES = cache(
    lambda: (
        select(t.cards.c.id, t.cards.c.href, t.cards.c.ordinal, t.cards.c.digest)
        .join(t.card_keys, t.card_keys.c.card_id == t.cards.c.id)
        .where(t.card_keys.c.book_id == bindparam("of_book"), t.card_keys.c.key.in_(bindparam("keys", expanding=True)))
    )
)
_NOT_ACCEPTED = cache(lambda: select(t.cards.c.id).where(_OF_BOOK, UNACCEPTED).limit(bindparam("most")))
_BY_KEY = cache(
    lambda: select(t.cards.c.key, t.cards.c.id).where(_OF_BOOK, t.cards.c.key.in_(bindparam("keys", expanding=True)))
)
_KEPT = cache(lambda: select(t.cards.c.key, t.cards.c.id).where(_OF_BOOK, t.cards.c.key.is_not(None), ~_LIVE))
_KEPT_BY_KEY = cache(lambda: _KEPT().where(t.cards.c.key.in_(bindparam("keys", expanding=True))))
_IS_TAKEN = cache(lambda: select(t.cards.c.id).where(_OF_BOOK, t.cards.c.key == bindparam("of_key"), _LIVE))
_NEWEST = cache(lambda: select(func.max(t.cards.c.id)))
# "+ 0": else SQLite goes through all keys of the book instead of the last rows.
_NEWER = cache(
    lambda: select(t.cards.c.key, t.cards.c.id).where(
        t.cards.c.book_id + 0 == bindparam("of_book"), t.cards.c.id > bindparam("last")
    )
)
_PLACE = cache(lambda: update(t.cards).where(t.cards.c.id == bindparam("row")).values(ordinal=bindparam("place")))
_SAVE = cache(lambda: update(t.cards).where(t.cards.c.id == bindparam("row")))


CARD_COLUMNS = tuple(
    t.cards.c[name]
    for name in (
        "id", "key", "href", "ordinal", "digest", "uid", "name", "contacts", "problem", "program", "present", "base",
    )
)  # fmt: skip
_BY_ID = cache(
    lambda: select(*CARD_COLUMNS).where(t.cards.c.id.in_(bindparam("ids", expanding=True))).order_by(t.cards.c.id)
)


def stored_card(
    row_id: int,
    key: str | None,
    href: str,
    ordinal: int,
    digest: str | None,
    uid: str,
    name: str,
    contacts: str,
    problem: str,
    program: str,
    present: bool,
    base: str | None,
) -> StoredCard:
    """The card of a row of CARD_COLUMNS."""
    reach = tuple(_read_json(contacts)[0]) if contacts else ()
    return StoredCard(
        row_id, Entry(key or "", href, ordinal, digest or "", uid, name, reach, problem, program), present, base
    )


def all_cards(connection: Connection, book_id: int) -> list[StoredCard]:
    """Every card that was ever seen in a book, also those that are kept for their history only."""
    c = t.cards.c
    rows = connection.execute(select(*CARD_COLUMNS).where(c.book_id == book_id).order_by(c.id))
    return [stored_card(*row) for row in rows]


def names(connection: Connection, source: str | None = None) -> list[str]:
    """What the cards that are in a book now are called, each name once."""
    c, b = t.cards.c, t.books.c
    of_source = [] if source is None else [c.book_id.in_(select(b.id).where(b.source == source))]
    return list(connection.scalars(select(c.name).where(c.present, c.name != "", *of_source).distinct()))


def card_by_id(connection: Connection, card_id: int) -> tuple[StoredBook, StoredCard]:
    """A card by its row, and its book. Raises KeyError if there is none."""
    c, b = t.cards.c, t.books.c
    row = connection.execute(
        select(b.source, b.book, *CARD_COLUMNS).join(t.books, b.id == c.book_id).where(c.id == card_id)
    ).first()
    book = find_book(connection, row[0], row[1]) if row else None
    if row is None or book is None:
        raise KeyError(card_id)
    return book, stored_card(*row[2:])


def ids_of(connection: Connection, book_id: int, keys: Iterable[str]) -> dict[str, int]:
    """The rows of cards by their keys in their book; a key that there is no card of is left out."""
    ids: dict[str, int] = {}
    for batch in batches(set(keys)):
        ids.update(connection.execute(_BY_KEY(), {"of_book": book_id, "keys": batch}).all())
    return ids


def cards_at(connection: Connection, book_id: int, check_id: int) -> list[StoredCard]:
    """The cards that a book had after a check, in the order of the book, with the digest of what they said then.

    Members and places are those that the cards had last. What was taken out of the history is left out.
    """
    v, b, c = t.versions.c, t.bodies.c, t.cards.c
    rows = connection.execute(
        select(b.digest, *CARD_COLUMNS)
        .join(t.versions, v.card_id == c.id)
        .join(t.bodies, b.id == v.body_id)
        .where(c.book_id == book_id, v.from_check <= check_id, or_(v.until_check.is_(None), v.until_check > check_id))
        .order_by(c.href, c.ordinal, c.id)
    )
    cards: list[StoredCard] = []
    for digest, *columns in rows:
        card = stored_card(*columns)
        cards.append(replace(card, entry=replace(card.entry, digest=digest)))
    return cards


@dataclass(frozen=True, slots=True)
class TakenKeys:
    """The keys of the cards that are in a book now or have a baseline, asked one by one."""

    connection: Connection
    book_id: int

    def __contains__(self, key: object) -> bool:
        return self.connection.scalar(_IS_TAKEN(), {"of_book": self.book_id, "of_key": key}) is not None


def save_cards(connection: Connection, book_id: int, check_id: int, rows: Iterable[CardRow]) -> list[int]:
    """Save new and changed cards and what they say since this check; gives their ids in the same order.

    All cards of a check come in one call, even if there are none: what was seen is linked into the chain with it.
    Bodies come first (`save_bodies`). An entry whose digest is "" was never read: it has no body and no version. A new
    card whose key was known once, and is neither present nor in the baseline now, is that card again.
    """
    wanted = list(rows)
    known = cards_by_id(connection, (row.id for row in wanted if row.id is not None))
    were = [card for card in known if card.present]
    current: dict[int, str | None] = {card.id: card.entry.digest or None for card in were}
    past = _kept(connection, book_id, [row.entry.key for row in wanted if row.id is None])
    ids = [past.get(row.entry.key) if row.id is None else row.id for row in wanted]
    made = _insert(connection, book_id, [row for row, card_id in zip(wanted, ids, strict=True) if card_id is None])
    final = [next(made) if card_id is None else card_id for card_id in ids]
    old = (
        {"row": card_id, **dict(zip(_COLUMNS, _values(book_id, row), strict=True))}
        for row, card_id in zip(wanted, ids, strict=True)
        if card_id is not None
    )
    execute_each(connection, _SAVE(), old)
    seen = {key: row.entry.digest or None if row.present else None for key, row in zip(final, wanted, strict=True)}
    card_keys.save_keys(
        connection,
        book_id,
        ((card.id, card.entry) for card in were),
        ((key, row.entry) for key, row in zip(final, wanted, strict=True) if row.present),
    )
    from cardwarden.store.versions import keep_versions  # noqa: PLC0415 - who only looks keeps none

    keep_versions(connection, check_id, current, seen)
    bases = {key: row.base for key, row in zip(final, wanted, strict=True)}
    chain.link(connection, check_id, _baselines(known, current, seen, bases))
    return final


def _baselines(
    known: Iterable[StoredCard],
    current: Mapping[int, str | None],
    seen: Mapping[int, str | None],
    bases: Mapping[int, str | None],
) -> chain.ChainedBaselines:
    """What the chain has to say of baselines: what they are now, beside what cards say now and what both were before."""
    before = {card.id: card.base for card in known}
    held: list[int] = []
    moved: dict[int, str | None] = {}
    for card_id, base in bases.items():
        is_opened = seen[card_id] is not None and seen[card_id] != current.get(card_id)
        if is_opened and base == seen[card_id]:
            continue
        if base != before.get(card_id):
            moved[card_id] = base
        elif is_opened:
            held.append(card_id)
    return chain.ChainedBaselines(held, moved)


def save_places(connection: Connection, places: Mapping[int, int]) -> None:
    """Set at which place of their members cards (by their rows) stand."""
    execute_each(connection, _PLACE(), ({"row": card, "place": place} for card, place in places.items()))


def renew_keys(connection: Connection, book_id: int) -> None:
    """Note anew what all cards of a book hold: another version of this program may look it up otherwise."""
    connection.execute(delete(t.card_keys).where(t.card_keys.c.book_id == book_id))
    rows = each_row(connection, select(*CARD_COLUMNS).where(t.cards.c.book_id == book_id, t.cards.c.present))
    card_keys.save_keys(connection, book_id, (), ((card.id, card.entry) for card in starmap(stored_card, rows)))


def _kept(connection: Connection, book_id: int, keys: Sequence[str]) -> dict[str, int]:
    """The rows of cards that are kept for their history only, by their keys; of many `keys` those of others, too."""
    if not keys:
        return {}
    here: dict[str, object] = {"of_book": book_id}
    few = len(keys) <= SIZE
    return dict(connection.execute(_KEPT_BY_KEY() if few else _KEPT(), here | ({"keys": keys} if few else {})).all())


def _insert(connection: Connection, book_id: int, rows: Sequence[CardRow]) -> Iterator[int]:
    """New cards, some thousand at a time: as rows of a table they take more room than as values. Gives their ids."""
    last = (connection.scalar(_NEWEST()) or 0) if rows else 0
    for start in range(0, len(rows), AT_ONCE):
        batch = rows[start : start + AT_ONCE]
        salted = ((*_values(book_id, row), os.urandom(chain.SALT)) for row in batch)
        insert_each(connection, t.cards, (*_COLUMNS, "salt"), salted)
        ids = dict(connection.execute(_NEWER(), {"of_book": book_id, "last": last}).all())
        yield from (ids[row.entry.key] for row in batch)
        last = max(ids.values())


_COLUMNS = (
    "book_id", "key", "href", "ordinal", "digest", "uid", "name", "contacts", "problem", "program", "present", "base",
)  # fmt: skip


def _values(book_id: int, row: CardRow) -> tuple[object, ...]:
    """Of _COLUMNS."""
    entry = row.entry
    contacts = json.dumps(entry.contacts) if entry.contacts else ""
    return (
        book_id, entry.key, entry.href, entry.ordinal, entry.digest or None, entry.uid, entry.name, contacts, entry.problem,
        entry.program, row.present, row.base,
    )  # fmt: skip


def move_baseline(connection: Connection, book_id: int, bases: Mapping[int, str | None]) -> None:
    """Set the accepted body of cards, by card id; None if the card's absence is what was accepted."""
    c = t.cards.c
    before: dict[int, str | None] = {}
    for batch in batches(bases):
        before.update(connection.execute(select(c.id, c.base).where(c.book_id == book_id, c.id.in_(batch))).all())
    moved = {card_id: bases[card_id] for card_id, base in before.items() if base != bases[card_id]}
    if moved:
        rows = [{"row": card_id, "base": digest} for card_id, digest in moved.items()]
        connection.execute(update(t.cards).where(c.id == bindparam("row")), rows)
    chain.move_baselines(connection, moved)


def find_cards(connection: Connection, text: str, source: str | None = None, *, gone: bool = False) -> list[FoundCard]:
    """The cards a person means by part of a name, a UID or a number; only those named exactly, if there are any.

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
        card = FoundCard(where, book, title, stored_card(*columns))
        entry = card.card.entry
        names = (_folded(entry.name), _folded(entry.uid))
        if not wanted:
            continue
        if wanted in names:
            exact.append(card)
        elif any(wanted in name for name in names) or (
            len(digits) >= _SHORTEST_NUMBER and any(digits in _digits(contact) for contact in entry.contacts)
        ):
            partly.append(card)
    return exact or partly


def is_named_exactly(card: FoundCard, text: str) -> bool:
    """Whether that is the card's whole name or its UID, and not a part of them."""
    return _folded(text) in (_folded(card.card.entry.name), _folded(card.card.entry.uid))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower().strip()  # the same, in a tenth of the time
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _digits(contact: str) -> str:
    return "".join(filter(str.isdigit, contact)) if contact.startswith("tel:") else ""
