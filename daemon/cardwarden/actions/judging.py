"""What a book is judged by, and the judgement of what is stored of it: shared by check, accept and restore."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from cardwarden import __version__
from cardwarden.detect.baseline import baseline_of
from cardwarden.detect.compare import compare
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import NOTHING, Case, Memory, Rule
from cardwarden.store.cards import StoredCard
from cardwarden.vcard.card import Bodies, Entry
from cardwarden.vcard.content import NO_LINES, RawCard, split_book
from cardwarden.vcard.index import digest_of, index_card


@dataclass(frozen=True, slots=True)
class Judging:
    """The settings that decide what a change means."""

    region: str
    rules: tuple[Rule, ...]
    hold_at: Severity = Severity.WARNING
    ignore: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """Differs when anything that decides differs, so that a book is judged anew."""
        said = repr((__version__, self.region, self.rules, self.hold_at, sorted(self.ignore)))
        return digest_of(said.encode("utf-8"))[:16]


@dataclass(frozen=True, slots=True)
class Standing:
    """One card of a book as it stands: its stored row (None for one never seen) and its entry now (None if gone)."""

    row: StoredCard | None
    now: Entry | None

    @property
    def is_settled(self) -> bool:
        """What is there is what was accepted, and what was there at the last check."""
        return (
            self.row is not None
            and self.now is not None
            and self.row.present
            and self.row.base == self.row.entry.digest == self.now.digest
        )


def case_of(
    standings: Sequence[Standing],
    bodies: Bodies,
    judging: Judging,
    *,
    examine: Collection[str],
    first_look: bool = False,
    memory: Memory = NOTHING,
) -> Case:
    """Compare every card with its baseline."""
    pairs = [(_baseline(standing.row, bodies, judging.region), standing.now) for standing in standings]
    wanted = [pair for pair in pairs if pair[0] or pair[1]]
    return compare(
        wanted,
        bodies,
        judging.region,
        first_look=first_look,
        ignore=judging.ignore,
        examine=examine,
        memory=memory,
    )


def _baseline(row: StoredCard | None, bodies: Bodies, region: str) -> Entry | None:
    """The entry of a card's accepted body: mostly the one it has now."""
    if row is None or row.base is None:
        return None
    if row.base == row.entry.digest:
        return row.entry
    data = bodies(row.base)
    raw = next(split_book(data), RawCard(data, NO_LINES))
    entry = index_card(raw, row.entry.href, row.entry.ordinal, region)
    return replace(entry, key=row.entry.key, digest=row.base)


@dataclass(frozen=True, slots=True)
class Baselines:
    """The body that each card is held to from now on.

    digests  by the card's key; None for a card that is to have no baseline
    bodies   those among them that are no card of the book now, by digest
    """

    digests: Mapping[str, str | None]
    bodies: Mapping[str, bytes]


def new_baselines(case: Case, held: Sequence[Finding], bodies: Bodies, region: str) -> Baselines:
    """The baseline of every card of the case: what is there now, but for what is held."""
    of: dict[str, list[Finding]] = {}
    for finding in held:
        if finding.card:
            of.setdefault(finding.card.key, []).append(finding)
    digests: dict[str, str | None] = {}
    made: dict[str, bytes] = {}
    for card in case.cards:
        key = card.ref.key
        if key not in of:
            digests[key] = card.after.digest if card.after else None
            continue
        data = baseline_of(card, of[key], bodies, region)
        digests[key] = None if data is None else digest_of(data)
        if data is not None:
            made[digest_of(data)] = data
    return Baselines(digests, made)
