"""Copies that must agree: after a check of either book the copy is compared with its origin, and drift is told.

Only what changed since the last comparison is compared again: which card is which is kept. Nothing is written into a book.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from cardwarden.actions.checked import Wanted
from cardwarden.actions.claim import claim
from cardwarden.actions.following import said_by
from cardwarden.actions.judging import Judging, guarded_in
from cardwarden.clock import Clock
from cardwarden.detect.drift.doubt import APART, FAILED, Apart, apart, apart_in_many_ways, condition, differing, failed
from cardwarden.detect.drift.judge import Compared, Half, compare_copies, drifts, pair_copies
from cardwarden.detect.drift.kept import Kept
from cardwarden.detect.drift.lag import Changed, is_due, waits_since
from cardwarden.detect.drift.sides import Side, Sides, revised_at
from cardwarden.detect.finding import Cause, Event, Finding, FindingKind, State, condition_key
from cardwarden.detect.judge import events_of
from cardwarden.errors import BUGS, RefusedError, place_of
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store import outbox
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection, Store
from cardwarden.store.findings import StoredFinding
from cardwarden.store.mirrors import StoredMirror, Wait
from cardwarden.vcard.index import digest_of
from cardwarden.vcard.pairing import Pair

_PATIENCE = 5.0  # seconds; the next check compares, too
_SUMMARY = 3  # events; more at the first comparison are one summary

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mirror:
    """Two books that are to say the same, as the settings name them: `source`, or `source/book`.

    lag     how long a change may take to come to the copy
    keeps   the properties that the copy keeps, as its owner says; None: that is learnt
    judging what the origin and the copy are judged by
    """

    name: str
    origin: str
    copy: str
    lag: timedelta
    keeps: tuple[str, ...] | None
    judging: tuple[Judging, Judging]

    @property
    def sources(self) -> tuple[str, str]:
        """The sources of the origin and of the copy."""
        return self.origin.partition("/")[0], self.copy.partition("/")[0]

    @property
    def settings_digest(self) -> str:
        """Differs when anything differs that decides what is drift, so that all cards are compared anew."""
        ours, theirs = self.judging
        said = repr((self.origin, self.copy, self.lag, self.keeps, ours.settings_digest, theirs.settings_digest))
        return digest_of(said.encode("utf-8"))[:16]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the comparison of a pair came to: the copy's source and title, events that were told, findings that are over.

    `is_held` says whether anything is open in the copy now.
    """

    source: str
    title: str
    events: tuple[int, ...] = ()
    resolved: tuple[int, ...] = ()
    is_held: bool = True


def find(connection: Connection, name: str) -> StoredBook | None:
    """The book that the settings call `source` or `source/book`: by its title, or by what its source calls it.

    None if it was never seen, or if the source has several and none is named.
    """
    source, _, book = name.partition("/")
    known = [book for book in book_store.books(connection, source) if book.last_conclusive_at]
    if book:
        known = [stored_book for stored_book in known if book in {stored_book.title, stored_book.book}]
    return known[0] if len(known) == 1 else None


def review_mirrors(
    store: Store, mirrors: Sequence[Mirror], source: str, wanted: Wanted, clock: Clock
) -> list[Reviewed]:
    """Compare the pairs of which a book of `source` is one, if anything changed since they were compared.

    Pairs that the settings have no more are given up, and what was open of them is over. Raises StoreError.
    """
    with store.read() as connection:
        stored = {pair.name: pair for pair in mirror_store.mirrors(connection)}
    if stored.keys() - {mirror.name for mirror in mirrors}:
        _give_up(
            store, [pair for name, pair in stored.items() if name not in {mirror.name for mirror in mirrors}], clock
        )
    all_reviewed: list[Reviewed] = []
    for mirror in mirrors:
        if source not in mirror.sources:
            continue
        try:
            reviewed = _review(store, mirror, wanted, clock)
        except RefusedError:
            continue  # the book is being checked, or put right: who does that compares them
        except BUGS as error:
            _log.error("mirror %s: a bug, %s", mirror.name, place_of(error))
            reviewed = _note_fault(store, mirror, place_of(error), wanted, clock)
        if reviewed and (reviewed.events or reviewed.resolved):
            all_reviewed.append(reviewed)
    return all_reviewed


