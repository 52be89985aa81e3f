"""What a check reads of a book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import TypeAlias

from cardwarden.actions.known import BookListing, InPlace, KnownBook
from cardwarden.actions.terms import Judging
from cardwarden.indexing.order import CardTask, indexed
from cardwarden.indexing.work import Indexed, Terms, entry_of
from cardwarden.packing import Packed
from cardwarden.phrases.phrase import Value, of_contact
from cardwarden.sources.source import BookRef, Fetched, Missed, Observation, Source, WrittenBy
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import guarded as guarded_store
from cardwarden.store import removal
from cardwarden.store.engine import Connection, Store
from cardwarden.store.listing import listing_of
from cardwarden.store.members import Stamp
from cardwarden.vcard.card import Bodies, Entry
from cardwarden.vcard.content import CardProblem, RawCard, split_book
from cardwarden.vcard.digest import digest_of
from cardwarden.vcard.encoding import charset_of, usual_of, vote_of

_STAGED_AT_MOST = 4 << 20  # bytes of new bodies held in memory before they are written
_CLOCKS = timedelta(minutes=2)  # by which a server's clock may differ from ours
_ASKED_AGAIN = 10  # missing members, or half as many as there are cards: a book that lost more is doubted as a whole


def without_known(store: Store, known: KnownBook, listed: BookListing) -> BookListing:
    """The listing of a deep check in which only those members are left to be read of which a card or the stamp differs.

    They are compared as they come, by their digests; so a deep check that finds nothing else loads no card. The book must
    be listed as it was at the last check, and nobody asked since to have somebody guarded closely, which makes what is open
    urgent; any other is left as it is.
    """
    book = known.book
    if book is None or book.listing is None or not listed.deep or listed.anew or known.has_unread or known.ignored:
        return listed
    members = listed.seen.members
    listing = listing_of(members)
    if listing is None or listing.digest != book.listing:
        return listed
    with store.read() as connection:
        asked = guarded_store.last_asked_at(connection)
        if asked and (book.last_conclusive_at is None or asked >= book.last_conclusive_at):
            return listed
        digests = card_store.digests(connection, book.id)
    came = 0

    def differing() -> Iterator[Fetched | Missed]:
        nonlocal came
        for item in listed.seen.bodies:
            came += 1
            if isinstance(item, Missed) or item.stamp != members.get(item.href) or not _holds(item, digests):
                yield item

    left = differing()
    first = next(left, None)
    is_same = first is None and came == len(members)
    bodies = left if first is None else chain([first], left)
    return replace(listed, seen=replace(listed.seen, bodies=bodies), listing=listing, is_same=is_same)


def _holds(item: Fetched, digests: Mapping[str, Sequence[str]]) -> bool:
    """Whether a member is sure to hold the cards of these digests. One that is its one card byte for byte need not be taken
    apart.
    """
    known = digests.get(item.href, ())
    if not item.settled:
        return False
    if len(known) == 1 and digest_of(item.data) == known[0]:
        return True
    return [digest_of(raw.data) for raw in split_book(item.data)] == list(known)


class StagedBodies:
    """The new bodies of a check, until they are recorded: what is too much for memory is written ahead.

    Bodies are addressed by what they are, and mean nothing by themselves.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, bytes | Packed] = {}
        self._size = 0
        self._ahead: set[str] = set()

    def add(self, digest: str, data: bytes | Packed) -> None:
        self._held[digest] = data
        self._size += data.size if isinstance(data, Packed) else len(data)
        if self._size > _STAGED_AT_MOST:
            with self._store.write() as connection:
                body_store.save_bodies(connection, self._held)
            self._ahead |= self._held.keys()
            self._held.clear()
            self._size = 0

    @property
    def held(self) -> Mapping[str, bytes | Packed]:
        """Those that are still to be written."""
        return self._held

    def bodies(self, connection: Connection) -> Bodies:
        """Gives a body, new or stored."""

        def body(digest: str) -> bytes:
            held = self._held.get(digest)
            if held is None:
                return body_store.body(connection, digest)
            return held.body() if isinstance(held, Packed) else held

        return body

    def discard(self) -> None:
        """Nothing is to be kept of a reading that was not believed."""
        if self._ahead:
            with self._store.write() as connection:
                body_store.delete_unused(connection, body_store.body_ids(connection, self._ahead).values())


