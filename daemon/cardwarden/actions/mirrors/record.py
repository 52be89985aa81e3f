"""What a comparison came to, in one transaction: what is new is told, what is over ends, the rest is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from cardwarden.actions.checked import ChannelSelector
from cardwarden.actions.following import said_by
from cardwarden.actions.mirrors.books import BothBooks, as_hazard, key_of_drift, news_of
from cardwarden.actions.mirrors.comparison import MirrorComparison
from cardwarden.actions.mirrors.pair import Mirror, book_called, stored_pair
from cardwarden.clock import Clock
from cardwarden.detect.drift.doubt import APART, FAILED, Apart, condition, failed
from cardwarden.detect.finding import Cause, Event, Finding, State, condition_key
from cardwarden.detect.judge import events_of
from cardwarden.phrases.phrase import phrase
from cardwarden.store import accepted as accepted_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store import outbox
from cardwarden.store.books import StoredBook
from cardwarden.store.engine import Connection, Store
from cardwarden.store.mirrors import StoredMirror

_SUMMARY = 3  # events; more at the first comparison are one summary


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the comparison of a pair came to: events that were told, findings that are over.

    `source` is the copy's and `book` what that calls it; `is_held` says whether anything is open in the copy now.
    """

    source: str
    book: str
    events: tuple[int, ...] = ()
    resolved: tuple[int, ...] = ()
    is_held: bool = True


def record(
    store: Store, mirror: Mirror, both: BothBooks, comparison: MirrorComparison, wanted: ChannelSelector, clock: Clock
) -> Reviewed:
    """Tell what is new, end what is over, and keep how far they were compared."""
    at = clock.now()
    here = {finding.fingerprint for finding in comparison.findings}
    findings = news_of(both, comparison.reported)
    judged = (stored for stored in both.open if key_of_drift(stored.finding) not in comparison.unjudged)
    over = [stored.id for stored in judged if stored.finding.fingerprint not in here]
    events = events_of(findings)
    if not (both.stored and both.stored.kept) and len(events) > _SUMMARY:
        events = events_of(findings, first_look=True)
    with store.write() as connection:
        stored = _begun(connection, mirror, both)
        finding_store.transition(connection, over, State.RESOLVED, at, phrase("over-copy-agrees"), both.checks[1])
        _end_conditions(connection, mirror, both, [APART] if comparison.fault else [APART, FAILED], at)
        ids = [_tell(connection, both, event, wanted(both.copy.source, event.severity), at) for event in events]
        for number, finding in comparison.stands.items():
            finding_store.change(connection, number, finding, at, both.checks[1])
        gone = frozenset(over)
        standing = [stored.finding for stored in both.open if stored.id not in gone]
        ids += _tell_better(connection, both, [*comparison.reported, *standing], wanted, at)
        drifts_over = [stored.finding for stored in both.open if stored.id in gone]
        _hazards_again(connection, both.copy.id, drifts_over, at, region=mirror.judging[1].region)
        if comparison.fault:
            names = mirror.origin, mirror.copy
            failure = failed(mirror.name, names, comparison.fault, comparison.failed_at)
            ids += _tell_fault(connection, both.copy, both.checks[1], failure, wanted, at)
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
    return Reviewed(both.copy.source, both.copy.book, tuple(ids), tuple(over), is_held)


def _end_conditions(
    connection: Connection, mirror: Mirror, both: BothBooks, rules: Sequence[str], at: datetime
) -> None:
    """The pair was compared: what kept it from that is over, and told anew if it comes again, whoever accepted it."""
    for rule in rules:
        ended = _open_condition_ids(connection, both.copy.id, rule, mirror.name)
        why = phrase("over-copy-compared")
        finding_store.transition(connection, ended, State.RESOLVED, at, why, both.checks[1])
    keys = [condition_key(rule, mirror.name) for rule in rules]
    accepted_store.forget_accepted(connection, both.copy.id, keys, "over", at)


def _tell_better(
    connection: Connection, both: BothBooks, drifts: Sequence[Finding], wanted: ChannelSelector, at: datetime
) -> list[int]:
    """Hazards of the copy that these drifts tell, too, and say more of, are over; what else their events had is told anew.

    Gives the ids of the events that are told instead. No all-clear comes of what is only told otherwise.
    """
    better = {as_hazard(finding) for finding in drifts if finding.card and finding.meaning}
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
    by_hazard = {as_hazard(finding): finding for finding in over if finding.card and finding.meaning}
    hazards = finding_store.resolved_hazards(connection, copy_id, [drift.meaning for drift in by_hazard.values()])
    if not hazards:
        return
    usual = book_store.charset(connection, copy_id)
    there = {card.entry.key: card.entry.digest for card in card_store.load_cards(connection, copy_id) if card.present}
    again = [
        stored.id
        for stored in hazards
        if (drift := by_hazard.get(stored.finding.accepted_key)) is not None
        and drift.card is not None
        and drift.card.key in there
        and (drift.prop, drift.meaning) in said_by(connection, there[drift.card.key], region, usual)
    ]
    finding_store.transition(connection, again, State.OPEN, at, phrase("again-not-told-as-drift"))


