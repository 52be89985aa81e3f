"""A stored number that would ring abroad, or cost money there, though its owner means a number at home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.detect.words import danger
from cardwarden.phrases.phrase import Country, Phrase, phrase
from cardwarden.vcard.index import has_hazard
from cardwarden.vcard.number import Number, costs_abroad, rings_abroad


@dataclass(frozen=True, slots=True)
class NumberHazard:
    """A number is stored that would ring abroad, although without its "+" it is a number at home.

    The "+" may stand before a caller-ID code (`+186 090…` in Japan) or before a number without its country code
    (`+650 253 0000` in the USA). One that rings nowhere at all with its "+"
    (`+03 1234 5678`), and a premium-rate number of another country, are warnings. These are states, not changes:
    they speak at the first look too, because many people come here after the damage.
    """

    name: ClassVar[str] = "number-hazard"
    enabled: bool = True
    severity: Severity = Severity.CRITICAL
    dead_severity: Severity = Severity.WARNING
    premium_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each number that would ring at a stranger's; `already` if the card said it before, too."""
        if not card.after or not has_hazard(card.after):
            return
        before = {fact.meaning for fact in card.was if fact.number}
        for fact in card.now:
            hazard = self._hazard(fact.number, fact.text) if fact.number else None
            if hazard is None:
                continue
            severity, title, why = hazard
            yield Finding(
                kind=FindingKind.HAZARD,
                rule=self.name,
                severity=severity,
                title=title,
                reason=why,
                card=card.ref,
                prop=fact.name,
                after=fact.text,
                identity=fact.meaning,
                meaning=fact.meaning,
                already=fact.meaning in before,
            )

    def _hazard(self, number: Number, shown: str) -> tuple[Severity, Phrase, Phrase] | None:
        if meant := number.meant:
            what = phrase("hazard-at-home", number=shown)
            if meant.prefix:
                what = phrase("hazard-prefix", number=shown, prefix=meant.prefix)
            why = phrase("then", first=what, second=danger(number))
            if not rings_abroad(number):
                return self.dead_severity, phrase("hazard-dead"), why
            return self.severity, phrase("hazard-abroad"), why
        if costs_abroad(number):
            why = phrase("hazard-charged-why", number=shown, country=Country(number.destination))
            return self.premium_severity, phrase("hazard-charged"), why
        return None
