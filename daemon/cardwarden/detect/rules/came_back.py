"""A contact that came back after its deletion, or went back to an older state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import of_card
from cardwarden.phrases.phrase import Day, phrase


@dataclass(frozen=True, slots=True)
class CameBack:
    """A deleted contact is there again, or a contact went back to what it said before its last changes.

    That is how a program looks that was not told of a change and writes its old copy back. A deleted contact that comes
    back is a warning, an older state a notice: what was lost by it is reported by itself. Going back and forth several
    times means that two programs overwrite each other.
    """

    name: ClassVar[str] = "came-back"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    older_severity: Severity = Severity.NOTICE
    often: int = 3  # so many returns to a state are two programs in a quarrel

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """A new card that was removed lately; a changed one that is an older state of itself."""
        if card.after is None:
            return
        if card.before is None:
            removed = case.memory.removed
            until = removed.get(card.after.digest) or (removed.get(card.after.uid) if card.after.uid else None)
            if until and not case.first_look:
                why = phrase("came-back-why", day=Day(until))
                severity = self.older_severity if case.memory.restored else self.severity
                yield of_card(self, card, phrase("came-back"), identity="+", reason=why, severity=severity)
            return
        older = case.memory.older.get(card.ref.key, ())
        same = [state for state in older if state.digest == card.after.digest]
        if not same or not any(change.of_value for change in card.changes):
            return
        title, why = phrase("went-back"), phrase("went-back-why", day=Day(same[-1].until))
        if len(same) >= self.often:
            quarrel = phrase("back-and-forth-why", count=len(same))
            title, why = phrase("back-and-forth"), phrase("then", first=why, second=quarrel)
        yield of_card(
            self,
            card,
            title,
            severity=self.older_severity,
            reason=why,
            prop="REV",
            identity=f"back to {card.entry.digest}",
            whole_card=False,
        )
