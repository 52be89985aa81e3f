"""What the detector says: severities, findings, events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from cardwarden.vcard.diff import Change


class Severity(IntEnum):
    """What it would cost the owner. `info` is recorded and never sent, `critical` is urgent."""

    INFO = 0
    NOTICE = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Kind(StrEnum):
    """A deviation from the baseline, a state that is bad in itself, or a condition of a whole book.

    What is wrong with the record of a book cannot be seen in the book: it stays until its owner accepts it.
    """

    DEVIATION = "deviation"
    HAZARD = "hazard"
    CONDITION = "condition"
    RECORD = "record"


class State(StrEnum):
    """Where a finding stands. Only `open` ones wait for their owner."""

    OPEN = "open"
    PASSED = "passed"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class CardRef:
    """Which card a finding is about. `key` is its stable identity in the book."""

    key: str
    uid: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation of one property of one card, or one hazard, or one condition.

    `title` is what a lock screen shows, `explanation` says why it matters, both plain text, made harmless.
    `prop` is the vCard property's name, "" for a whole card or book. `before` and `after` are values for people.
    `changes` are the differences it explains (none for hazards and conditions). `transformation` says what the
    findings of one rewrite have in common, as it goes after their number ("numbers gained a +"), "" where nothing groups
    them. `already` is set on a hazard that the card had before. `in_bulk` is its severity where many cards were changed
    alike. `identity` stands for the value in the fingerprint where its spelling may change.
    """

    kind: Kind
    rule: str
    severity: Severity
    title: str
    explanation: str
    card: CardRef | None = None
    prop: str = ""
    before: str | None = None
    after: str | None = None
    changes: tuple[Change, ...] = ()
    transformation: str = ""
    already: bool = False
    identity: str = ""
    in_bulk: Severity | None = None

    @property
    def fingerprint(self) -> str:
        """Stable identity in a book while the finding lasts: 32 hex digits.

        A deviation is the card, the property and the value it had (or, for an addition, the value it has); a hazard is
        the card and the value; a condition is its rule. The rule of a deviation and what a value became stay out, so
        that a finding whose value changes again is still the same finding.
        """
        key = self.card.key if self.card else ""
        match self.kind:
            case Kind.DEVIATION:
                parts = (
                    key,
                    self.prop,
                    self.identity or (self.before if self.before is not None else f"+{self.after}"),
                )
            case Kind.HAZARD:
                parts = (key, self.rule, self.identity or self.after or "")
            case Kind.CONDITION:
                parts = (self.rule, "", "")
            case Kind.RECORD:
                parts = (self.rule, self.identity, "")
        return hashlib.sha256("\x1f".join((self.kind, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Event:
    """The findings of one check that have one cause: what a message, `show` and a summary speak of."""

    title: str
    severity: Severity
    explanation: str
    findings: tuple[Finding, ...]
