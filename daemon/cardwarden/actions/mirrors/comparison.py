"""What a copy says otherwise than its origin: what of it is told, what may still end by itself, what the copy cannot hold."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cardwarden.actions.judging import guarded_in
from cardwarden.actions.mirrors.books import BothBooks, key_of_drift
from cardwarden.actions.mirrors.pair import Mirror
from cardwarden.detect.drift.judge import Compared, Half, compare_copies, drifts
from cardwarden.detect.drift.kept import Kept
from cardwarden.detect.drift.lag import Changed, is_due, waits_since
from cardwarden.detect.drift.sides import Side, Sides, revised_at
from cardwarden.detect.finding import Finding, FindingKind
from cardwarden.errors import place_of
from cardwarden.phrases.phrase import phrase
from cardwarden.store import accepted as accepted_store
from cardwarden.store import bodies as body_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store.engine import Connection
from cardwarden.store.mirrors import Wait

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MirrorComparison:
    """What a comparison says: all that drifts now, what of it is to be told, what waits, and what the copy keeps.

    `stands` is what the copy's own check asks about, by the finding's id, with what the origin says of it; `unjudged` are the
    copy's keys of cards of which nothing is known: unreadable ones, and those that the program failed at; of these `fault` says
    where it failed first, "" if at none, and `failed_at` how many they are.
    """

    compared: Compared
    findings: tuple[Finding, ...]
    reported: tuple[Finding, ...]
    waits: Mapping[str, Wait]
    stands: Mapping[int, Finding]
    kept: Kept
    unjudged: frozenset[str]
    fault: str = ""
    failed_at: int = 0


def halves(connection: Connection, mirror: Mirror) -> tuple[Half, Half]:
    """The origin and the copy, as the comparison reads them."""
    ours, theirs = mirror.judging

    def body(digest: str) -> bytes:
        return body_store.body(connection, digest)

    return Half(mirror.origin, ours.region, body, ours.ignore), Half(mirror.copy, theirs.region, body, theirs.ignore)


def compare_mirror(connection: Connection, mirror: Mirror, both: BothBooks, now: datetime) -> MirrorComparison:
    """What the copy says otherwise now: what of it is to be told, and what may still end by itself."""
    one, other = (
        replace(half, usual=book.charset)
        for half, book in zip(halves(connection, mirror), (both.origin, both.copy), strict=True)
    )
    judging = mirror.judging[1]
    examine = None if both.anew else both.examine
    guarded = guarded_in(connection, both.copy.id, judging)
    compared = compare_copies(both.entries, one, other, examine=examine, guarded=guarded)
    learnt = Kept.loaded(both.stored.kept) if both.stored and both.stored.kept else compared.tally.kept()
    kept = learnt.only(mirror.keeps) if mirror.keeps is not None else learnt
    right = accepted_store.accepted_keys(connection, both.copy.id)
    judged = drifts(compared, kept, judging.rules, one, other)
    for fault in judged.faults.values():
        _log.error("mirror %s: a contact could not be compared, a bug, %s", mirror.name, place_of(fault))
    differing = [
        finding for finding in judged.findings if finding.severity >= judging.hold_at and not right & _marks(finding)
    ]
    findings = [finding for finding in differing if not both.asked.keys() & _marks(finding)]
    stands = {
        both.asked[key].id: _with_origin(both.asked[key].finding, finding, mirror)
        for finding in differing
        for key in both.asked.keys() & _marks(finding)
        if not both.asked[key].finding.with_origin
    }
    due = _due(findings, both, kept, _changed(connection, both, compared, now), mirror.lag, now)
    learnt = replace(learnt, properties={**learnt.properties, **dict.fromkeys(due.lacking, False)})
    shown = {fact.name for card in compared.case.cards for fact in card.now}
    learnt = replace(learnt, properties={**dict.fromkeys(shown - learnt.properties.keys(), True), **learnt.properties})
    unjudged = compared.unjudged | judged.faults.keys()
    place = next(map(place_of, judged.faults.values()), "")
    return MirrorComparison(
        compared, tuple(findings), due.reported, due.waits, stands, learnt, unjudged, place, len(judged.faults)
    )


@dataclass(frozen=True, slots=True)
class _Due:
    """Findings that are to be told now, those that may still end by themselves, and properties of which the copy keeps none."""

    reported: tuple[Finding, ...]
    waits: Mapping[str, Wait]
    lacking: tuple[str, ...]


def _due(
    findings: Sequence[Finding],
    both: BothBooks,
    kept: Kept,
    changed: Mapping[str, tuple[Changed, Sides]],
    lag: timedelta,
    now: datetime,
) -> _Due:
    """A finding waits while the two may still come to agree by themselves, and is told then.

    If the copy lacks a property of which nobody knew whether it keeps it, it does not: that is no finding, but learnt.
    """
    reported: list[Finding] = []
    waits: dict[str, Wait] = {}
    lacking: list[str] = []
    for finding in findings:
        key = key_of_drift(finding)
        when, sides = changed.get(key, (Changed(), Sides()))
        waited = both.waits.get(finding.fingerprint)
        since = waited.since if waited else waits_since(finding.severity, when)
        if since is not None and not is_due(since, lag, now) and not both.is_news(finding):
            waits[finding.fingerprint] = Wait(key, since)
        elif finding.prop and finding.after is None and kept.has(finding.prop) is None:
            lacking.append(finding.prop)
        else:
            reported.append(_with_side(finding, sides))
    return _Due(tuple(reported), waits, tuple(lacking))


def _marks(finding: Finding) -> set[str]:
    """What of the owner's word lets the copy differ so: about the property of that card, or about that very value."""
    own = {replace(finding, kind=FindingKind.DEVIATION).accepted_key} if finding.card and finding.meaning else set()
    return {finding.accepted_key, *own}


