"""What a rule may look at: the cards that changed, the book before and now, and what is remembered of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Protocol

from cardwarden.detect.confusables import plain_letters
from cardwarden.detect.finding import CardRef
from cardwarden.detect.guarded import Guarded, is_bank
from cardwarden.detect.mailbox import skeleton
from cardwarden.detect.steps.card import content_of
from cardwarden.detect.steps.looks import folded, folded_but_case
from cardwarden.phrases.phrase import Person
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.diff import Change

_NAME_LOOKED_AT = 200  # characters of a name of which is made what it looks like
_TELLING = 6  # letters and digits of a note or address that tell it from others
_TELLING_SHARED = 3  # the same of an employer: it is not enough that one came, two have to be crossed
_LONG_NAME = 9  # letters; in shorter ones a letter that looks like another is as often another name
CROWD = 60  # more cards than that share a switchboard, not a person


@dataclass(frozen=True, slots=True)
class CardChange:
    """One card that is not what it was: `before` is None if it was added, `after` if it was removed.

    `was` and `now` are all that the card said and says, read when somebody asks; `changes` what no rule has explained yet;
    `revisions` the card's REV before and now, "" if it has none.
    """

    before: Entry | None
    after: Entry | None
    read_was: Callable[[], tuple[Fact, ...]] = tuple
    read_now: Callable[[], tuple[Fact, ...]] = tuple
    changes: tuple[Change, ...] = ()
    revisions: tuple[str, str] = ("", "")

    @property
    def was(self) -> tuple[Fact, ...]:
        return self.read_was()

    @property
    def now(self) -> tuple[Fact, ...]:
        return self.read_now()

    @property
    def entry(self) -> Entry:
        """The card as it is, or as it was last."""
        entry = self.after or self.before
        if entry is None:
            raise ValueError("a change of no card")
        return entry

    @property
    def ref(self) -> CardRef:
        """Whom a finding about it names: what it was called before, if that is known."""
        named = self.before if self.before and self.before.name else self.entry
        key = self.before.key if self.before else self.entry.key
        return CardRef(key, named.uid or self.entry.uid, named.name, self.entry.href)

    @property
    def person(self) -> Person:
        """Whom a phrase about it names."""
        return Person(self.ref.name, self.ref.key)

    def without(self, explained: Iterable[Change]) -> CardChange:
        """The same with only what is left to explain."""
        gone = {id(change) for change in explained}
        return (
            replace(self, changes=tuple(change for change in self.changes if id(change) not in gone)) if gone else self
        )


class Rest(Protocol):
    """The cards of a book that nobody touched, if they were not loaded: they are asked for by what they hold.

    `loaded` are the cards that hold the same and were loaded: they are given back among its own, in the order of the book.
    """

    @property
    def count(self) -> int:
        """How many cards these are."""

    def sharing(self, contact: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        """The cards with a contact key."""

    def named(self, name: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        """The cards with a name, in lower case."""

    def with_uid(self, uid: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        """The cards with a UID."""

    def looking(self, look: str, loaded: Sequence[Entry]) -> Sequence[Entry]:
        """The cards with numbers or addresses whose name looks so (`looks_of`)."""

    def holds(self, key: str) -> bool:
        """Whether a card of the book is one of these, by its key."""


@dataclass(frozen=True, slots=True)
class Index:
    """Entries by something they hold; those that are not loaded are asked for."""

    loaded: Mapping[str, Entry | list[Entry]]
    ask: Callable[[str, Sequence[Entry]], Sequence[Entry]] | None = None

    def get(self, key: str, default: Sequence[Entry] = ()) -> Sequence[Entry]:
        """In the order of the book; `default` if there is none."""
        known = self.loaded.get(key, ())
        entries: Sequence[Entry] = (known,) if isinstance(known, Entry) else known
        return (self.ask(key, entries) if self.ask and key else entries) or default


@dataclass(frozen=True)
class Book:
    """All entries of one state of a book, and who shares a number, a mail address, a UID or a name.

    `rest` is what is not among `entries`, because nobody touched it.
    """

    entries: tuple[Entry, ...]
    rest: Rest | None = None

    @property
    def size(self) -> int:
        """How many cards it has."""
        return len(self.entries) + (self.rest.count if self.rest else 0)

    @cached_property
    def by_contact(self) -> Index:
        return Index(self._by(lambda entry: entry.contacts), self.rest.sharing if self.rest else None)

    def near(self, entry: Entry) -> Iterator[Entry]:
        """Other entries that share a number or mail address with one. What a crowd shares tells nobody apart."""
        for contact in entry.contacts:
            sharing = self.by_contact.get(contact, ())
            if len(sharing) <= CROWD:
                yield from (other for other in sharing if other.key != entry.key)

    @cached_property
    def by_uid(self) -> Index:
        return Index(
            self._by(lambda entry: (entry.uid,) if entry.uid else ()), self.rest.with_uid if self.rest else None
        )

    @cached_property
    def by_name(self) -> Index:
        """By name in lower case; cards without a name are in none."""
        named = self._by(lambda entry: (entry.name.lower(),) if entry.name else ())
        return Index(named, self.rest.named if self.rest else None)

    @cached_property
    def by_look(self) -> Index:
        """By what names look like (`looks_of`); cards without numbers and addresses are in none."""
        looking = self._by(lambda entry: looks_of(entry.name) if entry.contacts else ())
        return Index(looking, self.rest.looking if self.rest else None)

    def _by(self, keys_of: Callable[[Entry], Iterable[str]]) -> Mapping[str, Entry | list[Entry]]:
        """The entries by each of their keys: one, or a list of those that share a key.

        Most share nothing, and lists of one would be a third of an index.
        """
        entries: dict[str, Entry | list[Entry]] = {}
        for entry in self.entries:
            for key in keys_of(entry):
                match entries.get(key):
                    case None:
                        entries[key] = entry
                    case Entry() as first:
                        entries[key] = [first, entry]
                    case several:
                        several.append(entry)
        return entries


def looks_of(name: str) -> frozenset[str]:
    """What a name looks like: no emoji, blanks and accents, letters that look alike made one; none if it has no letters.

    It is looked at as it is written, and in lower case: a name in capitals is the same name.
    """
    name = name[:_NAME_LOOKED_AT]
    seen = plain_letters(name)
    is_short = sum(map(str.isalpha, seen)) < _LONG_NAME
    text = folded_but_case(seen)
    texts = {text, text.casefold() if seen == name else folded(name)}
    return frozenset({skeleton(text, is_short=is_short) for text in texts} - {""})


def is_worth_posing_as(entry: Entry, case: Case) -> bool:
    """Whether an impostor would take this card's name: a guarded contact's or a bank's."""
    return is_bank(entry.name) or case.guarded.has(entry, case.read(entry) if case.guarded.categories else ())


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """An earlier state of a card: its body's digest and size in bytes, and the day it was last seen, for people."""

    digest: str
    size: int
    until: str


