"""A card whose UID is another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.text import clip


@dataclass(frozen=True, slots=True)
class UidChanged:
    """A card has another UID, or lost it.

    People never see it, but programs know a contact by it: after such a change they may delete and add it anew, or double
    it. Some servers do this to every card they store, so it is a notice. `urn:uuid:` before it, the letter case of a
    UUID and an added `.vcf` mean nothing.
    """

    name: ClassVar[str] = "uid-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            if change.name != "UID":
                continue
            old, new = change.before, change.after
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.severity,
                title=f"Id of the card was {'changed' if old and new else 'lost' if old else 'added'}",
                explanation="Programs know the contact by this id; with another one they may double it.",
                card=card.ref,
                prop="UID",
                before=clip(old.text, 120) if old else None,
                after=clip(new.text, 120) if new else None,
                changes=(change,),
                transformation="contacts got another id",
            )
