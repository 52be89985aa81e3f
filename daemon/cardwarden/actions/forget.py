"""Forget a contact: remove all that is kept of it, while the chain still verifies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cardwarden.actions.claim import claim
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import phrase
from cardwarden.store import books as book_store
from cardwarden.store import removal
from cardwarden.store.cards import FoundCard
from cardwarden.store.engine import BACKUP, Store


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is left to do by hand: `backups` are copies beside the database that still hold the contact."""

    backups: tuple[Path, ...]


def forget(store: Store, card: FoundCard, clock: Clock, *, ignore_from_now: bool = False) -> Forgotten:
    """Remove a contact's bodies, names, findings, events and messages from the database and its journal.

    With `ignore_from_now` checks pass over it. Raises RefusedError if the contact still is in the address book
    otherwise, or if another process is at work on it.
    """
    if card.card.present and not ignore_from_now:
        raise RefusedError(phrase("error-still-in-the-book", source=card.source))
    with claim(store, card.source, card.book, clock), store.erase() as connection:
        book = book_store.find_book(connection, card.source, card.book)
        at = clock.now()
        if book is not None:
            if ignore_from_now:
                digest = removal.card_digest(card.card.entry.uid, card.card.entry.href)
                removal.ignore(connection, book.id, digest, at)
            removal.forget(connection, book.id, card.card.id, at)
    return Forgotten(tuple(sorted(store.path.parent.glob(f"{store.path.name}{BACKUP}*"))))
