"""A card that stands in the book a second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CROWD, CardChange, Case
from cardwarden.detect.words import danger
from cardwarden.text import clip
from cardwarden.vcard.card import Entry
from cardwarden.vcard.index import contact_key
from cardwarden.vcard.number import misdialled
from cardwarden.vcard.pairing import same_person


@dataclass(frozen=True, slots=True)
class CardDoubled:
    """A contact was doubled: a new card is the same person as one that is already there.

    The same person means the same UID, or a like name together with a shared number or mail address. Programs that
    lose track of what they have sent make such copies, sometimes with a changed number. A copy whose number would ring
    at a stranger's is critical. Doubles that are there at the first look are a notice.
    """

    name: ClassVar[str] = "card-doubled"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    danger_severity: Severity = Severity.CRITICAL
    first_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is not None or card.after is None:
            return
        twin = _twin(card.after, case)
        if twin is None:
            return
        told = f"{clip(twin.name, 60) or 'The contact'} {'' if case.first_look else 'now '}stands in the address book twice."
        if case.first_look:
            yield self._finding(card, self.first_severity, told, Kind.HAZARD, card.ref.name)
            return
        bad = next((f for f in card.now if f.number and misdialled(f.number)), None)
        if bad and bad.number:
            told = f"{told} The copy has {clip(bad.text, 40)}. {danger(bad.number)}"
        elif new := _new_number(card, twin):
            told = f"{told} The copy has another number: {clip(new, 40)}."
        severity = self.danger_severity if bad else self.severity
        yield self._finding(card, severity, told, Kind.DEVIATION, clip(bad.text, 60) if bad else card.ref.name)

    def _finding(self, card: CardChange, severity: Severity, told: str, kind: Kind, after: str) -> Finding:
        return Finding(
            kind=kind,
            rule=self.name,
            severity=severity,
            title="Contact doubled" if kind is Kind.DEVIATION else "Contact stands there twice",
            explanation=told,
            card=card.ref,
            after=after,
            identity=card.ref.key,
            transformation="contacts were doubled" if kind is Kind.DEVIATION else "contacts stand there twice",
        )


def _twin(new: Entry, case: Case) -> Entry | None:
    """A card of the same person that was there first."""
    for other in case.book.by_uid.get(new.uid, ())[:CROWD] if new.uid else ():
        if other.key != new.key and _earlier(other, new, case):
            return other
    for other in case.book.near(new):
        if same_person(other.name, new.name) and _earlier(other, new, case):
            return other
    if new.contacts:
        return None
    named = case.book.by_name.get(new.name.lower(), ())[:CROWD]
    return next((o for o in named if o.key != new.key and _earlier(o, new, case)), None)


def _earlier(one: Entry, other: Entry, case: Case) -> bool:
    """Which of two cards was there first: a known one before a new one, and among new ones in the book's order."""
    if other.key in case.past_keys or one.key in case.past_keys:
        return one.key in case.past_keys
    return (one.href, one.ordinal, one.key) < (other.href, other.ordinal, other.key)


def _new_number(card: CardChange, twin: Entry) -> str:
    known = set(twin.contacts)
    return next((f.text for f in card.now if f.number and contact_key(f) not in known), "")
