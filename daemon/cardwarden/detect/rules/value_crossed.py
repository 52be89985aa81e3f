"""A note, a birthday, a picture or an address that is another contact's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, deviation
from cardwarden.detect.said import said_of
from cardwarden.detect.steps.card import content_of
from cardwarden.phrases.phrase import Field, Phrase, phrase
from cardwarden.vcard.diff import Change
from cardwarden.vcard.pairing import same_person

_ONES_OWN = frozenset({"BDAY", "ANNIVERSARY", "PHOTO", "KEY"})  # hardly two contacts share one


@dataclass(frozen=True, slots=True)
class ValueCrossed:
    """What one contact said stands in another one's card now, or one value was written over those of several contacts.

    A synchronisation that mixes up its cards does that. Notes, birthdays, pictures, keys and addresses that went from one
    person to another, that several people who had different ones have all at once, or a birthday or picture that several
    got together, are warnings. Numbers and mail addresses have a rule of their own.
    """

    name: ClassVar[str] = "value-crossed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    several: int = 3  # so many contacts that get one value at once

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is None or card.after is None:
            return
        for change in card.changes:
            said = self._said(card, change, case)
            if said is not None:
                title, why = said
                yield deviation(self, card, change, title, reason=why, per_card=True)

    def _said(self, card: CardChange, change: Change, case: Case) -> tuple[Phrase, Phrase] | None:
        """What is told of a value that came: a title and a reason; None if nobody else's is in it."""
        new = change.after
        if new is None or not change.of_value or new.name not in case.crossings.names:
            return None
        field, key = Field(new.name), (new.name, content_of(new))
        if change.before is not None and content_of(change.before) == key[1]:
            return None  # it is its own still, written otherwise
        takers = [
            (taker, taken)
            for taker, taken in case.crossings.come.get(key, ())
            if taken.before is None or content_of(taken.before) != key[1]
        ]
        replaced = {content_of(taken.before) for _, taken in takers if taken.before}
        if len(replaced) >= self.several or (new.name in _ONES_OWN and len(takers) >= self.several):
            return phrase("value-in-several", field=field), phrase(
                "value-in-several-why", value=said_of(new), count=len(takers)
            )
        for giver, _ in case.crossings.gone.get(key, ()):
            if giver.ref.key != card.ref.key and not same_person(giver.entry.name, card.entry.name):
                why = phrase("value-of-another-why", value=said_of(new), owner=giver.person)
                return phrase("value-of-another", field=field), why
        return None
