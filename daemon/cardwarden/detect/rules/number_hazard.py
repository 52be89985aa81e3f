"""A stored number that would ring abroad though its owner means a number at home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import danger
from cardwarden.text import clip
from cardwarden.vcard.index import MISDIALLED
from cardwarden.vcard.number import misdialled


@dataclass(frozen=True, slots=True)
class NumberHazard:
    """A number is stored that would ring abroad, although without its "+" it is a caller-ID prefix and a number at home.

    This is a state, not a change: it speaks at the first look too, because many people come here after the damage.
    """

    name: ClassVar[str] = "number-hazard"
    enabled: bool = True
    severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if not card.after or not any(contact.startswith(MISDIALLED) for contact in card.after.contacts):
            return
        before = {fact.meaning for fact in card.was if fact.number}
        for fact in card.now:
            meant = misdialled(fact.number, case.region) if fact.number else None
            if meant is None or fact.number is None:
                continue
            yield Finding(
                kind=Kind.HAZARD,
                rule=self.name,
                severity=self.severity,
                title="Number would ring abroad",
                explanation=f"{clip(fact.text, 40)} is {meant.prefix} with a + before it. {danger(fact.number, case.region)}",
                card=card.ref,
                prop=fact.name,
                after=clip(fact.text, 80),
                identity=fact.meaning,
                transformation="would ring abroad",
                already=fact.meaning in before,
            )
