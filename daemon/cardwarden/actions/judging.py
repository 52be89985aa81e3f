"""What a book is judged by, and how its cards are compared with their baselines: shared by check, accept and restore."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from cardwarden.actions.rest import cards_in_question
from cardwarden.actions.terms import Judging
from cardwarden.detect.baseline import baseline_of
from cardwarden.detect.case import NOTHING, CardHistory, Case, Rest
from cardwarden.detect.compare import compare, says_the_same
from cardwarden.detect.finding import Finding
from cardwarden.detect.guarded import Guarded
from cardwarden.detect.judge import judge
from cardwarden.detect.reading import Readings
from cardwarden.errors import BUGS
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import guarded as guarded_store
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.programs import known_programs
from cardwarden.vcard.card import Bodies, Entry
from cardwarden.vcard.content import CardProblem, RawCard, split_book
from cardwarden.vcard.digest import digest_of
from cardwarden.vcard.index import index_card
from cardwarden.vcard.pairing import Pair


@dataclass(frozen=True, slots=True)
class TrackedCard:
    """One card of a book: its stored row (None for one never seen) and its entry now (None if it is gone)."""

    row: StoredCard | None
    now: Entry | None

    @property
    def key(self) -> str:
        return self.row.entry.key if self.row else self.now.key if self.now else ""

    @property
    def is_untouched(self) -> bool:
        """What is there is what was there at the last check, and what was accepted."""
        return self.row is not None and self.row.is_accepted and self.is_as_seen

    @property
    def is_as_seen(self) -> bool:
        """What is there is what was there at the last check: the same bytes, or nothing."""
        if self.row is None:
            return False
        return self.row.present == (self.now is not None) and (
            self.now is None or self.now.digest == self.row.entry.digest
        )


def as_stored(rows: Iterable[StoredCard]) -> list[TrackedCard]:
    """The cards of a book as its last check saw them."""
    return [TrackedCard(row, row.entry if row.present else None) for row in rows]


def case_of(
    cards: Sequence[TrackedCard],
    bodies: Bodies,
    judging: Judging,
    *,
    examine: Collection[str],
    first_look: bool = False,
    memory: CardHistory = NOTHING,
    is_unmoved: Callable[[TrackedCard, Readings], bool] | None = None,
    unstamped: frozenset[str] = frozenset(),
    guarded: Guarded | None = None,
    rest: Rest | None = None,
) -> Case:
    """Compare every card with its baseline, but for the `rest` that nobody touched.

    `is_unmoved` tells which cards are the case's `unmoved`; None if none is. `guarded` is whom the settings name and whom
    people asked for.
    """
    readings = Readings(bodies, judging.region, judging.ignore, judging.usual)
    unmoved: set[str] = set()

    def pairs() -> Iterator[Pair]:
        # Card by card, all that is to be known of one: the next question reads what the one before it has read.
        for card in cards:
            if is_unmoved and is_unmoved(card, readings):
                unmoved.add(card.key)
            before = _baseline(card.row, bodies, judging)
            if before or card.now:
                yield before, card.now

    case = compare(
        pairs(),
        readings,
        first_look=first_look,
        examine=examine,
        memory=memory,
        unstamped=unstamped,
        guarded=guarded or Guarded.of(judging.guarded, judging.region),
        rest=rest,
    )
    return replace(case, unmoved=frozenset(unmoved)) if unmoved else case


def guarded_in(connection: Connection, book_id: int | None, judging: Judging) -> Guarded:
    """Whom the settings name, and whom of a book people asked to have guarded closely."""
    return Guarded.of(judging.guarded, judging.region).also(*guarded_store.guarded_of_book(connection, book_id))


def _baseline(row: StoredCard | None, bodies: Bodies, judging: Judging) -> Entry | None:
    """The entry of a card's accepted body: mostly the one it has now."""
    if row is None or row.base is None:
        return None
    if row.base == row.entry.digest:
        return row.entry
    data = bodies(row.base)
    raw = next(split_book(data), RawCard(data, CardProblem.NO_LINES))
    try:
        entry = index_card(raw, row.entry.href, row.entry.ordinal, judging.region, judging.usual)
    except BUGS:  # the comparison meets it, too, and makes it a fault of this card
        entry = row.entry
    return replace(entry, key=row.entry.key, digest=row.base)


@dataclass(frozen=True, slots=True)
class StoredJudgement:
    """What a book's last check saw, judged again: cards, the case, findings with their changes, and the bodies it read.

    `rows` are all cards of the book, or those in question.
    """

    rows: tuple[StoredCard, ...]
    case: Case
    findings: tuple[Finding, ...]
    bodies: Bodies


def judged_as_stored(
    connection: Connection, book_id: int, judging: Judging, keys: Collection[str], *, whole: bool = False
) -> StoredJudgement:
    """Judge the cards of these keys as they are stored. Findings are stored without their changes; here they have them.

    Only the cards in question are loaded, if that can be; or the `whole` book.
    """
    if whole:
        rows, rest = card_store.load_cards(connection, book_id), None
    else:
        rows, rest = cards_in_question(connection, book_id, keys)
    programs, writers = known_programs(connection, book_id)
    bodies = cache(partial(body_store.body, connection))
    case = case_of(
        as_stored(rows),
        bodies,
        judging,
        examine=keys,
        memory=replace(NOTHING, programs=programs, writers=writers),
        guarded=guarded_in(connection, book_id, judging),
        rest=rest,
    )
    return StoredJudgement(tuple(rows), case, tuple(judge(case, judging.rules)), bodies)


def is_unmoved(
    card: TrackedCard, readings: Readings, in_question: Collection[str], *, labelled: Collection[str] = frozenset()
) -> bool:
    """Whether a card in question (by its key) says what it said at the last look, in whatever spelling.

    Labels are no part of that, unless the card's key is in `labelled`: something is open about these labels.
    """
    if card.key not in in_question:
        return False
    if card.is_as_seen:
        return True
    if card.row is None or card.now is None or not card.row.present or not card.row.entry.digest:
        return False
    return says_the_same(card.row.entry, card.now, readings, labels=card.key in labelled)


@dataclass(frozen=True, slots=True)
class Baselines:
    """The body that each card is held to from now on.

    digests  by the card's key; None for a card that is to have no baseline
    bodies   those among them that are no card of the book now, by digest
    faults   cards that the program failed at, by key: they are held to what they were
    """

    digests: Mapping[str, str | None]
    bodies: Mapping[str, bytes]
    faults: Mapping[str, Exception]


def new_baselines(
    case: Case, held: Sequence[Finding], bodies: Bodies, judging: Judging, *, keep: Collection[str] = frozenset()
) -> Baselines:
    """The baseline of every card of the case: what is there now, but for what is held.

    A card whose key stands in `keep` keeps the one that it has.
    """
    of: dict[str, list[Finding]] = {}
    for finding in held:
        if finding.card:
            of.setdefault(finding.card.key, []).append(finding)
    digests: dict[str, str | None] = {}
    made: dict[str, bytes] = {}
    faults: dict[str, Exception] = {}
    for card in case.cards:
        key = card.ref.key
        if key in keep or (key in case.unmoved and key in of):
            continue
        if key not in of:
            digests[key] = card.after.digest if card.after else None
            continue
        try:
            data = baseline_of(card, of[key], bodies, judging.region, judging.usual)
        except BUGS as error:
            faults[key] = error
            continue
        digests[key] = None if data is None else digest_of(data)
        if data is not None:
            made[digest_of(data)] = data
    return Baselines(digests, made, faults)
