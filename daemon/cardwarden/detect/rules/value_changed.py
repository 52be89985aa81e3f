"""Any other change of a value: what no rule has a name for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import became, deviation
from cardwarden.phrases.phrase import Field, phrase


@dataclass(frozen=True, slots=True)
class ValueChanged:
    """A value is another one, in a way that no other rule knows: the owner's ordinary edits, mostly."""

    name: ClassVar[str] = "value-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            if change.before is None or change.after is None:
                continue
            title = phrase("value-changed", field=Field(change.name))
            yield deviation(self, card, change, title, reason=became(change), per_card=True)
