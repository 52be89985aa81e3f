"""A card whose content changed while its time stamp did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.text import clip


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
        yield Finding(
            kind=Kind.DEVIATION,
            rule=self.name,
            severity=self.severity,
            title="Changed without a new time stamp",
            explanation=f"The card's REV is still {clip(now, 40)}, although its content changed.",
            card=card.ref,
            prop="REV",
            before=clip(was, 60),
            after=clip(now, 60),
            identity=f"silent {card.entry.digest}",
            transformation="contacts changed without a new time stamp",
        )