@dataclass(frozen=True, slots=True)
class CardHistory:
    """What history knows beyond the baseline.

    older    earlier states of a card by its key, the oldest first, the present baseline's left out
    programs those that wrote what was accepted in the book, ever (see `Entry.program`)
    writers  the same, as the book's server tells them (User-Agents without versions)
    removed  cards that are gone from book and baseline, by their UID or digest: the day they were last seen
    restored the book as a whole says, byte for byte, what it said before: no single contact came back
    """

    older: Mapping[str, Sequence[EarlierVersion]]
    removed: Mapping[str, str]
    programs: frozenset[str] = frozenset()
    writers: frozenset[str] = frozenset()
    restored: bool = False


NOTHING = CardHistory({}, {})


@dataclass(frozen=True)
class Case:
    """One comparison of a book with its baseline.

    cards       every card that changed, was added or was removed
    past, book  all entries before and now
    first_look  nothing is known yet: every card is "added", and only what is bad in itself is worth a word
    read        all that a card says which stands in the book now
    memory      what is remembered from before the baseline; empty if two books are compared as they are
    unmoved     keys of cards that deviated at the last look, too, and say the same as then: nothing new happened to them
    unstamped   keys of cards whose bytes changed since the last look while what the source stamps them with (an etag; a
                file's times and size) stayed: nobody who writes in the ordinary way does that
    writers     who wrote cards now, as the book's server tells it (a User-Agent without versions), by their keys
    faults      cards that the program failed at, by key; they are not among `cards`
    guarded     contacts that nobody may change unseen
    """

    cards: tuple[CardChange, ...]
    past: Book
    book: Book
    first_look: bool = False
    memory: CardHistory = field(default_factory=lambda: NOTHING)
    read: Callable[[Entry], tuple[Fact, ...]] = lambda _: ()
    unmoved: frozenset[str] = frozenset()
    unstamped: frozenset[str] = frozenset()
    faults: Mapping[str, Exception] = field(default_factory=dict)
    guarded: Guarded = field(default_factory=Guarded)
    writers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def past_keys(self) -> Container[str]:
        """The keys of the cards that were there before."""
        return _Keys(frozenset(entry.key for entry in self.past.entries), self.past.rest)

    @cached_property
    def by_key(self) -> Mapping[str, CardChange]:
        """The cards that changed, by their key."""
        return {card.ref.key: card for card in self.cards}

    @cached_property
    def removed_count(self) -> int:
        """How many cards went since the last look."""
        return sum(card.after is None and card.ref.key not in self.unmoved for card in self.cards)

    @cached_property
    def added_count(self) -> int:
        """How many cards came since the last look."""
        return sum(card.before is None and card.ref.key not in self.unmoved for card in self.cards)

    def namesake(self, entry: Entry) -> Entry | None:
        """Another contact that was there before and is called like this one, or looks so; no detail of theirs is the same.

        At most `CROWD` of one look are asked.
        """
        if not entry.contacts or not self.past.size:
            return None
        alike = {e.key: e for look in sorted(looks_of(entry.name)) for e in self._known_looks.get(look)[:CROWD]}
        known = [e for e in alike.values() if e.key != entry.key and set(e.contacts).isdisjoint(entry.contacts)]
        return next((e for e in known if e.name.casefold() == entry.name.casefold()), known[0] if known else None)

    @cached_property
    def _known_looks(self) -> Index:
        """The cards that were there before and still are, by their looks."""
        return Book(tuple(entry for entry in self.book.entries if entry.key in self.past_keys), self.book.rest).by_look

    @cached_property
    def crossings(self) -> Crossings:
        """Which notes, dates, pictures, addresses, employers and web pages cards lost and gained.

        Short ones tell nobody apart, and who has one still, written otherwise, neither lost nor gained it.
        """
        gone: dict[tuple[str, str], list[tuple[CardChange, Change]]] = defaultdict(list)
        come: dict[tuple[str, str], list[tuple[CardChange, Change]]] = defaultdict(list)
        for card in self.cards:
            for change in card.changes:
                if change.name not in Crossings.names or not change.of_value:
                    continue
                was, now = (content_of(fact) if fact else "" for fact in (change.before, change.after))
                telling = _TELLING_SHARED if change.name in Crossings.shared else _TELLING
                for content, side in ((was, gone), (now, come)):
                    if was != now and len(content) >= telling:
                        side[change.name, content].append((card, change))
        return Crossings(gone, come)

    @cached_property
    def moves(self) -> Moves:
        """Which numbers and mail addresses went from which cards to which."""
        gone: dict[str, list[CardChange]] = defaultdict(list)
        come: dict[str, list[CardChange]] = defaultdict(list)
        for card in self.cards:
            old = set(card.before.contacts) if card.before else set()
            new = set(card.after.contacts) if card.after else set()
            for contact in old - new:
                gone[contact].append(card)
            for contact in new - old:
                come[contact].append(card)
        return Moves(gone, come)


@dataclass(frozen=True, slots=True)
class _Keys:
    """Keys of cards, those of a book's rest among them."""

    loaded: frozenset[str]
    rest: Rest | None

    def __contains__(self, key: object) -> bool:
        return key in self.loaded or (self.rest is not None and isinstance(key, str) and self.rest.holds(key))


@dataclass(frozen=True, slots=True)
class Crossings:
    """Cards that lost and cards that gained a value, by its property and what it says: (card, the change in it)."""

    shared: ClassVar[frozenset[str]] = frozenset({"ORG", "TITLE", "URL"})  # what colleagues have in common
    names: ClassVar[frozenset[str]] = frozenset({"NOTE", "ADR", "BDAY", "ANNIVERSARY", "PHOTO", "KEY"}) | shared
    gone: Mapping[tuple[str, str], list[tuple[CardChange, Change]]]
    come: Mapping[tuple[str, str], list[tuple[CardChange, Change]]]


@dataclass(frozen=True, slots=True)
class Moves:
    """Cards that lost and cards that gained a contact key (see vcard.index.contact_key), by that key."""

    gone: Mapping[str, list[CardChange]]
    come: Mapping[str, list[CardChange]]
