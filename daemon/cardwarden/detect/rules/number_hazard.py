"""A stored number that would ring abroad, or cost money there, though its owner means a number at home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import danger
from cardwarden.text import clip
from cardwarden.vcard.countries import country_name
from cardwarden.vcard.index import HAZARD
from cardwarden.vcard.number import Number, costs_abroad, misdialled, would_ring


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
        if not card.after or not any(contact.startswith(HAZARD) for contact in card.after.contacts):
            return
        before = {fact.meaning for fact in card.was if fact.number}
        for fact in card.now:
            told = self._told(fact.number, clip(fact.text, 40)) if fact.number else None
            if told is None:
                continue
            severity, title, why, transformation = told
            yield Finding(
                kind=Kind.HAZARD,
                rule=self.name,
                severity=severity,
                title=title,
                explanation=why,
                card=card.ref,
                prop=fact.name,
                after=clip(fact.text, 80),
                identity=fact.meaning,
                transformation=transformation,
                already=fact.meaning in before,
            )

    def _told(self, number: Number, shown: str) -> tuple[Severity, str, str, str] | None:
        if meant := misdialled(number):
            what = f"{meant.prefix} with a + before it" if meant.prefix else "a number at home with a + before it"
            why = f"{shown} is {what}. {danger(number)}"
            if not would_ring(number):
                return self.dead_severity, "Number has a + that breaks it", why, "numbers have a + that breaks them"
            return self.severity, "Number would ring abroad", why, "numbers would ring abroad"
        if costs_abroad(number):
            country = country_name(number.destination)
            why = f"{shown} is a premium-rate number in another country ({country}): calls are expensive."
            return self.premium_severity, "Number is a charged one abroad", why, "numbers are charged ones abroad"
        return None