def _note_fault(store: Store, mirror: Mirror, place: str, wanted: Wanted, clock: Clock) -> Reviewed | None:
    """Note that the program failed at a pair, and tell it once; it is tried again at the next check."""
    with store.write() as connection:
        origin, copy = find(connection, mirror.origin), find(connection, mirror.copy)
        if origin is None or copy is None:
            return None
        known = _stored(connection, mirror)
        stored = known or mirror_store.begin(connection, mirror.name, origin.id, copy.id)
        mirror_store.note(connection, stored.id, fault=place)
        check = mirror_store.last_check(connection, copy.id)
        ids = _tell_fault(
            connection, copy, check, failed(mirror.name, (mirror.origin, mirror.copy), place), wanted, clock.now()
        )
    return Reviewed(copy.source, copy.title, tuple(ids))


def _tell_fault(
    connection: Connection, copy: StoredBook, check: int, finding: Finding, wanted: Wanted, at: datetime
) -> list[int]:
    """Tell that the program failed at a pair, unless that is open already or its owner has accepted it."""
    is_told = bool(_open_conditions(connection, copy.id, FAILED, finding.identity))
    if is_told or finding.accepted_key in finding_store.accepted_keys(connection, copy.id):
        return []
    event = Event(Cause.CARD, finding.severity, 1, (finding,))
    event_id, _ = finding_store.add_event(connection, copy.id, check, event, [State.OPEN], at)
    for channel in wanted(copy.source, event.severity):
        outbox.enqueue(connection, channel, event_id, at)
    return [event_id]


def _give_up(store: Store, gone: Sequence[StoredMirror], clock: Clock) -> None:
    with store.write() as connection:
        for stored in gone:
            drifts = mirror_store.drifts(connection, stored.id)
            told = [found.finding for found in finding_store.find_findings(connection, drifts)]
            conditions = [_open_conditions(connection, stored.copy_id, rule, stored.name) for rule in (APART, FAILED)]
            over = [*drifts, *chain.from_iterable(conditions)]
            why = phrase("over-pair-gone")
            finding_store.transition(connection, over, State.RESOLVED, clock.now(), why)
            _hazards_again(connection, stored.copy_id, told, clock.now())
            mirror_store.remove(connection, stored.id)


def _open_conditions(connection: Connection, copy_id: int, rule: str, mirror: str) -> list[int]:
    """The ids of the open conditions of one pair that `rule` stands for."""
    every = finding_store.conditions_but(connection, copy_id, rule, ())
    others = set(finding_store.conditions_but(connection, copy_id, rule, (mirror,)))
    return [number for number in every if number not in others]


def _review(store: Store, mirror: Mirror, wanted: Wanted, clock: Clock) -> Reviewed | None:
    """Compare one pair, if there is anything new; None where there is not, or a book was never read."""
    with store.read() as connection:
        books = find(connection, mirror.origin), find(connection, mirror.copy)
        origin, copy = books
        if (
            origin is None
            or copy is None
            or origin.id == copy.id
            or not _is_anything_new(connection, mirror, origin, copy, clock)
        ):
            return None
    with claim(store, copy.source, copy.book, clock, patience=_PATIENCE):
        with store.read() as connection:
            both = _Books.loaded(connection, mirror, origin, copy)
            if (why := apart(len(both.origin_cards), len(both.copy_cards), len(both.pairs))) is Apart.NONE:
                comparison = _compare(connection, mirror, both, clock.now())
            if why is Apart.NONE and apart_in_many_ways(_news(both, comparison.told), len(both.pairs)):
                why = Apart.IN_MANY_WAYS
        if why is Apart.IN_MANY_WAYS:
            return _note_apart(store, mirror, both, why, wanted, clock, cards=differing(comparison.told))
        if why is not Apart.NONE:
            return _note_apart(store, mirror, both, why, wanted, clock)
        return _record(store, mirror, both, comparison, wanted, clock)


