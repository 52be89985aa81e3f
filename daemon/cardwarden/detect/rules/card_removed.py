"""A card that is not there any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.text import plural


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """A contact was removed.

    One removed card is what owners do every week and is a notice. Several at once, or a good part of the book, are
    critical: that is how a failed synchronisation looks.
    """

    name: ClassVar[str] = "card-removed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    many: int = 10  # so many at once are critical
    share: float = 0.25  # as is this part of the book, from three cards on
    many_severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is None or card.after is not None:
            return
        total = len(case.past.entries)
        mass = case.removed >= self.many or (case.removed >= 3 and case.removed >= self.share * total)
        everything = case.removed == total and total > 0 and not case.book.entries
        yield Finding(
            kind=Kind.DEVIATION,
            rule=self.name,
            severity=self.many_severity if mass or (everything and total > 1) else self.severity,
            title="Contact removed",
            explanation=(
                f"{plural(case.removed, 'contact')} of {total:,} disappeared at once. That is how a failed synchronisation looks."
                if mass
                else "The contact is no longer in the address book."
            ),
            card=card.ref,
            before=card.ref.name,
            transformation="removed" if mass else "",
        )
