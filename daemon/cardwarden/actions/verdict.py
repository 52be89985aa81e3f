"""A book's cards against their baselines, and what that means: which findings open, stay, pass and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

from cardwarden.actions import expect
from cardwarden.actions.believing import Believed, why_unread
from cardwarden.actions.expect import Expected
from cardwarden.actions.following import let_drift_tell, let_follow
from cardwarden.actions.judging import Baselines, TrackedCard, case_of, guarded_in, is_unmoved, new_baselines
from cardwarden.actions.known import KnownBook
from cardwarden.actions.reading import Reading
from cardwarden.actions.rest import RestOfBook
from cardwarden.actions.terms import Judging
from cardwarden.detect.baseline import Reconciled, reconcile
from cardwarden.detect.case import NOTHING, CardHistory, Case
from cardwarden.detect.finding import FindingKind, Severity
from cardwarden.detect.judge import judge_apart
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.detect.rules.label_changed import LabelChanged
from cardwarden.errors import place_of
from cardwarden.phrases.phrase import Code, Value, phrase
from cardwarden.store import accepted as accepted_store
from cardwarden.store import findings as finding_store
from cardwarden.store.cards import CardRow
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.memory import remembered, said_all_that
from cardwarden.store.programs import known_programs
from cardwarden.text import product_of
from cardwarden.vcard.card import Bodies

_AT_HAND = 4  # bodies: those of a card's states are asked for several times in a row


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from the baselines, and what was known of it.

    waiting   the open findings of the book
    accepted  keys of values that were declared right
    bodies    gives the body of a card, stored or new
    book_id   the book's row; None at its first check
    """

    case: Case
    waiting: tuple[StoredFinding, ...]
    accepted: frozenset[str]
    bodies: Bodies
    book_id: int | None

    @property
    def in_question(self) -> frozenset[str]:
        """The cards that something is open about."""
        return _keys(self.waiting)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check comes to, before it is recorded.

    unread    members that could not be judged, and why
    confirms  the doubt of earlier looks that this one shows to be right
    """

    cards: tuple[TrackedCard, ...]
    result: Reconciled
    expected: Expected
    baselines: Baselines
    unread: Mapping[str, Value]
    confirms: Doubt
    first_look: bool

    @property
    def outcome(self) -> Outcome:
        still_open = (*self.result.opened, *self.result.changed.values(), *self.result.persisting.values())
        is_bad = any(
            (finding.card or finding.kind is FindingKind.DRIFT) and finding.severity >= Severity.WARNING
            for finding in still_open
        )
        if is_bad or self.result.held:
            return Outcome.FINDINGS
        return Outcome.PARTIAL if self.unread else Outcome.CLEAN

    @property
    def reason(self) -> Value:
        """What of the book could not be judged; "" if all could."""
        return why_unread(self.unread.values())

    @property
    def rows(self) -> list[CardRow]:
        """The rows of the cards that are not as they were."""
        rows: list[CardRow] = []
        for card in self.cards:
            row, now = card.row, card.now
            entry = now or (row.entry if row else None)
            if entry is None:
                continue
            base = self.baselines.digests.get(entry.key, row.base if row else None)
            if row is None or (row.entry, row.present, row.base) != (entry, now is not None, base):
                rows.append(CardRow(row.id if row else None, entry, now is not None, base))
        return rows


def compare_cards(
    connection: Connection, known: KnownBook, reading: Reading, believed: Believed, judging: Judging
) -> Comparison:
    """Compare every card with its baseline; those that something is open about, and all if the settings are other."""
    waiting = finding_store.open_findings(connection, known.book.id) if known.book else []
    accepted = accepted_store.accepted_keys(connection, known.book.id) if known.book else set()
    bodies = lru_cache(maxsize=_AT_HAND)(reading.staged.bodies(connection))
    in_question = _keys(waiting)
    labelled = _keys(stored for stored in waiting if stored.finding.rule == LabelChanged.name)
    case = case_of(
        believed.cards,
        bodies,
        judging,
        examine=in_question.union(_keys_here(believed)) if reading.anew else in_question,
        first_look=believed.first_look,
        memory=_memory(connection, known, believed.cards),
        is_unmoved=None if reading.anew else partial(is_unmoved, in_question=in_question, labelled=labelled),
        unstamped=frozenset(_unstamped(believed.cards, known, reading)),
        rest=_rest(connection, known, believed),
        guarded=guarded_in(connection, known.book.id if known.book else None, judging),
    )
    writings = {card.key: reading.written.get(card.now.href) for card in believed.cards if card.now and reading.written}
    case = replace(case, writers={key: product_of(writing.program) for key, writing in writings.items() if writing})
    return Comparison(case, tuple(waiting), frozenset(accepted), bodies, known.book.id if known.book else None)


def _keys_here(believed: Believed) -> Iterator[str]:
    """The keys of the cards that are there; no set of all of a book is made of them."""
    return (card.key for card in believed.cards if card.now)


def _unstamped(cards: Iterable[TrackedCard], known: KnownBook, reading: Reading) -> Iterator[str]:
    """The keys of cards that say something else under the stamp that they had at the last look."""
    for card in cards:
        if card.row is None or card.now is None or card.is_as_seen or card.now.href != card.row.entry.href:
            continue
        stamp = reading.stamp_of(card.now.href).text
        if stamp and known.stamps.get(card.now.href) == stamp:
            yield card.key


def _keys(findings: Iterable[StoredFinding]) -> frozenset[str]:
    """The cards that findings are about which a comparison with the baseline can end."""
    here = (stored.finding for stored in findings if stored.finding.kind is not FindingKind.DRIFT)
    return frozenset(finding.card.key for finding in here if finding.card)


def _rest(connection: Connection, known: KnownBook, believed: Believed) -> RestOfBook | None:
    """The cards that were not loaded; None if all are."""
    if known.untouched is None or known.book is None:
        return None
    came = (card.key for card in believed.cards if card.row is None)
    return RestOfBook.beside(connection, known.book.id, known.cards, known.untouched, came)


def _memory(connection: Connection, known: KnownBook, cards: Iterable[TrackedCard]) -> CardHistory:
    """What is known from before the baseline of the cards that changed."""
    if known.book is None:
        return NOTHING
    tracked = list(cards)
    changed = {card.row.id: card.key for card in tracked if card.row and card.now and not card.is_untouched}
    added = any(card.now and (card.row is None or card.row.base is None) for card in tracked)
    memory = remembered(connection, known.book.id, changed, added=added)
    restored = _is_restored(connection, known.book.id, tracked, memory)
    programs, writers = known_programs(connection, known.book.id)
    return replace(memory, restored=restored, programs=programs, writers=writers)


def _is_restored(connection: Connection, book_id: int, cards: Sequence[TrackedCard], memory: CardHistory) -> bool:
    """Whether the book as a whole was put back as it was, not only contacts that had been removed."""
    new = [card for card in cards if card.now and (card.row is None or card.row.base is None)]
    came = [card for card in new if card.now and not memory.removed.keys().isdisjoint({card.now.uid, card.now.digest})]
    if not came or all(card.is_as_seen for card in cards if card not in came):
        return False
    uids = {card.now.uid for card in came if card.now and card.now.uid}
    digests = {card.now.digest for card in came if card.now}
    since = Counter(card.now.digest for card in cards if card.now)
    since.subtract(card.row.entry.digest for card in cards if card.row and card.row.present and card.row.entry.digest)
    return said_all_that(connection, book_id, since, uids, digests)


def verdict_on(
    connection: Connection,
    source: str,
    comparison: Comparison,
    reading: Reading,
    believed: Believed,
    judging: Judging,
    at: datetime,
) -> Verdict:
    """Judge a comparison by every rule, and hold what was found against what is open."""
    case, in_question = comparison.case, comparison.in_question
    judgement = judge_apart(case, judging.rules)
    gone = in_question.difference(_keys_here(believed))
    result = reconcile(
        {stored.id: stored.finding for stored in comparison.waiting},
        judgement.findings,
        examined=gone.union(_among(case, in_question)) - judgement.faults.keys(),
        accepted=comparison.accepted,
        hold_at=judging.hold_at,
        unmoved=case.unmoved,
        unreadable={card.ref.key for card in case.cards if card.after and card.after.problem},
    )
    rows = {card.key: card.row.id for card in believed.cards if card.row}
    result = let_follow(connection, comparison.book_id, rows, result, judging)
    result = let_drift_tell(connection, comparison.book_id, result)
    expected = Expected()
    if not believed.first_look:
        result, expected = expect.let_pass(connection, source, at, result)
    faults = judgement.faults
    baselines = new_baselines(case, result.held, comparison.bodies, judging, keep=faults.keys())
    return Verdict(
        believed.cards,
        result,
        expected,
        baselines,
        {**_faulty(believed.cards, {**faults, **baselines.faults}), **reading.missed},
        believed.confirms,
        believed.first_look,
    )


def _among(case: Case, in_question: Collection[str]) -> Iterator[str]:
    """The keys of the compared cards that something is open about: of a new book, no set of all is made."""
    return (key for card in case.cards if (key := card.ref.key) in in_question)


def _faulty(cards: Iterable[TrackedCard], faults: Mapping[str, Exception]) -> dict[str, Value]:
    """The members of the cards that the program failed at, and where it did."""
    if not faults:
        return {}
    return {
        entry.href: phrase("fault-at-card", file=Code(entry.href, of_contact=True), place=place_of(faults[card.key]))
        for card in cards
        if card.key in faults and (entry := card.now or (card.row and card.row.entry))
    }
