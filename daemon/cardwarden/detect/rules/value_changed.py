"""Any other change of a value: what no rule has a name for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import opening, several
from cardwarden.text import clip
from cardwarden.vcard.properties import label


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
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.severity,
                title=f"{opening(label(change.name))} was changed",
                explanation=f"{clip(change.before.text, 60)} became {clip(change.after.text, 60)}.",
                card=card.ref,
                prop=change.name,
                before=clip(change.before.text, 200),
                after=clip(change.after.text, 200),
                changes=(change,),
                transformation=several(label(change.name), "was changed"),
            )
