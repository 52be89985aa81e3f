"""A card that was not there before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, contacts_of, of_card
from cardwarden.phrases.phrase import phrase


@dataclass(frozen=True, slots=True)
class CardAdded:
    """A contact was added.

    Owners add contacts all the time, so this is a notice; many at once are a warning. So is a new card that carries the
    name of somebody who is already in the book, with none of their numbers or addresses: that is how somebody else's
    number gets a known name.
    """

    name: ClassVar[str] = "card-added"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    same_name_severity: Severity = Severity.WARNING
    many: int = 25  # so many at once are a warning
    many_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is not None or card.after is None or case.first_look:
            return
        namesake = bool(card.after.contacts) and card.after.name.lower() in case.known_names
        usual = self.many_severity if case.added >= self.many else self.severity
        yield of_card(
            self,
            card,
            phrase("namesake-added") if namesake else phrase("card-added"),
            severity=max(usual, self.same_name_severity) if namesake else usual,
            reason=phrase("namesake-added-why", who=card.person) if namesake else phrase("card-added-why"),
            after=contacts_of(card.now),
            identity=f"+{card.after.key}",
            meaning=" ".join(card.after.contacts),
        )
