"""A telephone number that gained a "+"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.words import danger
from cardwarden.phrases.phrase import phrase
from cardwarden.vcard.number_change import NumberChange, classify


@dataclass(frozen=True, slots=True)
class NumberPlus:
    """A number gained a "+" that makes another number of it.

    In Japan `186 080…` shows the caller's number to people who reject hidden callers. With a "+" before it the network
    reads country code 1, area 860: the call reaches a stranger in the USA and is billed. The same happens to 184, to 141
    and 1470 in the United Kingdom, 1831 in Australia, 133 in Hong Kong, and to any number that is no international one.
    Reported for a carrier's calling app that rewrote its copy of the contacts.
    """

    name: ClassVar[str] = "number-plus-added"
    enabled: bool = True
    severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not (old and new and old.number and new.number):
                continue
            if classify(old.number, new.number) is not NumberChange.PLUS_ADDED:
                continue
            why = phrase("number-plus-added-why", number=old.text, danger=danger(new.number))
            yield deviation(self, card, change, phrase("number-plus-added"), reason=why)
