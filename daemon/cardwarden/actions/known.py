"""What is known of a book, how it is listed now, and whether that leaves anything to read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from cardwarden.actions.terms import Judging
from cardwarden.sources.source import BookRef, Known, Observation, Source
from cardwarden.store import cards as card_store
from cardwarden.store import members as member_store
from cardwarden.store import standing as standing_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import CardPlace, StoredCard
from cardwarden.store.engine import Store
from cardwarden.store.listing import MemberListing, listing_of
from cardwarden.store.members import Stamp
from cardwarden.store.standing import BookStanding

if TYPE_CHECKING:
    from cardwarden.vcard.content import RawCard


@dataclass(frozen=True, slots=True)
class InPlace:
    """Cards that were not loaded, for the member that was written holds them as it did.

    places   the place that each has now in its member, by its row
    before   the same as it was
    members  that hold them
    """

    places: Mapping[int, int] = field(default_factory=dict)
    before: Mapping[int, int] = field(default_factory=dict)
    members: frozenset[str] = frozenset()

    @property
    def moved(self) -> dict[int, int]:
        """The places of those that stood at another one."""
        return {card: place for card, place in self.places.items() if self.before[card] != place}


@dataclass(frozen=True, slots=True)
class KnownBook:
    """What the store knows of a book before a check; nothing before its first one.

    standing how it stands; None before its first check
    cards    those that are there or have a baseline; none until something is to be compared with them (`with_cards`)
    stamps   of its members, by href
    count    how many cards it has
    touched, untouched  if only the part that a change touches is loaded: the members that came or were written, and how many
                        cards are not loaded; None if all are
    waiting  of a part, cards of `touched` members of which it is not known yet whether they are to be loaded
    in_place of a part, cards of such members that need not be
    ignored  digests of cards that are passed over
    """

    standing: BookStanding | None = None
    cards: tuple[StoredCard, ...] = ()
    stamps: KnownStamps = field(default_factory=lambda: KnownStamps(dict))
    count: int = 0
    touched: tuple[str, ...] = ()
    untouched: int | None = None
    waiting: tuple[CardPlace, ...] = ()
    in_place: InPlace = InPlace()
    ignored: frozenset[str] = frozenset()

    @property
    def book(self) -> StoredBook | None:
        return self.standing.book if self.standing else None

    @property
    def has_unread(self) -> bool:
        """Whether a member could not be judged at its last conclusive check."""
        return self.standing is not None and self.standing.has_unread

    @property
    def present(self) -> Iterator[StoredCard]:
        return (card for card in self.cards if card.present)

    @property
    def was_never_seen(self) -> bool:
        """No check could be believed yet, so that everything that is there is new."""
        return self.book is None or (self.book.last_conclusive_at is None and not self.cards)


class MoreThanPart(Exception):  # noqa: N818 - it is no error: the check goes on with all cards
    """Only the part of a book that a change touches was loaded, and the change turns out to be about more."""


class KnownStamps(Mapping[str, str]):
    """The stamps that the store knows, as a source is told them; loaded when somebody asks."""

    def __init__(self, load: Callable[[], Mapping[str, Stamp]]) -> None:
        self._load = load

    @cached_property
    def stored(self) -> Mapping[str, Stamp]:
        """Each with whether it is settled."""
        return self._load()

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {href: stamp.text if stamp.settled else "" for href, stamp in self.stored.items()}

    def __getitem__(self, href: str) -> str:
        return self._texts[href]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, href: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """As any mapping's, without the detour by an exception: it is asked for each member."""
        return self._texts.get(href, default)


def known_book(store: Store, source: str, ref: BookRef) -> KnownBook:
    """What the store knows of a book of a source, without its cards."""
    with store.read() as connection:
        standing = standing_store.of_book(connection, source, ref.id)
        if standing is None:
            return KnownBook()
        book_id = standing.book.id

        def stamps() -> Mapping[str, Stamp]:
            with store.read() as later:
                return member_store.load_members(later, book_id)

        ignored: Collection[str] = ()
        if standing.has_ignored:
            from cardwarden.store.removal import ignored_digests  # noqa: PLC0415 - mostly none is

            ignored = ignored_digests(connection, book_id)
        count = card_store.count_present(connection, book_id)
        return KnownBook(standing, (), KnownStamps(stamps), count, ignored=frozenset(ignored))


def with_cards(store: Store, known: KnownBook) -> KnownBook:
    """The same with the cards."""
    if known.book is None:
        return known
    with store.read() as connection:
        return replace(known, cards=tuple(card_store.load_cards(connection, known.book.id)))


@dataclass(frozen=True, slots=True)
class BookListing:
    """A book as its source lists it, before a card is read.

    seen     its members, and their bodies to be read
    listing  the members in pieces; None if there is nothing to compare them with
    is_same  the members and their stamps are those of the last check, and none has to be read again, or all were found to
             hold the same cards
    anew     other settings, or another version: every card is to be read and judged
    deep     every card is to be read
    opened   members that were taken apart already: the cards of each that are left to be read, with their places
    """

    seen: Observation
    listing: MemberListing | None
    is_same: bool
    anew: bool
    deep: bool
    opened: Mapping[str, Sequence[tuple[int, RawCard]]] = field(default_factory=dict)


def listed(source: Source, ref: BookRef, known: KnownBook, judging: Judging, *, deep: bool) -> BookListing:
    """Have a source list a book. Raises SourceError if nothing may be concluded."""
    # Another region or other rules: what the index says of a card may be another thing, too.
    anew = known.book is None or known.book.judged_with != judging.settings_digest
    whole = deep or anew
    seen = source.observe(ref, Known(known.stamps, known.book.token if known.book else ""), deep=whole)
    if whole or known.book is None:
        return BookListing(seen, None, False, anew, whole)
    if seen.members is known.stamps:
        return BookListing(seen, None, True, anew, whole)
    listing = listing_of(seen.members) if known.book.listing else None
    return BookListing(seen, listing, listing is not None and listing.digest == known.book.listing, anew, whole)


def is_idle(known: KnownBook, listed: BookListing) -> bool:
    """Nothing came, went or was written, and what is open says how the book stands."""
    return listed.is_same and known.standing is not None and known.standing.is_told
