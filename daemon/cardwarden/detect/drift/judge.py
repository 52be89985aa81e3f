"""Two copies are compared, card by card and property by property, with all that the rules know of a change.

What the rules call a change from before to after is here a difference from the origin to its copy. What only a history can
tell (a card that came back, a changed REV), what exports make anew (UIDs, groups by their members' UIDs) and what the
copy's own check tells (hazards, doubled cards) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cardwarden.detect.case import Book, CardChange, Case
from cardwarden.detect.drift.kept import Kept, Tally
from cardwarden.detect.finding import CardRef, Finding, FindingKind, Severity, Urgency
from cardwarden.detect.guarded import Guarded
from cardwarden.detect.judge import Judgement, judge_apart
from cardwarden.detect.reading import Readings, card_reader
from cardwarden.detect.rule import Rule
from cardwarden.detect.steps.values import chain_between
from cardwarden.errors import BUGS
from cardwarden.phrases.phrase import Person, Phrase, Value, phrase
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Bodies, Entry
from cardwarden.vcard.diff import Change, diff_facts
from cardwarden.vcard.pairing import Pair, pair
from cardwarden.vcard.properties import ValueKind, row

MISSING = "drift-missing"
"""What stands for a rule's name if a contact is not in the copy."""
_NOT_OF_COPIES = frozenset(
    {
        "unreadable-card", "card-split", "card-removed", "card-doubled", "came-back", "card-added", "growing", "silent-change",
        "uid-changed", "group-changed", "number-hazard", "number-twice",
    }
)  # fmt: skip
_TOLD = frozenset({ValueKind.TEXT, ValueKind.ADDRESS, ValueKind.PARTS, ValueKind.URI, ValueKind.LIST})
_WORD = re.compile(r"\w+")
_GLANCE = 2_000  # characters that say whether two values are about the same
_UNPAIRED = "origin\x1f"


@dataclass(frozen=True, slots=True)
class Half:
    """One of two copies: what people call it, where its numbers without a country code are of, and its bodies.

    `usual` is what its cards are in that name no character set.
    """

    name: str
    region: str
    bodies: Bodies
    ignore: frozenset[str] = frozenset()
    usual: str = ""

    @property
    def readings(self) -> Readings:
        """What reads its cards."""
        return Readings(self.bodies, self.region, self.ignore, self.usual)


@dataclass(frozen=True, slots=True)
class Compared:
    """What two copies differ in.

    case      the cards that differ, the origin's as before and the copy's as now, under the copy's keys
    missing   cards of the origin that the copy lacks and could hold
    tally     what shows what the copy keeps
    revisions REV of the origin's and of the copy's card, by the copy's key
    unjudged  the copy's keys of cards that were to be compared and cannot be read
    faults    cards that the program failed at, by the copy's key
    """

    case: Case
    missing: tuple[Entry, ...]
    tally: Tally
    revisions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unjudged: frozenset[str] = frozenset()
    faults: Mapping[str, Exception] = field(default_factory=dict)


def pair_copies(origin: Sequence[Entry], copy: Sequence[Entry]) -> list[Pair]:
    """Which card of the origin is which of the copy: by bytes, UID, then likeness, in steps that grow with the books."""
    return pair(origin, copy, one_book=False)


def compare_copies(
    pairs: Sequence[Pair],
    origin: Half,
    copy: Half,
    *,
    examine: Collection[str] | None = None,
    guarded: Guarded | None = None,
    progress: Progress = SILENT,
) -> Compared:
    """Compare pairs of cards (origin, copy); only those whose copy's key, or lone origin's key, stands in `examine`.

    A card that cannot be read on either side is left to its own book's check. A fault at one card changes nothing for the
    others.
    """
    past: list[Entry] = []
    book: list[Entry] = []
    changed: list[CardChange] = []
    missing: list[Entry] = []
    tally = Tally()
    revisions: dict[str, tuple[str, str]] = {}
    unjudged: set[str] = set()
    faults: dict[str, Exception] = {}
    of_origin, of_copy = origin.readings, copy.readings
    for ours, theirs in counted(pairs, progress, Work.COMPARING, len(pairs)):
        key = theirs.key if theirs else ours.key if ours else ""
        was = replace(ours, key=theirs.key if theirs else _UNPAIRED + ours.key) if ours else None
        past += [was] if was else []
        book += [theirs] if theirs else []
        if was is None or ours is None or (examine is not None and key not in examine):
            continue
        if was.problem or (theirs and theirs.problem):
            unjudged.add(key)
            continue
        read_was = card_reader(was, of_origin)
        try:
            if theirs is None:
                tally.missing(read_was()[0])
                missing.append(ours)
                continue
            read_now = card_reader(theirs, of_copy)
            (said, old), (says, new) = read_was(), read_now()
            changes = tuple(diff_facts(list(said), list(says)))
        except BUGS as error:
            faults[key] = error
            continue
        tally.pair(said, says, changes)
        if changes:
            revisions[key] = (old, new)
            changed.append(CardChange(was, theirs, _facts(said), _facts(says), changes, (old, new)))
    case = Case(tuple(changed), Book(tuple(past)), Book(tuple(book)), guarded=guarded or Guarded())
    return Compared(case, tuple(missing), tally, revisions, frozenset(unjudged), faults)


