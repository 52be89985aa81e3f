"""Both books of a pair as they were last seen: which card is which, and what has to be compared again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from cardwarden.actions.mirrors.pair import Mirror, stored_pair
from cardwarden.detect.drift.judge import pair_copies
from cardwarden.detect.finding import Finding, FindingKind
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.mirrors import StoredMirror, Wait
from cardwarden.vcard.pairing import Pair


@dataclass(frozen=True, slots=True)
class BothBooks:
    """Both books as they were last seen, and which card is which.

    stored     the pair as it was compared last; None if it never was, or these are other books
    anew       every card is to be compared: nothing is known, it was compared with other settings, or the program failed
    examine    the copy's keys, or lone origin's keys, of what has to be compared
    checks     the last checks of both
    asked      what its owner is asked about already, for it is other than the copy's baseline, by `Finding.accepted_key`
    hazards    what is open because it is bad in itself, by `Finding.accepted_key`
    new        the ids of what the copy's own check told since the last comparison
    """

    mirror: Mirror
    stored: StoredMirror | None
    origin: StoredBook
    copy: StoredBook
    origin_cards: Mapping[int, StoredCard]
    copy_cards: Mapping[int, StoredCard]
    before: Mapping[int, int]
    pairs: Mapping[int, int]
    examine: frozenset[str]
    anew: bool
    checks: tuple[int, int]
    open: tuple[StoredFinding, ...]
    asked: Mapping[str, StoredFinding]
    hazards: Mapping[str, StoredFinding]
    new: frozenset[int]
    waits: Mapping[str, Wait]

    @classmethod
    def loaded(cls, connection: Connection, mirror: Mirror, origin: StoredBook, copy: StoredBook) -> BothBooks:
        """Both books as they are stored, and which card is which."""
        stored = stored_pair(connection, mirror)
        if stored and (stored.origin_id, stored.copy_id) != (origin.id, copy.id):
            stored = None
        ours = {card.id: card for card in card_store.load_cards(connection, origin.id) if card.present}
        theirs = {card.id: card for card in card_store.load_cards(connection, copy.id) if card.present}
        before = mirror_store.pairs(connection, stored.id) if stored else {}
        pairs = _paired(before, ours, theirs)
        anew = stored is None or stored.compared_with != mirror.settings_digest or bool(stored.fault)
        waiting = finding_store.open_findings(connection, copy.id)
        findings = [stored for stored in waiting if stored.finding.kind is FindingKind.DRIFT]
        asked = {
            stored.finding.accepted_key: stored for stored in waiting if stored.finding.kind is FindingKind.DEVIATION
        }
        hazards = {
            stored.finding.accepted_key: stored for stored in waiting if stored.finding.kind is FindingKind.HAZARD
        }
        new = mirror_store.opened_since(connection, copy.id, stored.copy_check if stored else 0)
        waits = mirror_store.waits(connection, stored.id) if stored else {}
        examine: set[str] = set()
        if stored is not None and not anew:
            changed = mirror_store.changed_since(connection, origin.id, stored.origin_check)
            moved = mirror_store.changed_since(connection, copy.id, stored.copy_check)
            examine = _touched(before, pairs, ours, theirs, changed, moved)
            examine |= {key_of_drift(stored.finding) for stored in findings} | {wait.key for wait in waits.values()}
        checks = mirror_store.last_check(connection, origin.id), mirror_store.last_check(connection, copy.id)
        return cls(
            mirror, stored, origin, copy, ours, theirs, before, pairs, frozenset(examine), anew, checks, tuple(findings),
            asked, hazards, frozenset(new), waits,
        )  # fmt: skip

    def is_news(self, finding: Finding) -> bool:
        """Whether a drift is about a hazard that came to the copy since the last comparison: the two are told as one."""
        hazard = self.hazards.get(as_hazard(finding))
        return hazard is not None and hazard.id in self.new

    @property
    def entries(self) -> list[Pair]:
        """The pairs of entries, (origin, copy); a card that the other book lacks stands alone."""
        taken = set(self.pairs.values())
        return [
            *(
                (ours.entry, self.copy_cards[self.pairs[row]].entry if row in self.pairs else None)
                for row, ours in self.origin_cards.items()
            ),
            *((None, theirs.entry) for row, theirs in self.copy_cards.items() if row not in taken),
        ]


def _paired(
    before: Mapping[int, int], ours: Mapping[int, StoredCard], theirs: Mapping[int, StoredCard]
) -> dict[int, int]:
    """Which card of the copy is which of the origin: as it was known, and the others by what they say."""
    pairs = {row: other for row, other in before.items() if row in ours and other in theirs}
    taken = set(pairs.values())
    left = {id(card.entry): row for row, card in ours.items() if row not in pairs}
    right = {id(card.entry): row for row, card in theirs.items() if row not in taken}
    new = pair_copies([ours[row].entry for row in left.values()], [theirs[row].entry for row in right.values()])
    return pairs | {left[id(was)]: right[id(now)] for was, now in new if was and now}


def _touched(
    before: Mapping[int, int],
    pairs: Mapping[int, int],
    ours: Mapping[int, StoredCard],
    theirs: Mapping[int, StoredCard],
    changed: Collection[int],
    moved: Collection[int],
) -> set[str]:
    """The keys of what has to be compared again: either card changed, or another one stands beside it."""
    again: set[str] = set()
    for row, card in ours.items():
        other = pairs.get(row)
        if row in changed or other in moved or before.get(row) != other:
            again.add(theirs[other].entry.key if other is not None else card.entry.key)
    return again


def news_of(both: BothBooks, reported: Iterable[Finding]) -> list[Finding]:
    """What is not open already as it is now."""
    known = {stored.finding.fingerprint: stored.finding for stored in both.open}
    return [
        finding
        for finding in reported
        if (was := known.get(finding.fingerprint)) is None or (was.rule, was.meaning) != (finding.rule, finding.meaning)
    ]


def key_of_drift(finding: Finding) -> str:
    """The key of the copy's card that a drift is about, or of the origin's that the copy lacks."""
    return finding.card.key if finding.card else finding.identity


def as_hazard(drift: Finding) -> str:
    """The `Finding.accepted_key` of the hazard that the value of a drift may be."""
    return replace(drift, kind=FindingKind.HAZARD).accepted_key