def _begun(connection: Connection, mirror: Mirror, both: BothBooks) -> StoredMirror:
    """The pair's row; a pair of other books than before begins anew."""
    known = stored_pair(connection, mirror)
    if known and both.stored is None:
        mirror_store.remove(connection, known.id)
        known = None
    return known or mirror_store.begin(connection, mirror.name, both.origin.id, both.copy.id)


def _tell(connection: Connection, both: BothBooks, event: Event, channels: Iterable[str], at: datetime) -> int:
    states = [State.OPEN] * len(event.findings)
    event_id, _ = finding_store.add_event(connection, both.copy.id, both.checks[1], event, states, at)
    for channel in channels:
        outbox.enqueue(connection, channel, event_id, at)
    return event_id


def note_apart(
    store: Store, mirror: Mirror, both: BothBooks, why: Apart, wanted: ChannelSelector, clock: Clock, *, cards: int = 0
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
        is_told = bool(_open_condition_ids(connection, both.copy.id, APART, mirror.name))
        is_right = finding.accepted_key in accepted_store.accepted_keys(connection, both.copy.id)
        if is_old and known and known.apart == why and not is_told and not is_right:
            event = Event(Cause.CARD, finding.severity, 1, (finding,))
            ids.append(_tell(connection, both, event, wanted(both.copy.source, event.severity), at))
        mirror_store.note(connection, stored.id, apart=why.value, apart_since=since, fault="")
    return Reviewed(both.copy.source, both.copy.book, tuple(ids))


def note_fault(store: Store, mirror: Mirror, place: str, wanted: ChannelSelector, clock: Clock) -> Reviewed | None:
    """Note that the program failed at a pair, and tell it once; it is tried again at the next check."""
    with store.write() as connection:
        origin, copy = book_called(connection, mirror.origin), book_called(connection, mirror.copy)
        if origin is None or copy is None:
            return None
        known = stored_pair(connection, mirror)
        stored = known or mirror_store.begin(connection, mirror.name, origin.id, copy.id)
        mirror_store.note(connection, stored.id, fault=place)
        check = mirror_store.last_check(connection, copy.id)
        ids = _tell_fault(
            connection, copy, check, failed(mirror.name, (mirror.origin, mirror.copy), place), wanted, clock.now()
        )
    return Reviewed(copy.source, copy.book, tuple(ids))


def _tell_fault(
    connection: Connection, copy: StoredBook, check: int, finding: Finding, wanted: ChannelSelector, at: datetime
) -> list[int]:
    """Tell that the program failed at a pair, unless that is open already or its owner has accepted it."""
    is_told = bool(_open_condition_ids(connection, copy.id, FAILED, finding.identity))
    if is_told or finding.accepted_key in accepted_store.accepted_keys(connection, copy.id):
        return []
    event = Event(Cause.CARD, finding.severity, 1, (finding,))
    event_id, _ = finding_store.add_event(connection, copy.id, check, event, [State.OPEN], at)
    for channel in wanted(copy.source, event.severity):
        outbox.enqueue(connection, channel, event_id, at)
    return [event_id]


def give_up(store: Store, gone: Sequence[StoredMirror], clock: Clock) -> None:
    with store.write() as connection:
        for stored in gone:
            drifts = mirror_store.drifts(connection, stored.id)
            drifted = [stored_drift.finding for stored_drift in finding_store.find_findings(connection, drifts)]
            conditions = [
                _open_condition_ids(connection, stored.copy_id, rule, stored.name) for rule in (APART, FAILED)
            ]
            over = [*drifts, *chain.from_iterable(conditions)]
            why = phrase("over-pair-gone")
            finding_store.transition(connection, over, State.RESOLVED, clock.now(), why)
            _hazards_again(connection, stored.copy_id, drifted, clock.now())
            mirror_store.remove(connection, stored.id)


def _open_condition_ids(connection: Connection, copy_id: int, rule: str, mirror: str) -> list[int]:
    """The ids of the open conditions of one pair that `rule` stands for."""
    every = finding_store.open_ids_of_rule(connection, copy_id, rule, without=())
    others = set(finding_store.open_ids_of_rule(connection, copy_id, rule, without=(mirror,)))
    return [number for number in every if number not in others]
