"""A contact: what it said when, two of its states side by side; and contacts by what a person types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cardwarden.actions.queries.fields import FieldRow, compare_fields, fields
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import versions as version_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import FoundCard, StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.versions import StoredVersion
from cardwarden.vcard.card import Entry


@dataclass(frozen=True, slots=True)
class Contact:
    """A card with its versions, the newest first, and what is open on it. `compared` are two states of it.

    `at` is when the older state was seen first, `until` the newer one; None for the card as it is now.
    """

    book: StoredBook
    card: StoredCard
    versions: tuple[StoredVersion, ...]
    compared: tuple[FieldRow, ...]
    older: StoredVersion | None
    newer: StoredVersion | None
    open: tuple[StoredFinding, ...]

    @property
    def found_card(self) -> FoundCard:
        """The card as naming it finds it."""
        return FoundCard.of(self.book, self.card)


def contact(
    connection: Connection,
    card_id: int,
    region_of: Callable[[str], str],
    *,
    older: int | None = None,
    newer: int | None = None,
) -> Contact:
    """A contact by its row. `older` and `newer` name two of its states by the check that saw each first.

    Without them the last two states are compared. `region_of` gives the country of a source's numbers.
    Raises UsageError for a card or a state that is not there.
    """
    book, card = _card(connection, card_id)
    versions = version_store.versions(connection, card_id)
    by_check = {version.from_check: version for version in versions}
    for wanted in (older, newer):
        if wanted is not None and wanted not in by_check:
            raise UsageError(phrase("error-no-state-any-more"))
    new = by_check[newer] if newer is not None else (versions[-1] if versions else None)
    before = [version for version in versions if new and version.from_check < new.from_check]
    old = by_check[older] if older is not None else (before[-1] if before else None)
    return Contact(
        book,
        card,
        tuple(reversed(versions)),
        tuple(_rows(connection, old, new, region_of(book.source), book.charset)),
        old,
        new,
        tuple(finding_store.open_of_card(connection, card_id)),
    )


def found_contact(connection: Connection, card_id: int) -> FoundCard:
    """A contact by its row, and where it stands. Raises UsageError if there is none any more."""
    return FoundCard.of(*_card(connection, card_id))


def _card(connection: Connection, card_id: int) -> tuple[StoredBook, StoredCard]:
    try:
        return card_store.card_by_id(connection, card_id)
    except KeyError:
        raise UsageError(phrase("error-no-contact-any-more")) from None


def _rows(
    connection: Connection, old: StoredVersion | None, new: StoredVersion | None, region: str, usual: str
) -> list[FieldRow]:
    if new is None:
        return []
    after = body_store.body(connection, new.digest)
    if old is None:
        return fields(after, region, usual)
    return compare_fields(body_store.body(connection, old.digest), after, region, usual=usual)


def contacts_like(connection: Connection, text: str, source: str | None = None) -> list[FoundCard]:
    """Everybody who is meant by part of a name, a UID or a number, also those who are gone."""
    here = card_store.find_cards(connection, text, source)
    return here or card_store.find_cards(connection, text, source, gone=True)


def everybody(connection: Connection) -> list[Entry]:
    """Who is in the books now, or has a baseline."""
    return [card.entry for book in book_store.books(connection) for card in card_store.load_cards(connection, book.id)]


def state_at(contact: Contact, from_check: int) -> datetime:
    """When a state of a contact was seen first. Raises UsageError if there is none."""
    for version in contact.versions:
        if version.from_check == from_check:
            return version.since
    raise UsageError(phrase("error-no-state-any-more"))