@dataclass(frozen=True, slots=True)
class Reading:
    """What a check saw of a book.

    members  every member's stamp by href, as it was listed, and those that were there when they were asked for again
    fetched  the entries of every member that was read, by href; they have no keys yet
    stamps   the stamps that belong to what was read, if they are not as listed or not settled (see `stamp_of`)
    written  who wrote members that were read, by href, if their server told of a write since the last check
    missed   members that could not be read, and why; what they said before is taken to be there still
    passed   members that hold nothing but cards that are passed over: their names are not kept
    staged   new bodies
    anew     other settings, or another version: every card was read, and is to be judged
    deep     every card was read
    listing  the digest of all members as they were listed, None if there was nothing to compare it with
    charset  what the book's cards are in that name no character set and are no UTF-8; "" if that is not known
    """

    members: Mapping[str, str]
    fetched: dict[str, list[Entry]]
    stamps: Mapping[str, Stamp]
    missed: Mapping[str, Value]
    passed: frozenset[str]
    staged: StagedBodies
    token: str
    anew: bool
    deep: bool
    listing: bytes | None = None
    written: Mapping[str, WrittenBy] = field(default_factory=dict)
    charset: str = ""

    def stamp_of(self, href: str) -> Stamp:
        """The stamp that belongs to what was read of a member, or that it was listed with."""
        return self.stamps.get(href) or Stamp(self.members[href])

    def beside_all(self, known: KnownBook, listed: BookListing, in_place: InPlace) -> Reading:
        """The reading of a part, with those cards of its members that were in place, beside all cards of the book."""
        fetched = {href: list(entries) for href, entries in self.fetched.items()}
        for card in known.present if in_place.places else ():
            place = in_place.places.get(card.id)
            if place is not None:
                fetched[card.entry.href].append(replace(card.entry, key="", ordinal=place))
        for href in in_place.members:
            fetched[href].sort(key=lambda entry: entry.ordinal)
        return replace(self, members={**listed.seen.members, **self.members}, fetched=fetched)

    def let_go(self) -> None:
        """Forget the entries: each was paired, and stands there with its key."""
        self.fetched.clear()

    def entries(self, known: KnownBook) -> list[Entry]:
        """All entries of the book now."""
        there: dict[str, list[Entry]] = {}
        for card in known.present:
            there.setdefault(card.entry.href, []).append(card.entry)
        return [entry for href in self.members for entry in self.fetched.get(href, there.get(href, ()))]


def read(
    store: Store,
    source: Source,
    ref: BookRef,
    known: KnownBook,
    listed: BookListing,
    judging: Judging,
    *,
    helped: bool = False,
) -> Reading:
    """Read what looks changed in a book as it was listed; `helped` as for `indexed`.

    Raises SourceError if nothing may be concluded.
    """
    seen = listed.seen
    staged = StagedBodies(store)
    intake = _Intake(known, judging, staged, listed, reuse=not listed.anew)
    is_part = known.untouched is not None
    members = seen.members
    if is_part:
        members = {href: members[href] for href in (*known.touched, *known.stamps) if href in members}

    def came() -> Iterator[_Task]:
        nonlocal members
        for item in seen.only(known.touched) if is_part and seen.only else seen.bodies:
            yield from intake.tasks(item, among=len(seen.members))
        absent = _absent(known, seen)
        if not absent:
            return
        members = anew = dict(members)
        for item in source.ask_again(ref, absent):
            anew[item.href] = item.stamp or known.stamps.get(item.href, "") or ""
            yield from intake.tasks(item, among=len(anew))

    try:
        expected = len(members) if listed.anew else 0
        with closing(indexed(came(), intake.terms, helped=helped, expected=expected)) as made:
            for task, card in made:
                intake.take(task, card)
        intake.agree(store)
    except BaseException:
        staged.discard()
        raise
    return Reading(
        members,
        intake.fetched,
        intake.stamps,
        intake.missed,
        frozenset(href for href in intake.passed if not intake.fetched[href]),
        staged,
        seen.token,
        listed.anew,
        listed.deep,
        listed.listing.digest if listed.listing else None,
        intake.written,
        intake.usual,
    )


