"""Of a large book only the cards in question are loaded; the rest stays in the store and is asked when a rule asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cardwarden.detect.case import looks_of
from cardwarden.store import card_keys
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection, Store
from cardwarden.vcard.card import Entry

CARDS_AT_MOST = 200
"""That may be loaded."""
_AFTER_ALL = 1 << 62
"""Beyond every row: new cards come after those that a book had."""
_SMALL_BOOK = 500  # cards, all of which are judged before anybody notices


def in_question(connection: Connection, book_id: int, more: Collection[int] = ()) -> set[int] | None:
    """The rows of the cards that are not as they were accepted or that something is open about, and of `more`.

    None if these are too many.
    """
    ids = set(more)
    ids |= card_store.unaccepted_ids(connection, book_id, limit=CARDS_AT_MOST + 1)
    ids |= finding_store.open_card_ids(connection, book_id, limit=CARDS_AT_MOST + 1)
    return ids if len(ids) <= CARDS_AT_MOST else None


def cards_in_question(
    connection: Connection, book_id: int, keys: Collection[str]
) -> tuple[list[StoredCard], RestOfBook | None]:
    """The cards of these keys and all that are in question, as the last check saw them, and the rest of their book.

    All cards and no rest if these are too many.
    """
    ids = _few_in_question(connection, book_id, keys)
    if ids is None:
        return card_store.load_cards(connection, book_id), None
    cards = card_store.cards_by_id(connection, ids)
    count = card_store.count_present(connection, book_id) - sum(card.present for card in cards)
    return cards, RestOfBook.beside(connection, book_id, cards, count)


def is_dear(store: Store, ids: Iterable[int]) -> bool:
    """Whether judging the cards that these findings are about loads a whole book, and a large one."""
    keys: dict[int, set[str]] = {}
    with store.read() as connection:
        for stored in finding_store.find_findings(connection, ids):
            if stored.finding.card:
                keys.setdefault(stored.book_id, set()).add(stored.finding.card.key)
        return any(_is_dear(connection, book_id, of_book) for book_id, of_book in keys.items())


def _is_dear(connection: Connection, book_id: int, keys: Collection[str]) -> bool:
    if card_store.count_present(connection, book_id) <= _SMALL_BOOK:
        return False
    return _few_in_question(connection, book_id, keys) is None


def _few_in_question(connection: Connection, book_id: int, keys: Collection[str]) -> set[int] | None:
    return in_question(connection, book_id, set(card_store.ids_of(connection, book_id, keys).values()))


@dataclass(frozen=True, slots=True)
class RestOfBook:
    """The cards of a book that were not loaded (`detect.case.Rest`), for as long as a connection lasts.

    `places` are those of the cards that were, in the order of the book, by their keys: their rows, if they have any.
    """

    connection: Connection
    book_id: int
    places: Mapping[str, int]
    count: int

    @staticmethod
    def beside(
        connection: Connection, book_id: int, cards: Iterable[StoredCard], count: int, came: Iterable[str] = ()
    ) -> RestOfBook:
        """So many cards beside those that are loaded, and those that `came` (their keys)."""
        places = {card.entry.key: card.id for card in cards}
        places.update((key, place) for place, key in enumerate(came, _AFTER_ALL))
        return RestOfBook(connection, book_id, places, count)

    def sharing(self, contact: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return self._merged(card_keys.contact(contact), lambda entry: contact in entry.contacts, loaded)

    def named(self, name: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return self._merged(card_keys.name(name), lambda entry: entry.name.lower() == name, loaded)

    def with_uid(self, uid: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return self._merged(card_keys.uid(uid), lambda entry: entry.uid == uid, loaded)

    def looking(self, look: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        return self._merged(
            card_keys.look(look), lambda entry: bool(entry.contacts) and look in looks_of(entry.name), loaded
        )

    def holds(self, key: str) -> bool:
        return key not in self.places

    def _merged(self, key: int, holds: Callable[[Entry], bool], loaded: Sequence[Entry]) -> Sequence[Entry]:
        ids = card_keys.ids_with(self.connection, self.book_id, [key]) - set(self.places.values())
        if not ids:
            return loaded
        others = [card for card in card_store.cards_by_id(self.connection, ids) if card.present and holds(card.entry)]
        placed = [(card.id, card.entry) for card in others] + [(self.places[entry.key], entry) for entry in loaded]
        return [entry for _, entry in sorted(placed, key=lambda pair: pair[0])]
