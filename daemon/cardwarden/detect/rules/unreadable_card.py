"""A card that cannot be read any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.detect.rule import of_card
from cardwarden.phrases.phrase import Code, phrase


@dataclass(frozen=True, slots=True)
class UnreadableCard:
    """A card that could be read cannot be read now, or an unreadable one is there at the first look.

    A cut file, a server's error page in place of a card, or a lost END:VCARD make programs skip the whole contact.
    """

    name: ClassVar[str] = "unreadable-card"
    enabled: bool = True
    severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if not card.after or not card.after.problem:
            return
        known = card.before is not None and not card.before.problem
        yield of_card(
            self,
            card,
            phrase("unreadable"),
            kind=FindingKind.DEVIATION if known else FindingKind.HAZARD,
            reason=phrase(
                "unreadable-why",
                file=Code(card.after.href, of_contact=True),
                problem=phrase(f"card-{card.after.problem}"),
            ),
            identity="readable" if known else card.after.digest,
            meaning=card.after.digest,
            already=card.before is not None and bool(card.before.problem),
        )
