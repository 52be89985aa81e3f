"""A copy is put right: what its origin says goes into cards of the copy that say otherwise, and lost ones come back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cardwarden.actions.restore.plan import Plan, RestoreStep, repaired, restored_findings, seen, step_for
from cardwarden.actions.terms import JudgingOf
from cardwarden.detect.drift.judge import Half, compare_copies, drifts, pair_copies
from cardwarden.detect.drift.kept import Kept
from cardwarden.detect.finding import Finding, FindingKind, State
from cardwarden.errors import UsageError
from cardwarden.phrases.nearest import no_such
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.mirrors import StoredMirror
from cardwarden.vcard.card import Entry
from cardwarden.vcard.digest import digest_of


def plan_of_mirror(connection: Connection, name: str, judging_of: JudgingOf) -> Plan:
    """What would make the copy of a pair say what its origin says, of all that is open. Raises UsageError for no such pair."""
    mirrors = {stored.name: stored for stored in mirror_store.mirrors(connection)}
    mirror = mirrors.get(name)
    copy = _book(connection, mirror.copy_id) if mirror else None
    if mirror is None or copy is None:
        raise UsageError(no_such(phrase("error-no-mirror", name=name), name, mirrors))
    return of_drifts(connection, copy, _open(connection, mirror), judging_of)


def of_drifts(
    connection: Connection, copy: StoredBook, findings: Sequence[StoredFinding], judging_of: JudgingOf
) -> Plan:
    """What would put these findings of a copy right, with the values that its origin has."""
    what = restored_findings(findings)
    pair = _Pair.of(connection, copy, judging_of)
    already = sum(stored.state is State.RESOLVED for stored in findings)
    waiting = [stored for stored in findings if stored.state is State.OPEN]
    if pair is None:
        return Plan(copy, what, (), already)
    lost = pair.with_lost({stored.finding.identity for stored in waiting if stored.finding.card is None})
    back = {theirs.entry.key: (ours, theirs) for ours, theirs in lost.values()}
    pair = replace(pair, cards=pair.cards | back)
    live = pair.live({stored.finding.card.key for stored in waiting if stored.finding.card} | back.keys())
    chosen: dict[str, list[Finding]] = {}
    repairs: list[int] = []
    missing = 0
    for stored in waiting:
        finding = live.get(stored.finding.fingerprint)
        if stored.finding.card is None and stored.finding.identity in lost:
            repairs.append(stored.id)
        elif stored.finding.card is None:
            missing += 1
        elif finding is None or finding.card is None:
            already += 1
        else:
            chosen.setdefault(finding.card.key, []).append(finding)
            repairs.append(stored.id)
    steps = [step for key, drifts in chosen.items() if (step := pair.step(key, drifts))]
    by_card: dict[str, list[Finding]] = {key: [] for key in back}
    for finding in live.values():
        if finding.card and finding.card.key in back:
            by_card[finding.card.key].append(finding)
    steps += [pair.step_back(key, drifts) for key, drifts in by_card.items()]
    command = Code(f"cardwarden restore --mirror {pair.mirror.name} -o FILE")
    left = phrase("left-missing-in-copy", count=missing, origin=pair.origin.source, command=command)
    return Plan(copy, what, tuple(steps), already, (left,) if missing else (), tuple(repairs))


def missing_cards(connection: Connection, name: str) -> list[bytes]:
    """The cards of the origin that the copy of a pair lacks, as far as that is open: to be imported there."""
    mirror = next((stored for stored in mirror_store.mirrors(connection) if stored.name == name), None)
    if mirror is None:
        return []
    keys = {stored.finding.identity for stored in _open(connection, mirror) if stored.finding.card is None}
    rows = card_store.load_cards(connection, mirror.origin_id)
    return [body_store.body(connection, row.entry.digest) for row in rows if row.present and row.entry.key in keys]


def _open(connection: Connection, mirror: StoredMirror) -> list[StoredFinding]:
    return [
        stored
        for stored in finding_store.open_findings(connection, mirror.copy_id)
        if stored.finding.kind is FindingKind.DRIFT
    ]


def _book(connection: Connection, book_id: int) -> StoredBook | None:
    return next((book for book in book_store.books(connection) if book.id == book_id), None)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A copy and its origin as they are stored; which card is which, by the copy's key: (origin, copy)."""

    connection: Connection
    mirror: StoredMirror
    copy: StoredBook
    origin: StoredBook
    cards: dict[str, tuple[StoredCard, StoredCard]]
    held: frozenset[str]
    judging_of: JudgingOf

    @classmethod
    def of(cls, connection: Connection, copy: StoredBook, judging_of: JudgingOf) -> _Pair | None:
        """The pair in which a book is the copy; None if it is in none."""
        mirror = next((stored for stored in mirror_store.mirrors(connection) if stored.copy_id == copy.id), None)
        origin = _book(connection, mirror.origin_id) if mirror else None
        if mirror is None or origin is None:
            return None
        pairs = mirror_store.pairs(connection, mirror.id)
        ours = {card.id: card for card in card_store.load_cards(connection, origin.id) if card.present}
        theirs = {card.id: card for card in card_store.load_cards(connection, copy.id) if card.present}
        cards = {
            theirs[row].entry.key: (ours[other], theirs[row])
            for other, row in pairs.items()
            if other in ours and row in theirs
        }
        held = frozenset(
            stored.finding.card.key
            for stored in finding_store.open_findings(connection, copy.id)
            if stored.finding.card and stored.finding.kind is FindingKind.DEVIATION
        )
        return cls(connection, mirror, copy, origin, cards, held, judging_of)

    def with_lost(self, missing: Collection[str]) -> dict[str, tuple[StoredCard, StoredCard]]:
        """Cards of the origin (by these keys) that the copy had once, each with the copy's card that is gone."""
        if not missing:
            return {}
        rows = card_store.load_cards(self.connection, self.origin.id)
        ours = {id(row.entry): row for row in rows if row.present and row.entry.key in missing}
        every = [row for row in card_store.all_cards(self.connection, self.copy.id) if not row.present]
        kept = body_store.body_ids(self.connection, [row.entry.digest for row in every])
        gone = {id(row.entry): row for row in every if row.entry.digest in kept}  # else its history was taken out
        paired = pair_copies([row.entry for row in ours.values()], [row.entry for row in gone.values()])
        both = [(ours[id(was)], gone[id(now)]) for was, now in paired if was and now]
        return {mine.entry.key: (mine, theirs) for mine, theirs in both}

    def step_back(self, key: str, findings: Sequence[Finding]) -> RestoreStep:
        """What puts a card back that the copy lost: as it stood there, with what the origin says of it by now."""
        ours, theirs = self.cards[key]
        wanted = self._agreeing(body_store.body(self.connection, theirs.entry.digest), ours, findings)
        wanted = wanted or body_store.body(self.connection, ours.entry.digest)
        return step_for(self.connection, self.copy, theirs, wanted, digest_of(wanted))

    def _agreeing(self, there: bytes | None, ours: StoredCard, findings: Sequence[Finding]) -> bytes | None:
        """A card of the copy with what these findings tell as the origin has it."""
        was = body_store.body(self.connection, ours.entry.digest)
        judging = self.judging_of(self.copy.source).of_book(self.copy)
        return repaired(there, was, [replace(finding, whole_card=False) for finding in findings], judging)

    def live(self, keys: Collection[str]) -> dict[str, Finding]:
        """What drifts now in the cards of these keys, with its changes, by fingerprint."""
        entries: list[tuple[Entry | None, Entry | None]] = [
            (ours.entry, theirs.entry) for key, (ours, theirs) in self.cards.items() if key in keys
        ]
        one, other = (
            Half(
                book.source,
                judging.region,
                lambda digest: body_store.body(self.connection, digest),
                judging.ignore,
                book.charset,
            )
            for book in (self.origin, self.copy)
            for judging in [self.judging_of(book.source)]
        )
        kept = Kept.loaded(self.mirror.kept) if self.mirror.kept else Kept()
        compared = compare_copies(entries, one, other)
        rules = self.judging_of(self.copy.source).rules
        return {finding.fingerprint: finding for finding in drifts(compared, kept, rules, one, other).findings}

    def step(self, key: str, findings: Sequence[Finding]) -> RestoreStep | None:
        """What puts findings of a card right. It is held to that from then on, unless something else is open about it."""
        ours, theirs = self.cards[key]
        there = seen(self.connection, theirs)
        wanted = self._agreeing(there, ours, findings)
        if wanted is None or wanted == there:
            return None
        base = theirs.base if key in self.held else digest_of(wanted)
        return step_for(self.connection, self.copy, theirs, wanted, base)
