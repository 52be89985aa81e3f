"""A card that stands in the book a second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
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
    at a stranger's is critical.
    """

    name: ClassVar[str] = "card-doubled"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    danger_severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is not None or card.after is None or case.first_look:
            return
        twin = self._twin(card.after, case)
        if twin is None:
            return
        bad = next((f for f in card.now if f.number and misdialled(f.number, case.region)), None)
        told = f"{clip(twin.name, 60)} now stands in the address book twice."
        if bad and bad.number:
            told = f"{told} The copy has {clip(bad.text, 40)}. {danger(bad.number, case.region)}"
        elif new := _new_number(card, twin, case.region):
            told = f"{told} The copy has another number: {clip(new, 40)}."
        yield Finding(
            kind=Kind.DEVIATION,
            rule=self.name,
            severity=self.danger_severity if bad else self.severity,
            title="Contact doubled",
            explanation=told,
            card=card.ref,
            after=clip(bad.text, 60) if bad else card.ref.name,
            identity=card.after.key,
            transformation="doubled",
        )

    def _twin(self, new: Entry, case: Case) -> Entry | None:
        if new.uid:
            for other in case.book.by_uid.get(new.uid, ()):
                if other.key != new.key:
                    return other
        for contact in new.contacts:
            for other in case.book.by_contact.get(contact, ()):
                if other.key != new.key and same_person(other.name, new.name) and _older(other, case):
                    return other
        if not new.contacts:
            named = case.book.by_name.get(new.name.lower(), ())
            return next((o for o in named if o.key != new.key and not o.contacts and _older(o, case)), None)
        return None


def _older(entry: Entry, case: Case) -> bool:
    return entry.key in case.past_keys


def _new_number(card: CardChange, twin: Entry, region: str) -> str:
    known = set(twin.contacts)
    return next((f.text for f in card.now if f.number and contact_key(f, region) not in known), "")
