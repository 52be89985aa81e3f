"""Of members that hold many cards, those cards are left in the store that a member still holds, be it at another place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from cardwarden.actions.known import BookListing, InPlace, KnownBook
from cardwarden.actions.rest import CARDS_AT_MOST
from cardwarden.sources.source import Fetched
from cardwarden.store import cards as card_store
from cardwarden.store.cards import CardPlace
from cardwarden.store.engine import Store
from cardwarden.vcard.content import RawCard, split_book
from cardwarden.vcard.digest import digest_of


def without_those_in_place(store: Store, part: KnownBook, listed: BookListing) -> tuple[KnownBook | None, BookListing]:
    """Read the members of a part that were written, and load those of their cards that they do not hold as they did.

    Also gives the listing with what was read. There is no part any more if that leaves too many cards, or a
    member came twice.
    Raises SourceError if nothing may be concluded.
    """
    seen = listed.seen
    items = tuple(seen.only(part.touched) if seen.only else seen.bodies)
    listed = replace(listed, seen=replace(seen, bodies=items, only=None))
    if len({item.href for item in items}) < len(items):  # a server may send a member twice
        return None, listed
    held: dict[str, list[CardPlace]] = {}
    for place in part.waiting:
        held.setdefault(place.href, []).append(place)
    rivals = {card.entry.digest for card in part.cards}
    room = CARDS_AT_MOST - len(part.cards)
    stay: dict[int, int] = {}
    opened: dict[str, Sequence[tuple[int, RawCard]]] = {}
    for item in items:
        # What was cut to nothing is no member without cards (`reading`).
        if isinstance(item, Fetched) and item.href in held and item.data.strip():
            sorted_out = _Held(held[item.href], rivals)
            if not sorted_out.sort_out(split_book(item.data), room):
                return None, listed
            stay |= sorted_out.stay
            opened[item.href] = sorted_out.others
            room -= len(sorted_out.others)
    lost = [place.id for place in part.waiting if place.id not in stay]
    if len(lost) > CARDS_AT_MOST - len(part.cards):
        return None, listed
    with store.read() as connection:
        loaded = tuple(card_store.cards_by_id(connection, lost)) if lost else ()
    in_place = InPlace(stay, {place.id: place.ordinal for place in part.waiting if place.id in stay}, frozenset(opened))
    cards = tuple(sorted((*part.cards, *loaded), key=lambda card: card.id))
    known = replace(part, cards=cards, waiting=(), in_place=in_place, untouched=(part.untouched or 0) - len(loaded))
    return known, replace(listed, opened=opened)


@dataclass(slots=True)
class _Held:
    """The cards that a member held, and what becomes of them as its cards come.

    A card that comes is paired with the one that stood at its place if that is the same, and else with the same card of that
    member (`vcard.pairing`). So much is sure without the others, unless another one may claim it: one of those that are loaded
    (`rivals`, digests), or one of several that are the same.

    stay    the places that they have now, by their rows
    others  the other cards that came, by their places, in their order
    """

    held: Sequence[CardPlace]
    rivals: Collection[str]
    stay: dict[int, int] = field(default_factory=dict)
    others: list[tuple[int, RawCard]] = field(default_factory=list)

    def sort_out(self, cards: Iterable[RawCard], most: int) -> bool:
        """Sort the cards that came into `stay` and `others`; False, and half done, as soon as more than `most` are others."""
        at = {place.ordinal: place for place in self.held}
        times = Counter(place.digest for place in self.held)
        alone = {place.digest: place for place in self.held if times[place.digest] == 1}
        for ordinal, raw in enumerate(cards):
            digest = digest_of(raw.data)
            here = at.get(ordinal)
            is_in_place = here is not None and here.digest == digest
            card = here if is_in_place else alone.get(digest)
            if card is None or digest in self.rivals or (card.id in self.stay and not is_in_place):
                self.others.append((ordinal, raw))
            else:
                if card.id in self.stay:  # by a copy of it that came before, which is another card then
                    self.others.append((self.stay[card.id], raw))
                self.stay[card.id] = ordinal
            if len(self.others) > most:
                return False
        self.others.sort(key=lambda other: other[0])
        return True
