"""What the detector says: severities, findings, events. Values only: sentences are made when somebody reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from cardwarden.detect.outcome import Doubt
from cardwarden.phrases.phrase import Person, Phrase, Value, phrase

if TYPE_CHECKING:  # who only asks what is open loads no vCard
    from cardwarden.vcard.diff import Change

SeverityWord: TypeAlias = Literal["info", "notice", "warning", "critical"]
_SEVERITY_WORDS: Final[tuple[SeverityWord, ...]] = ("info", "notice", "warning", "critical")


class Severity(IntEnum):
    """What it would cost the owner. `info` is recorded and never sent, `critical` is urgent."""

    INFO = 0
    NOTICE = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def word(self) -> SeverityWord:
        """What settings and JSON call it."""
        return _SEVERITY_WORDS[self]


class FindingKind(StrEnum):
    """A deviation from the baseline, a state that is bad in itself, or a condition of a whole book.

    What is wrong with the record of a book cannot be seen in the book: it stays until its owner accepts it. A drift is what
    a copy says otherwise than its origin: it belongs to the copy, and only a comparison of the two can end it.
    """

    DEVIATION = "deviation"
    HAZARD = "hazard"
    CONDITION = "condition"
    RECORD = "record"
    DRIFT = "drift"


class State(StrEnum):
    """Where a finding stands. Only `open` ones wait for their owner."""

    OPEN = "open"
    PASSED = "passed"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"


class Urgency(StrEnum):
    """Why a finding is as urgent as it is, beyond what happened to the value itself."""

    USUAL = ""
    ASKED = "asked"
    ASKED_UNSIGNED = "asked-unsigned"
    SEVERAL = "several"
    UNDATED = "undated"
    UNSTAMPED = "unstamped"
    UNKNOWN_PROGRAM = "unknown-program"
    UNSIGNED = "unsigned"
    GUARDED = "guarded"


class Cause(StrEnum):
    """What the findings of an event have in common: one card (or book), one change of many cards, or the first look."""

    CARD = "card"
    ALIKE = "alike"
    FIRST_LOOK = "first-look"


@dataclass(frozen=True, slots=True)
class CardRef:
    """Which card a finding is about. `key` is its stable identity in the book, `name` as it was written, "" if none."""

    key: str
    uid: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation of one property of one card, or one hazard, or one condition.

    title      what happened, as a lock screen shows it after the contact's name
    reason     why it matters; None if the title says all
    prop       the vCard property's name, "" for a whole card or book
    before     the value that was there, as it was written, or a phrase for it; None if none
    after      the value that is there
    changes    the differences it explains (none for hazards and conditions)
    alike      what the findings of one rewrite have in common, as a phrase that can be said of `many`; None: `title`
    per_card   of many alike the contacts are counted, not the values
    whole_card it explains the card as a whole: no other rule need say anything of it
    already    a hazard that the card had before
    of_two     two such cards have one cause already: what the one lost, the other one got
    in_bulk    its severity if many cards were changed alike
    by_owner   its severity if it was most likely an edit of the owner's; None for what no owner does by hand
    doubt      of a condition: why its book is not believed
    with_origin  its reason says, too, what the origin of the copy says
    urgency    why it has another severity than its rule gave it, or is urgent though it might be an edit of the owner's
    identity   the meaning of the value that makes it this finding: what was there, or what was added or is a hazard
    meaning    the meaning of the value that is there now, "" if none
    """

    kind: FindingKind
    rule: str
    severity: Severity
    title: Phrase
    reason: Phrase | None = None
    card: CardRef | None = None
    prop: str = ""
    before: Value | None = None
    after: Value | None = None
    changes: tuple[Change, ...] = ()
    alike: Phrase | None = None
    per_card: bool = False
    whole_card: bool = False
    already: bool = False
    of_two: bool = False
    identity: str = ""
    meaning: str = ""
    in_bulk: Severity | None = None
    by_owner: Severity | None = None
    urgency: Urgency = Urgency.USUAL
    doubt: Doubt = Doubt.NONE
    with_origin: bool = False

    @property
    def person(self) -> Person | None:
        """Whom it is about."""
        return Person(self.card.name, self.card.key) if self.card else None

    @property
    def named(self) -> Person | None:
        """Whom it names: the card's contact, or one that a copy lacks; None for a condition of a book."""
        missing = self.before if self.kind is FindingKind.DRIFT and isinstance(self.before, Person) else None
        return self.person or missing

    @property
    def explanation(self) -> Phrase | None:
        """Why it matters, and why it is as urgent as it is; None if the title says all."""
        if self.urgency is Urgency.USUAL:
            return self.reason
        said = phrase(f"urgency-{self.urgency}")
        return phrase("then", first=self.reason, second=said) if self.reason else said

    @property
    def fingerprint(self) -> str:
        """Stable identity in a book while the finding lasts: 32 hex digits.

        A deviation is the card, the property and the meaning of the value it had (or, for an addition, of the value it
        has); a drift is the same, of what the origin says; a hazard is the card and the meaning of the value; a condition
        is its rule and its identity. The rule of a deviation, what a value became and how values are written stay out, so
        that a finding whose value changes again, or is written otherwise, is still the same finding.
        """
        key = self.card.key if self.card else ""
        match self.kind:
            case FindingKind.DEVIATION:
                parts = (key, self.prop, self.identity)
            case FindingKind.DRIFT:
                parts = (key, self.prop or self.rule, self.identity)
            case FindingKind.HAZARD:
                parts = (key, self.rule, self.identity)
            case FindingKind.CONDITION | FindingKind.RECORD:
                parts = (self.rule, self.identity, "")
        return _digest(self.kind, *parts)

    @property
    def accepted_key(self) -> str:
        """What accepting it declares right: this meaning in this property of this card, whatever rule speaks of it.

        Of a drift: that the copy says otherwise in this property of this card, whatever it says.
        """
        if self.kind is FindingKind.DRIFT:
            return _digest("drift", self.card.key if self.card else self.identity, self.prop or self.rule)
        if self.kind in {FindingKind.CONDITION, FindingKind.RECORD}:
            return condition_key(self.rule, self.identity)
        return _digest("accepted", self.card.key if self.card else self.rule, self.prop, self.meaning)


