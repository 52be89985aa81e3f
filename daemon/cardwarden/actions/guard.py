"""Guard closely: from now on every change of a contact is critical, by whoever, and so is its removal.

Beside the contacts that the settings name, a person may choose a card, or a category of cards; that is kept in the store,
with who asked for it, for the daemon may not write its settings. It counts from the next look at a card on: what is open
already becomes critical then, too, and can be accepted at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cardwarden.clock import Clock
from cardwarden.detect.guarded import Guarded, comparable, suggested
from cardwarden.phrases.phrase import Value
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import guarded as guarded_store
from cardwarden.store.cards import FoundCard
from cardwarden.store.engine import Connection, Store


@dataclass(frozen=True, slots=True)
class GuardedContact:
    """A card, or a category of cards, that is guarded closely; who asked for that, and when."""

    id: int
    card: FoundCard | None
    category: str | None
    at: datetime
    who: Value


def guard_card(store: Store, card_id: int, clock: Clock, *, who: Value) -> bool:
    """Guard a card closely from now on. Gives False if it was already. Raises KeyError for a card that is not there."""
    with store.write() as connection:
        card_store.card_by_id(connection, card_id)
        if any(row.card_id == card_id for row in guarded_store.guarded(connection)):
            return False
        guarded_store.add(connection, card_id=card_id, at=clock.now(), who=who)
    return True


def unguard_card(store: Store, card_id: int) -> bool:
    """Guard a card as any other again. Gives False if it was not guarded by a person's wish."""
    return _remove(store, lambda row: row.card_id == card_id)


def guard_category(store: Store, category: str, clock: Clock, *, who: Value) -> bool:
    """Guard every card that has a category, in every book. Gives False if it was already."""
    with store.write() as connection:
        if any(_is_of(row, category) for row in guarded_store.guarded(connection)):
            return False
        guarded_store.add(connection, category=category.strip(), at=clock.now(), who=who)
    return True


def unguard_category(store: Store, category: str) -> bool:
    """Guard the cards of a category as any others again. Gives False if it was not guarded."""
    return _remove(store, lambda row: _is_of(row, category))


def guarded_contacts(connection: Connection) -> list[GuardedContact]:
    """What people asked to have guarded closely, the oldest wish first."""
    return list(_contacts(connection))


def is_guarded_card(connection: Connection, card_id: int) -> bool:
    """Whether a person asked for that card; what the settings and categories say is not looked at."""
    return any(row.card_id == card_id for row in guarded_store.guarded(connection))


def is_guarded_by_settings(guarded: tuple[str, ...], region: str, card: FoundCard) -> bool:
    """Whether `[guarded] contacts` names that contact, by name, number, mail address or UID."""
    return Guarded.of(guarded, region).has(card.card.entry)


def suggested_contacts(connection: Connection, guarded: tuple[str, ...], own: Iterable[str] = ()) -> list[str]:
    """Whom to guard closely, by name: banks, and the cards that hold a mail address or number of the owner's (`own`).

    Without those that are guarded so already: `guarded` is what the settings name.
    """
    named = Guarded.of(guarded, "")
    chosen = {row.card_id for row in guarded_store.guarded(connection)}
    entries = [
        card.entry
        for book in book_store.books(connection)
        for card in card_store.load_cards(connection, book.id)
        if card.present and card.id not in chosen and not named.has(card.entry)
    ]
    owned = [name for address in own for name in suggested(entries, own=address)]
    return list(dict.fromkeys([*owned, *suggested(entries)]))


def _contacts(connection: Connection) -> Iterator[GuardedContact]:
    for row in guarded_store.guarded(connection):
        found_card = None
        if row.card_id is not None:
            book, card = card_store.card_by_id(connection, row.card_id)
            found_card = FoundCard.of(book, card)
        yield GuardedContact(row.id, found_card, row.category, row.at, row.who)


def _is_of(row: guarded_store.GuardedRow, category: str) -> bool:
    return row.category is not None and comparable(row.category) == comparable(category)


def _remove(store: Store, wanted: Callable[[guarded_store.GuardedRow], bool]) -> bool:
    with store.write() as connection:
        ids = [row.id for row in guarded_store.guarded(connection) if wanted(row)]
        for number in ids:
            guarded_store.remove(connection, number)
    return bool(ids)