def _is_anything_new(
    connection: Connection, mirror: Mirror, origin: StoredBook, copy: StoredBook, clock: Clock
) -> bool:
    """Whether either book changed since they were compared, the settings did, or something that waited is due."""
    known = _stored(connection, mirror)
    if (
        known is None
        or known.compared_with != mirror.settings_digest
        or (known.origin_id, known.copy_id) != (origin.id, copy.id)
    ):
        return True
    if known.apart or known.fault or (known.due_at is not None and known.due_at <= clock.now()):
        return True
    checks = mirror_store.last_check(connection, origin.id), mirror_store.last_check(connection, copy.id)
    return checks != (known.origin_check, known.copy_check)


def _stored(connection: Connection, mirror: Mirror) -> StoredMirror | None:
    return next((stored for stored in mirror_store.mirrors(connection) if stored.name == mirror.name), None)


@dataclass(frozen=True, slots=True)
class _Books:
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
    def loaded(cls, connection: Connection, mirror: Mirror, origin: StoredBook, copy: StoredBook) -> _Books:
        """Both books as they are stored, and which card is which."""
        stored = _stored(connection, mirror)
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
            examine |= {_key(stored.finding) for stored in findings} | {wait.key for wait in waits.values()}
        checks = mirror_store.last_check(connection, origin.id), mirror_store.last_check(connection, copy.id)
        return cls(
            mirror, stored, origin, copy, ours, theirs, before, pairs, frozenset(examine), anew, checks, tuple(findings),
            asked, hazards, frozenset(new), waits,
        )  # fmt: skip

    def is_news(self, finding: Finding) -> bool:
        """Whether a drift is about a hazard that came to the copy since the last comparison: the two are told as one."""
        hazard = self.hazards.get(_as_hazard(finding))
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


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What a comparison says: all that drifts now, what of it is to be told, what waits, and what the copy keeps.

    `stands` is what the copy's own check asks about, by the finding's id, with what the origin says of it; `unjudged` are the
    copy's keys of cards of which nothing is known: unreadable ones, and those that the program failed at; of these `fault` says
    where it failed first, "" if at none, and `failed_at` how many they are.
    """

    compared: Compared
    found: tuple[Finding, ...]
    told: tuple[Finding, ...]
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


def _compare(connection: Connection, mirror: Mirror, both: _Books, now: datetime) -> _Comparison:
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
    right = finding_store.accepted_keys(connection, both.copy.id)
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
        if not _tells_of_origin(both.asked[key].finding.reason)
    }
    changed = _changed(connection, both, compared, now)
    told: list[Finding] = []
    waits: dict[str, Wait] = {}
    for finding in findings:
        key = _key(finding)
        sides = changed.get(key, (Changed(), Sides()))
        waited = both.waits.get(finding.fingerprint)
        since = waited.since if waited else waits_since(finding.severity, sides[0])
        if since is not None and not is_due(since, mirror.lag, now) and not both.is_news(finding):
            waits[finding.fingerprint] = Wait(key, since)
        elif finding.prop and finding.after is None and kept.has(finding.prop) is None:
            learnt = replace(learnt, properties={**learnt.properties, finding.prop: False})
        else:
            told.append(_with_side(finding, sides[1]))
    shown = {fact.name for card in compared.case.cards for fact in card.now}
    learnt = replace(learnt, properties={**dict.fromkeys(shown - learnt.properties.keys(), True), **learnt.properties})
    unjudged = compared.unjudged | judged.faults.keys()
    place = next(map(place_of, judged.faults.values()), "")
    return _Comparison(
        compared, tuple(findings), tuple(told), waits, stands, learnt, unjudged, place, len(judged.faults)
    )


def _marks(finding: Finding) -> set[str]:
    """What of the owner's word lets the copy differ so: about the property of that card, or about that very value."""
    own = {replace(finding, kind=FindingKind.DEVIATION).accepted_key} if finding.card and finding.meaning else set()
    return {finding.accepted_key, *own}


def _with_origin(asked: Finding, drift: Finding, mirror: Mirror) -> Finding:
    """What the owner is asked about of the copy, with what the origin still says."""
    says = phrase("drift-origin-says", origin=mirror.origin, before=drift.before or phrase("empty"))
    return replace(asked, reason=phrase("then", first=asked.reason, second=says) if asked.reason else says)


