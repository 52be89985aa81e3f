"""A value that is new in a card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.said import said_of_fact
from cardwarden.phrases.phrase import Field, phrase
from cardwarden.vcard.properties import ROWS


@dataclass(frozen=True, slots=True)
class ValueAdded:
    """A value was added to a card: the owner's ordinary edit, mostly, and so a notice.

    A property that no table knows (X-…) is recorded and not sent: programs leave such notes for themselves.
    """

    name: ClassVar[str] = "value-added"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    unknown_severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            if change.before is not None or change.after is None:
                continue
            unknown = change.name.startswith("X-") and change.name not in ROWS
            yield deviation(
                self,
                card,
                change,
                phrase("value-added", field=Field(change.name)),
                severity=self.unknown_severity if unknown else self.severity,
                reason=phrase("value-added-why", value=said_of_fact(change.after)),
                per_card=True,
            )
