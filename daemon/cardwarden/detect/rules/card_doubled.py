"""A card that stands in the book a second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CROWD, CardChange, Case, is_worth_posing_as, looks_of
from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.detect.names import is_nameless
from cardwarden.detect.rule import of_card
from cardwarden.detect.words import danger
from cardwarden.phrases.phrase import Person, phrase
from cardwarden.vcard.card import Entry
from cardwarden.vcard.index import contact_key
from cardwarden.vcard.pairing import same_person


@dataclass(frozen=True, slots=True)
class CardDoubled:
    """A contact was doubled: a new card is the same person as one that is already there.

    The same person means the same UID, or a like name together with a shared number or mail address, or no name at all
    beside it ("Unknown"). Programs that lose track of what they have sent make such copies, sometimes with a changed
    number. A copy whose number would ring at a stranger's is critical, and one of a bank or a guarded contact that brings
    another number. Doubles that are there at the first look are a notice.
    """

    name: ClassVar[str] = "card-doubled"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    danger_severity: Severity = Severity.CRITICAL
    first_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """A card that came though its twin is there; at the first look, each one that has a twin."""
        if card.before is not None or card.after is None:
            return
        twin = _twin(card, case)
        if twin is None:
            return
        named = Person(twin.name or card.ref.name, twin.key)
        identity = f"+{card.ref.key}"
        if case.first_look:
            yield of_card(
                self,
                card,
                phrase("there-twice"),
                kind=FindingKind.HAZARD,
                severity=self.first_severity,
                reason=phrase("there-twice-why", who=named),
                identity=identity,
            )
            return
        reason = phrase("doubled-why", who=named)
        severity = self.severity
        bad = next((f for f in card.now if f.number and f.number.meant), None)
        if bad and bad.number:
            copy = phrase("doubled-copy-has", number=bad.text, danger=danger(bad.number))
            reason = phrase("then", first=reason, second=copy)
            severity = self.danger_severity
        elif new := _new_number(card, twin):
            reason = phrase("then", first=reason, second=phrase("doubled-other-number", number=new))
            severity = self.danger_severity if is_worth_posing_as(twin, case) else severity
        yield of_card(
            self,
            card,
            phrase("doubled"),
            severity=severity,
            reason=reason,
            after=bad.text if bad else None,
            identity=identity,
            meaning=" ".join(card.after.contacts),
        )


def _twin(card: CardChange, case: Case) -> Entry | None:
    """A card of the same person that was there first."""
    new = card.entry
    for other in case.book.by_uid.get(new.uid, ())[:CROWD] if new.uid else ():
        if other.key != new.key and _earlier(other, new, case):
            return other
    unnamed = not case.first_look and is_nameless(card)
    for other in case.book.near(new):
        if (unnamed or _same_name(other, new)) and _earlier(other, new, case):
            return other
    if new.contacts:
        return None
    named = case.book.by_name.get(new.name.lower(), ())[:CROWD]
    return next((o for o in named if o.key != new.key and _earlier(o, new, case)), None)


def _same_name(entry: Entry, other: Entry) -> bool:
    """A like name, or one that looks the same: an emoji more, letters of another alphabet."""
    return same_person(entry.name, other.name) or not looks_of(entry.name).isdisjoint(looks_of(other.name))


def _earlier(entry: Entry, other: Entry, case: Case) -> bool:
    """Which of two cards was there first: a known one before a new one, and among new ones in the book's order."""
    if other.key in case.past_keys or entry.key in case.past_keys:
        return entry.key in case.past_keys
    return (entry.href, entry.ordinal, entry.key) < (other.href, other.ordinal, other.key)


def _new_number(card: CardChange, twin: Entry) -> str:
    known = set(twin.contacts)
    return next((f.text for f in card.now if f.number and contact_key(f) not in known), "")
