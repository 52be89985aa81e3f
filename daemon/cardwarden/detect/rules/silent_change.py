"""A card whose content changed while what tells its versions apart did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import of_card
from cardwarden.phrases.phrase import phrase


@dataclass(frozen=True, slots=True)
class SilentChange:
    """A card says something else, but its REV, the time of its last change, is the old one, or its server's etag is.

    Many programs never touch REV, so that this alone is recorded and not sent. It helps to tell who wrote last. Under an
    etag that stayed no program fetches the card again, and nobody who saves it leaves one: what an owner may have done by
    hand is as urgent then as if nobody had.
    """

    name: ClassVar[str] = "silent-change"
    enabled: bool = True
    severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        was, now = card.revisions
        unstamped = card.ref.key in case.unstamped
        if not any(change.of_value for change in card.changes) or not (unstamped or (was and was == now)):
            return
        yield of_card(
            self,
            card,
            phrase("silent-change"),
            reason=phrase("silent-change-unstamped-why") if unstamped else phrase("silent-change-why", revision=now),
            prop="REV",
            before=was or None,
            after=now or None,
            identity=f"silent {card.entry.digest}",
            whole_card=False,
        )
