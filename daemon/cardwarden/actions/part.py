"""The part of a book that a small change touches: the rest stays in the store and is asked when a rule asks for it.

Loaded is what was written since, what is not as it was accepted, and what something is open about. Of every other card it
is known that it is there, as it was and as it was accepted, so that it cannot give a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cardwarden.actions.known import BookListing, KnownBook, KnownStamps
from cardwarden.actions.rest import in_question
from cardwarden.store import card_keys
from cardwarden.store import cards as card_store
from cardwarden.store import members as member_store
from cardwarden.store.engine import Connection, Store
from cardwarden.store.listing import changed_pieces, listing_of
from cardwarden.store.members import Stamp

_PIECES = 16  # of a listing that may differ


def part_of(store: Store, known: KnownBook, listed: BookListing) -> KnownBook | None:
    """The book with the cards that a change touches alone; None if so much of it is touched that all are to be loaded.

    It is for changes of members that were known: what came or went is compared with the whole book.
    """
    book, now = known.book, listed.listing
    if book is None or now is None or book.listing is None or listed.deep or known.has_unread or known.ignored:
        return None
    if not book.outcome.is_conclusive or book.doubted_as is not None:
        return None
    places = changed_pieces(book.listing, now.digest)
    if len(places) > _PIECES:
        return None
    with store.read() as connection:
        written = _written(connection, book.id, book.listing, now.members_of(places), places)
        ids = None if written is None else _touched(connection, book.id, written)
        if ids is None or written is None:
            return None
        cards = tuple(card for card in card_store.cards_by_id(connection, ids) if card.present or card.base is not None)
    present = [card.entry.href for card in cards if card.present]
    stamps = {href: Stamp(listed.seen.members[href]) for href in present} | written
    return replace(
        known,
        cards=cards,
        stamps=KnownStamps(lambda: stamps),
        untouched=known.count - len(present),
        touched=tuple(written),
    )


def _written(
    connection: Connection, book_id: int, listing: bytes, here: Mapping[str, str], places: frozenset[int]
) -> dict[str, Stamp] | None:
    """The members that were written, with the stamps they had; None if some came or went."""
    stored = member_store.some_members(connection, book_id, here)
    before = listing_of({href: stamp.text for href, stamp in stored.items()})
    if len(stored) != len(here) or before is None or changed_pieces(before.digest, listing) & places:
        return None
    return {href: stamp for href, stamp in stored.items() if stamp.text != here[href]}


def _touched(connection: Connection, book_id: int, written: Mapping[str, Stamp]) -> set[int] | None:
    """The cards to load, by their rows; None if these are too many."""
    return in_question(connection, book_id, card_keys.ids_with(connection, book_id, map(card_keys.member, written)))
