"""A card that was not there before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case, is_worth_posing_as
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import contacts_of, of_card
from cardwarden.detect.steps.looks import folded
from cardwarden.phrases.phrase import Person, phrase
from cardwarden.vcard.card import Entry


@dataclass(frozen=True, slots=True)
class CardAdded:
    """A contact was added.

    Owners add contacts all the time, so this is a notice; many at once are a warning, unless they say that a program wrote
    them which writes this book: then it was most likely an import of yours. A warning is a new card, too, that
    carries the name of somebody who is already in the book, with none of their numbers or addresses: that is how somebody
    else's number gets a known name. A name that only looks like that of somebody in the book (an emoji more, other blanks)
    is the same trick; with letters of another alphabet that look alike it is critical, as is any new card with the name of
    a bank that is in the book or of a guarded contact.
    """

    name: ClassVar[str] = "card-added"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    same_name_severity: Severity = Severity.WARNING
    lookalike_severity: Severity = Severity.CRITICAL
    guarded_severity: Severity = Severity.CRITICAL
    many: int = 25  # so many at once are a warning
    many_severity: Severity = Severity.WARNING
    import_severity: Severity = Severity.NOTICE  # many at once, written by a program that writes this book

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """A card that was not there: of nobody that is known, of a name that is, or of one that only looks like it."""
        if card.before is not None or card.after is None or case.first_look:
            return
        namesake = case.namesake(card.after)
        usual = self.many_severity if case.added_count >= self.many else self.severity
        title, why, severity = phrase("card-added"), phrase("card-added-why"), usual
        by_owner: Severity | None = (
            self.import_severity if case.added_count >= self.many and card.after.program else usual
        )
        if namesake is not None and namesake.name.casefold() == card.after.name.casefold():
            title, why = phrase("namesake-added"), phrase("namesake-added-why", who=card.person)
            severity = by_owner = max(usual, self.same_name_severity)
        elif namesake is not None:
            known = Person(namesake.name, namesake.key)
            title, why = phrase("lookalike-added"), phrase("lookalike-added-why", who=card.person, known=known)
            by_owner = None
            severity = max(
                usual, self.lookalike_severity if _is_disguised(card.after, namesake) else self.same_name_severity
            )
        if namesake is not None and is_worth_posing_as(namesake, case):
            known = Person(namesake.name, namesake.key)
            why = phrase("then", first=why, second=phrase("trusted-name-added-why", known=known))
            severity, by_owner = max(severity, self.guarded_severity), None
        yield of_card(
            self,
            card,
            title,
            severity=severity,
            by_owner=by_owner,
            alike=phrase("card-added") if case.added_count >= self.many and by_owner is not None else None,
            reason=why,
            after=contacts_of(card.now),
            identity=f"+{card.after.key}",
            meaning=" ".join(card.after.contacts),
        )


def _is_disguised(new: Entry, known: Entry) -> bool:
    """The same to the eye, but of other letters: no owner writes Mom with a Cyrillic о."""
    return folded(new.name) != folded(known.name)
