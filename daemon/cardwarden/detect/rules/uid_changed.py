"""A card whose UID is another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.phrases.phrase import phrase


@dataclass(frozen=True, slots=True)
class UidChanged:
    """A card has another UID, or lost it.

    People never see it, but programs know a contact by it: after such a change they may delete and add it anew, or double
    it. Some servers do this to every card they store, so it is a notice. A card that had none gets one from every server
    and most programs (CardDAV wants it: RFC 6352, 5.1), and nobody knew the contact by another: that is only recorded.
    `urn:uuid:` before it, the letter case of a UUID and an added `.vcf` mean nothing.
    """

    name: ClassVar[str] = "uid-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    added_severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            if change.name != "UID":
                continue
            title = phrase("uid-changed") if change.before and change.after else phrase("uid-added")
            if change.after is None:
                title = phrase("uid-lost")
            yield deviation(
                self,
                card,
                change,
                title,
                severity=self.severity if change.before else self.added_severity,
                reason=phrase("uid-changed-why"),
                alike=phrase("uid-changed"),
                per_card=True,
            )
