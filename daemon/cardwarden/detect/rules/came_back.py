"""A contact that came back after its deletion, or went back to an older state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case


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
        if card.after is None:
            return
        if card.before is None:
            removed = case.memory.removed
            until = removed.get(card.after.digest) or (removed.get(card.after.uid) if card.after.uid else None)
            if until and not case.first_look:
                yield self._finding(
                    card,
                    self.severity,
                    "Deleted contact came back",
                    f"The contact was deleted; it was last there on {until}.",
                )
            return
        older = case.memory.older.get(card.ref.key, ())
        same = [state for state in older if state.digest == card.after.digest]
        if not same or not any(change.of_value for change in card.changes):
            return
        told = f"It says again exactly what it said until {same[-1].until}: a program wrote an old copy back."
        quarrel = len(same) >= self.often
        if quarrel:
            told += f" That happened {len(same)} times: two programs overwrite each other."
        title = "Contact goes back and forth" if quarrel else "Contact went back to an older state"
        yield self._finding(card, self.older_severity, title, told)

    def _finding(self, card: CardChange, severity: Severity, title: str, told: str) -> Finding:
        return Finding(
            kind=Kind.DEVIATION,
            rule=self.name,
            severity=severity,
            title=title,
            explanation=told,
            card=card.ref,
            prop="" if card.before is None else "REV",
            after=card.ref.name,
            identity=card.entry.digest,
            transformation="contacts came back" if card.before is None else "contacts went back to an older state",
        )
