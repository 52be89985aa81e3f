"""A number that stands twice inside one contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.words import danger
from cardwarden.phrases.phrase import phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.index import contact_key
from cardwarden.vcard.number import line_keys


@dataclass(frozen=True, slots=True)
class NumberTwice:
    """A number stands twice inside a contact: a copy was added, perhaps in another writing.

    A copy that dials the same is clutter and a notice. One that dials otherwise (without the caller-ID code, the leading
    0) is a warning, and one with a "+" that makes a foreign number of it is critical: nobody sees on the phone which of
    the two is dialled.
    """

    name: ClassVar[str] = "number-twice"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    danger_severity: Severity = Severity.CRITICAL
    other_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each number that came to a card in which it stands already."""
        if not any(change.before is None and change.after and change.after.number for change in card.changes):
            return
        lines: dict[str, list[Fact]] = defaultdict(list)
        for fact in card.now:
            for key in _keys(fact):
                lines[key].append(fact)
        for change in card.changes:
            new = change.after
            if change.before is not None or new is None or new.number is None:
                continue
            twin = next((fact for key in _keys(new) for fact in lines[key] if fact is not new), None)
            if twin is None:
                continue
            bad = new.meaning != twin.meaning and new.number.meant
            other = new.meaning != twin.meaning and not bad
            reason = phrase("number-twice-why", there=twin.text, added=new.text)
            yield deviation(
                self,
                card,
                change,
                phrase("number-again-with-plus") if bad else phrase("number-twice"),
                severity=self.danger_severity if bad else self.other_severity if other else self.severity,
                reason=phrase("then", first=reason, second=danger(new.number)) if bad else reason,
            )


def _keys(fact: Fact) -> list[str]:
    """What a number shares with its copies, the damaged ones too: a "+", a prefix apart."""
    return sorted({*line_keys(fact.number), contact_key(fact)} - {""}) if fact.number else []