def _with_origin(asked: Finding, drift: Finding, mirror: Mirror) -> Finding:
    """What the owner is asked about of the copy, with what the origin still says."""
    says = phrase("drift-origin-says", origin=mirror.origin, before=drift.before or phrase("empty"))
    reason = phrase("then", first=asked.reason, second=says) if asked.reason else says
    return replace(asked, reason=reason, with_origin=True)


def _changed(
    connection: Connection, both: BothBooks, compared: Compared, now: datetime
) -> dict[str, tuple[Changed, Sides]]:
    """When the cards that differ changed on either side, and which side was accepted; by the finding's key."""
    differing = {card.ref.key for card in compared.case.cards}
    missing = {entry.key for entry in compared.missing}
    origins = {
        row: both.pairs.get(row)
        for row, card in both.origin_cards.items()
        if (row in both.pairs and both.copy_cards[both.pairs[row]].entry.key in differing)
        or (row not in both.pairs and card.entry.key in missing)
    }
    ours = mirror_store.changed_at(connection, both.origin.id, origins)
    theirs = mirror_store.changed_at(connection, both.copy.id, [row for row in origins.values() if row is not None])
    went = mirror_store.gone_at(connection, [both.before[row] for row in origins if row in both.before])
    differing_by_key: dict[str, tuple[Changed, Sides]] = {}
    for row, other in origins.items():
        here = both.origin_cards[row]
        there = both.copy_cards[other] if other is not None else None
        key = there.entry.key if there else here.entry.key
        revisions = compared.revisions.get(key, ("", ""))
        when = Changed(ours.get(row), theirs.get(other) if other is not None else went.get(both.before.get(row, 0)))
        sides = Sides(
            Side(here.is_accepted, _latest(when.origin, revised_at(revisions[0], now))),
            Side(there is None or there.is_accepted, _latest(when.copy, revised_at(revisions[1], now))),
        )
        differing_by_key[key] = (when, sides)
    return differing_by_key


def _latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)


def _with_side(finding: Finding, sides: Sides) -> Finding:
    """A finding that also says which side to believe."""
    if finding.card is None or finding.reason is None:
        return finding
    return replace(finding, reason=phrase("then", first=finding.reason, second=sides.said))