def condition_key(rule: str, identity: str = "") -> str:
    """The key of a condition that its owner accepts: it is right so."""
    return _digest("accepted", rule, identity)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Event:
    """The findings of one check that have one cause: what a message, `show` and a summary speak of.

    `count` is how many values or contacts it told of when it was found. The findings stand the worst first.
    """

    cause: Cause
    severity: Severity
    count: int
    findings: tuple[Finding, ...]

    @property
    def title(self) -> Phrase:
        """What happened, for a lock screen."""
        if not self.findings:
            return phrase("event-forgotten")
        worst = self.findings[0]
        match self.cause:
            case Cause.FIRST_LOOK:
                return phrase("event-first-look", count=self.count)
            case Cause.ALIKE:
                return (worst.alike or worst.title).of_many(self.count)
            case Cause.CARD:
                return _of_one(worst, more_than_first(self.findings))

    @property
    def reason(self) -> Phrase | None:
        """Why it matters; None if the title says all."""
        if not self.findings:
            return None
        worst = self.findings[0]
        if self.cause is Cause.CARD or worst.person is None:
            return worst.explanation
        if self.cause is Cause.FIRST_LOOK:
            sentence = phrase("event-worst", who=worst.person, what=worst.title)
            return phrase("then", first=sentence, second=worst.explanation) if worst.explanation else sentence
        return phrase("event-example", who=worst.person, why=worst.explanation) if worst.explanation else None


def more_than_first(findings: Sequence[Finding]) -> int:
    """How many more things happened than the first, the worst one; what is only recorded counts if all is."""
    sent = [finding for finding in findings if finding.severity > Severity.INFO]
    return len(sent or findings) - 1


def _of_one(worst: Finding, more: int) -> Phrase:
    if worst.person is None:
        return worst.title
    if not more:
        return phrase("event-of-card", who=worst.person, what=worst.title)
    return phrase("event-of-card-and-more", who=worst.person, what=worst.title, count=more)