def _tells_of_origin(reason: Phrase | None) -> bool:
    if reason is None:
        return False
    parts = [value for _, value in reason.values if isinstance(value, Phrase)]
    return reason.name == "drift-origin-says" or any(map(_tells_of_origin, parts))


def _key(finding: Finding) -> str:
    """The key of the copy's card that a drift is about, or of the origin's that the copy lacks."""
    return finding.card.key if finding.card else finding.identity


def _changed(
    connection: Connection, both: _Books, compared: Compared, now: datetime
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


def _news(both: _Books, told: Iterable[Finding]) -> list[Finding]:
    """What is not open already as it is now."""
    known = {stored.finding.fingerprint: stored.finding for stored in both.open}
    return [
        finding
        for finding in told
        if (was := known.get(finding.fingerprint)) is None or (was.rule, was.meaning) != (finding.rule, finding.meaning)
    ]


def _record(
    store: Store, mirror: Mirror, both: _Books, comparison: _Comparison, wanted: Wanted, clock: Clock
) -> Reviewed:
    """Tell what is new, end what is over, and keep how far they were compared."""
    at = clock.now()
    here = {finding.fingerprint for finding in comparison.found}
    findings = _news(both, comparison.told)
    still = (stored for stored in both.open if _key(stored.finding) not in comparison.unjudged)
    over = [stored.id for stored in still if stored.finding.fingerprint not in here]
    events = events_of(findings)
    if not (both.stored and both.stored.kept) and len(events) > _SUMMARY:
        events = events_of(findings, first_look=True)
    with store.write() as connection:
        stored = _begun(connection, mirror, both)
        finding_store.transition(connection, over, State.RESOLVED, at, phrase("over-copy-agrees"), both.checks[1])
        over_now = [APART] if comparison.fault else [APART, FAILED]
        for rule in over_now:
            ended = _open_conditions(connection, both.copy.id, rule, mirror.name)
            why = phrase("over-copy-compared")
            finding_store.transition(connection, ended, State.RESOLVED, at, why, both.checks[1])
        keys = [condition_key(rule, mirror.name) for rule in over_now]
        finding_store.forget_accepted(connection, both.copy.id, keys)
        ids = [_tell(connection, both, event, wanted(both.copy.source, event.severity), at) for event in events]
        for number, finding in comparison.stands.items():
            finding_store.change(connection, number, finding, at, both.checks[1])
        gone = frozenset(over)
        standing = [stored.finding for stored in both.open if stored.id not in gone]
        ids += _tell_better(connection, both, [*comparison.told, *standing], wanted, at)
        drifts_over = [stored.finding for stored in both.open if stored.id in gone]
        _hazards_again(connection, both.copy.id, drifts_over, at, region=mirror.judging[1].region)
        if comparison.fault:
            names = mirror.origin, mirror.copy
            told = failed(mirror.name, names, comparison.fault, comparison.failed_at)
            ids += _tell_fault(connection, both.copy, both.checks[1], told, wanted, at)
        mirror_store.set_pairs(connection, stored.id, both.before, both.pairs, both.origin_cards)
        mirror_store.set_waits(connection, stored.id, comparison.waits)
        mirror_store.note(
            connection,
            stored.id,
            kept=comparison.kept.dumped(),
            compared_with=mirror.settings_digest,
            compared_at=at,
            origin_check=both.checks[0],
            copy_check=both.checks[1],
            apart="",
            apart_since=None,
            fault=comparison.fault,
            due_at=min((wait.since + mirror.lag for wait in comparison.waits.values()), default=None),
        )
        is_held = finding_store.is_anything_held(connection, both.copy.id)
    return Reviewed(both.copy.source, both.copy.title, tuple(ids), tuple(over), is_held)


def _as_hazard(drift: Finding) -> str:
    """The `Finding.accepted_key` of the hazard that the value of a drift may be."""
    return replace(drift, kind=FindingKind.HAZARD).accepted_key


def _tell_better(
    connection: Connection, both: _Books, drifts: Sequence[Finding], wanted: Wanted, at: datetime
) -> list[int]:
    """Hazards of the copy that these drifts tell, too, and say more of, are over; what else their events had is told anew.

    Gives the ids of the events that are told instead. No all-clear comes of what is only told otherwise.
    """
    better = {_as_hazard(finding) for finding in drifts if finding.card and finding.meaning}
    hazards = [stored for key, stored in both.hazards.items() if key in better]
    if not hazards:
        return []
    instead: list[int] = []
    why = phrase("over-told-as-drift", origin=both.mirror.origin)
    finding_store.transition(connection, [stored.id for stored in hazards], State.RESOLVED, at, why, both.checks[1])
    left = finding_store.open_findings(connection, both.copy.id)
    for event_id, channels in outbox.withdraw(connection, {stored.event_id for stored in hazards}).items():
        rest = [stored.finding for stored in left if stored.event_id == event_id]
        is_first = not (both.stored and both.stored.kept)
        for event in events_of(rest, first_look=is_first):
            still = [name for name in wanted(both.copy.source, event.severity) if name in channels]
            instead.append(_tell(connection, both, event, still, at))
    return instead


def _hazards_again(
    connection: Connection, copy_id: int, over: Iterable[Finding], at: datetime, *, region: str = ""
) -> None:
    """What only a drift told of, and is bad in itself all the same, is open again when the drift is over."""
    told = {_as_hazard(finding): finding for finding in over if finding.card and finding.meaning}
    hazards = finding_store.resolved_hazards(connection, copy_id, [drift.meaning for drift in told.values()])
    if not hazards:
        return
    there = {card.entry.key: card.entry.digest for card in card_store.load_cards(connection, copy_id) if card.present}
    again = [
        stored.id
        for stored in hazards
        if (drift := told.get(stored.finding.accepted_key)) is not None
        and drift.card is not None
        and drift.card.key in there
        and (drift.prop, drift.meaning) in said_by(connection, there[drift.card.key], region)
    ]
    finding_store.transition(connection, again, State.OPEN, at, phrase("again-not-told-as-drift"))


def _begun(connection: Connection, mirror: Mirror, both: _Books) -> StoredMirror:
    """The pair's row; a pair of other books than before begins anew."""
    known = _stored(connection, mirror)
    if known and both.stored is None:
        mirror_store.remove(connection, known.id)
        known = None
    return known or mirror_store.begin(connection, mirror.name, both.origin.id, both.copy.id)


def _tell(connection: Connection, both: _Books, event: Event, channels: Iterable[str], at: datetime) -> int:
    states = [State.OPEN] * len(event.findings)
    event_id, _ = finding_store.add_event(connection, both.copy.id, both.checks[1], event, states, at)
    for channel in channels:
        outbox.enqueue(connection, channel, event_id, at)
    return event_id


def _note_apart(
    store: Store, mirror: Mirror, both: _Books, why: Apart, wanted: Wanted, clock: Clock, *, cards: int = 0
) -> Reviewed:
    """Two books that are no copies of one: doubted, and told once when they have looked so for a while."""
    at, since = clock.now(), clock.monotonic()
    known = both.stored
    if known and known.apart == why and known.apart_since is not None and known.apart_since <= since:
        since = known.apart_since
    numbers = len(both.origin_cards), len(both.copy_cards), len(both.pairs)
    finding = condition(why, mirror.name, (mirror.origin, mirror.copy), numbers, cards)
    ids: list[int] = []
    with store.write() as connection:
        stored = _begun(connection, mirror, both)
        is_old = clock.monotonic() - since >= mirror.judging[1].believe_after.total_seconds()
        is_told = bool(_open_conditions(connection, both.copy.id, APART, mirror.name))
        is_right = finding.accepted_key in finding_store.accepted_keys(connection, both.copy.id)
        if is_old and known and known.apart == why and not is_told and not is_right:
            event = Event(Cause.CARD, finding.severity, 1, (finding,))
            ids.append(_tell(connection, both, event, wanted(both.copy.source, event.severity), at))
        mirror_store.note(connection, stored.id, apart=why.value, apart_since=since, fault="")
    return Reviewed(both.copy.source, both.copy.title, tuple(ids))