def _facts(facts: tuple[Fact, ...]) -> Callable[[], tuple[Fact, ...]]:
    return lambda: facts


def drifts(
    compared: Compared, kept: Kept, rules: Sequence[Rule], origin: Half, copy: Half, progress: Progress = SILENT
) -> Judgement:
    """What the copy says otherwise, and not only because of what it keeps: findings of the copy's cards.

    What an owner does by hand, too, is as bad as if it was the owner's: nobody knows on which side the hand was.
    """
    cards = [replace(card, changes=tuple(_meant(card, kept))) for card in compared.case.cards]
    case = replace(compared.case, cards=tuple(card for card in cards if card.changes))
    asked = [rule for rule in rules if rule.name not in _NOT_OF_COPIES]
    judged = judge_apart(case, asked, weighed=False, progress=progress)
    findings = [
        _drift(finding, case.by_key[finding.card.key], case, origin, copy)
        for finding in judged.findings
        if finding.card and finding.kind is FindingKind.DEVIATION
    ]
    of_origin = origin.readings
    missing = [
        _missing(entry, origin, copy) for entry in compared.missing if kept.expects(card_reader(entry, of_origin)()[0])
    ]
    return Judgement((*findings, *missing), {**compared.faults, **judged.faults})


def _meant(card: CardChange, kept: Kept) -> Iterable[Change]:
    counts: dict[str, int] = {}
    for fact in card.now:
        counts[fact.name] = counts.get(fact.name, 0) + 1
    named = (change for change in card.changes if row(change.name).kind is not ValueKind.MEMBER)  # UIDs are made anew
    return (change for change in named if kept.is_loss(change, counts))


def _drift(finding: Finding, card: CardChange, case: Case, origin: Half, copy: Half) -> Finding:
    """A deviation between two copies as a drift: the worse if it is a guarded contact's, or another value altogether."""
    severity = finding.severity if finding.by_owner is None else min(finding.severity, finding.by_owner)
    if severity is Severity.NOTICE and any(_is_another(change) for change in finding.changes):
        severity = Severity.WARNING
    if severity >= Severity.NOTICE and case.guarded.has(card.before, card.was):
        severity = Severity.CRITICAL
    theirs = card.after
    before = finding.before
    return replace(
        finding,
        kind=FindingKind.DRIFT,
        severity=severity,
        title=phrase("drift", what=finding.title),
        alike=phrase("drift", what=finding.alike or finding.title),
        reason=_why(before, finding.after, finding.reason, origin, copy),
        card=CardRef(card.ref.key, theirs.uid, card.ref.name, theirs.href) if theirs else card.ref,
        urgency=Urgency.USUAL,
        by_owner=None,
        in_bulk=None,
    )


def _is_another(change: Change) -> bool:
    """Whether a value is another one altogether: in one book that is an edit, in a copy it did not come or came amiss."""
    old, new = change.before, change.after
    if old is None or new is None or not change.of_value or old.row.kind not in _TOLD or old.row.derived:
        return False
    was, now = (set(_WORD.findall(fact.text[:_GLANCE].lower())) for fact in (old, new))
    return len(was & now) * 2 < min(len(was), len(now)) and chain_between(old, new) is None


def _why(before: Value | None, after: Value | None, reason: Phrase | None, origin: Half, copy: Half) -> Phrase:
    """Who says what, and what that means."""
    if before is not None and after is not None:
        says = phrase("drift-says", before=before, after=after, origin=origin.name, copy=copy.name)
        more = _beyond(reason)
        return phrase("then", first=says, second=more) if more else says
    if before is not None:
        return phrase("drift-lost", before=before, origin=origin.name, copy=copy.name)
    return phrase("drift-only", after=after or "", origin=origin.name, copy=copy.name)


def _beyond(reason: Phrase | None) -> Phrase | None:
    """What a rule says of a change beyond "A became B", which was said already."""
    if reason is None or reason.name == "became":
        return None
    values = dict(reason.values)
    first, second = values.get("first"), values.get("second")
    says_the_change = reason.name == "then" and isinstance(first, Phrase) and first.name == "became"
    return second if says_the_change and isinstance(second, Phrase) else reason


def _missing(entry: Entry, origin: Half, copy: Half) -> Finding:
    """A contact that the copy lacks: it is about no card of the copy's."""
    person = Person(entry.name, entry.key)
    return Finding(
        kind=FindingKind.DRIFT,
        rule=MISSING,
        severity=Severity.WARNING,
        title=phrase("drift-missing", who=person),
        reason=phrase("drift-missing-why", origin=origin.name, copy=copy.name),
        alike=phrase("drift-missing-some"),
        per_card=True,
        before=person,
        identity=entry.key,
    )
