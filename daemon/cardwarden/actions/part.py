"""The part of a book that a small change touches: the rest stays in the store and is asked when a rule asks for it.

Loaded is what came, went or was written since, what is not as it was accepted, and what something is open about. Of every
other card it is known that it is there, as it was and as it was accepted, so that it cannot give a finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from cardwarden.actions.known import BookListing, KnownBook, KnownStamps
from cardwarden.actions.rest import in_question
from cardwarden.store import cards as card_store
from cardwarden.store import members as member_store
from cardwarden.store.engine import Store
from cardwarden.store.listing import changed_pieces, listing_of
from cardwarden.store.members import Stamp

_PIECES = 16  # of a listing that may differ
_FEW = 16
"""Cards that are loaded with their members, and members that are read before any of their cards is."""


def part_of(store: Store, known: KnownBook, listed: BookListing) -> KnownBook | None:
    """The book with the cards that a change touches alone; None if so much of it is touched that all are to be loaded."""
    book, now = known.book, listed.listing
    if book is None or now is None or book.listing is None or listed.deep or known.has_unread or known.ignored:
        return None
    if not book.outcome.is_conclusive or book.doubted_as is not None:
        return None
    places = changed_pieces(book.listing, now.digest)
    if len(places) > _PIECES:
        return None
    here = now.members_of(places)
    with store.read() as connection:
        before = member_store.members_of_pieces(connection, book.id, places)
        stored = listing_of({href: stamp.text for href, stamp in before.items()})
        if stored is None or changed_pieces(stored.digest, book.listing) & places:
            return None
        changed = {href for href in before.keys() | here if href not in before or before[href].text != here.get(href)}
        held = card_store.places_in(connection, book.id, changed)
        holds_many = len(held) > _FEW >= len(changed)
        ids = in_question(connection, book.id, () if holds_many else [place.id for place in held])
        if ids is None:
            return None
        cards = tuple(card for card in card_store.cards_by_id(connection, ids) if card.present or card.base is not None)
    present = [card.entry.href for card in cards if card.present]
    stamps = {href: before[href] for href in changed & before.keys()}
    stamps.update((href, Stamp(listed.seen.members[href])) for href in present if href not in changed)
    return replace(
        known,
        cards=cards,
        stamps=KnownStamps(lambda: stamps),
        untouched=known.count - len(present),
        waiting=tuple(place for place in held if place.id not in ids),
        touched=_in_order(changed & here.keys(), listed.seen.members),
    )


def _in_order(chosen: Collection[str], members: Iterable[str]) -> tuple[str, ...]:
    """Some of the members in the order in which they are listed."""
    return tuple(chosen) if len(chosen) < 2 else tuple(href for href in members if href in chosen)