def _absent(known: KnownBook, seen: Observation) -> list[str]:
    """Members that were known and are listed no more: they are asked for once more."""
    absent = [href for href in known.stamps if href not in seen.members]
    return absent if len(absent) <= max(_ASKED_AGAIN, known.count // 2) else []


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a card that was fetched belongs: among the entries of its member. `entry` is the one that it has, if it is known."""

    entries: list[Entry]
    entry: Entry | None


_Task: TypeAlias = CardTask[_Place]


class _Intake:
    """What was fetched, member by member; bytes that are known are not parsed again."""

    def __init__(
        self, known: KnownBook, judging: Judging, staged: StagedBodies, listed: BookListing, *, reuse: bool
    ) -> None:
        """Without `reuse` every card is indexed, also a known one."""
        self.fetched: dict[str, list[Entry]] = {}
        self.stamps: dict[str, Stamp] = {}
        self.missed: dict[str, Value] = {}
        self.written: dict[str, WrittenBy] = {}
        self.passed: set[str] = set()
        # What was written before the last look is not what made a change since: the server does not say who did.
        last = known.book.last_conclusive_at if known.book else None
        self._since = last - _CLOCKS if last else None
        self.terms = Terms(judging.region, known.book.charset if known.book else "")
        self.usual = self.terms.usual
        self._votes: Counter[str] = Counter()
        self._guessed: list[tuple[str, int, str]] = []  # member, place among its entries, and what it was read in
        self._staged = staged
        self._listed = listed.seen.members
        self._opened = listed.opened
        self._ignored = known.ignored
        self._stored = {card.entry.digest: card.entry for card in known.present}
        self._is_first = not known.count
        self._reuse = reuse
        self._held_cards = Counter(card.entry.href for card in known.present)

    def tasks(self, item: Fetched | Missed, *, among: int) -> Iterator[_Task]:
        """The cards of a member, one `among` so many of its book."""
        if isinstance(item, Missed):
            self.missed[item.href] = of_contact(item.reason)
            return
        if not item.settled or item.stamp != self._listed.get(item.href):
            self.stamps[item.href] = Stamp(item.stamp, item.settled)
        if item.written and self._is_worth_keeping(item.written):
            self.written[item.href] = item.written
        entries = self.fetched[item.href] = []
        for ordinal, raw in self._cards(item, among):
            stored = self._stored.get(digest_of(raw.data)) if self._stored else None
            if stored and self._reuse:
                yield CardTask(_Place(entries, stored), item.href, ordinal, None, pack=False)
            else:
                yield CardTask(_Place(entries, None), item.href, ordinal, raw, pack=stored is None)

    def take(self, task: _Task, card: Indexed | None) -> None:
        """Keep what was made of a card."""
        entries, entry = task.owner.entries, task.owner.entry
        if entry:
            entry = replace(entry, key="", href=task.href, ordinal=task.ordinal)
        elif card and task.raw:
            entry = card.entry
            if self._ignored and removal.card_digest(entry.uid, task.href) in self._ignored:
                self.passed.add(task.href)
                return
            self._staged.add(entry.digest, card.body or task.raw.data)
            if not card.is_plain:
                self._guess(task.raw.data, task.href, len(entries))
        if entry:
            entries.append(entry)

    def _guess(self, card: bytes, href: str, place: int) -> None:
        """Note what a card was read in that may be read otherwise beside others, and what it says of them."""
        self._votes[vote_of(card, self.terms.region)] += 1
        self._guessed.append((href, place, charset_of(card, self.terms.region, self.terms.usual)))

    def agree(self, store: Store) -> None:
        """Let the book's cards that name no character set decide what each of them is in, once all of them were read.

        What was found once is remembered: a few cards that come do not change it.
        """
        del self._votes[""]
        usual = self.usual if self.usual and not self._is_first and self._reuse else usual_of(self._votes) or self.usual
        if usual == self.usual:
            return
        self.usual = usual
        terms = Terms(self.terms.region, usual)
        with store.read() as connection:
            bodies = self._staged.bodies(connection)
            for href, place, charset in self._guessed:
                entry = self.fetched[href][place]
                data = bodies(entry.digest)
                if not entry.problem and charset_of(data, terms.region, usual) != charset:
                    self.fetched[href][place] = entry_of(RawCard(data), href, entry.ordinal, terms)

    def _is_worth_keeping(self, written: WrittenBy) -> bool:
        """Of a first look, only who wrote: when is of no use if nothing changed."""
        return written.at >= self._since if self._since else bool(written.program or written.user)

    def _cards(self, item: Fetched, among: int) -> Iterable[tuple[int, RawCard]]:
        """The cards of a member with their places, but for those in place.

        A file among others that was cut to nothing is a card that cannot be read.
        """
        if (opened := self._opened.get(item.href)) is not None:
            return opened
        if item.data.strip() or among == 1 or not self._held_cards[item.href]:
            return enumerate(split_book(item.data))
        return [(0, RawCard(item.data, CardProblem.NO_LINES))]
