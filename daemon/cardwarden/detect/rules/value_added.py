"""A value that is new in a card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import opening, several
from cardwarden.text import clip
from cardwarden.vcard.properties import ROWS, label


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
            what = label(change.name)
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.unknown_severity if unknown else self.severity,
                title=f"{opening(what)} was added",
                explanation=f"{clip(change.after.text, 60)} is new.",
                card=card.ref,
                prop=change.name,
                after=clip(change.after.text, 200),
                changes=(change,),
                transformation=several(what, "was added"),
            )
