"""A card whose content changed while its time stamp did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, of_card
from cardwarden.phrases.phrase import phrase


@dataclass(frozen=True, slots=True)
class SilentChange:
    """A card says something else, but its REV, the time of its last change, is the old one.

    Many programs never touch REV, so that this alone is recorded and not sent. It helps to tell who wrote last.
    """

    name: ClassVar[str] = "silent-change"
    enabled: bool = True
    severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        was, now = card.revisions
        if not was or was != now or not any(change.of_value for change in card.changes):
            return
        yield of_card(
            self,
            card,
            phrase("silent-change"),
            reason=phrase("silent-change-why", revision=now),
            prop="REV",
            before=was,
            after=now,
            identity=f"silent {card.entry.digest}",
            whole_card=False,
        )
