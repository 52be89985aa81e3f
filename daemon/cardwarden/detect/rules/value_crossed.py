"""A note, a birthday, a picture, an address or an employer that is another contact's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case, Crossings
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.links import linked_host
from cardwarden.detect.rule import deviation
from cardwarden.detect.said import said_of_fact
from cardwarden.detect.steps.card import content_of
from cardwarden.detect.steps.pieces import text_words
from cardwarden.phrases.phrase import Field, Person, Phrase, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import Change
from cardwarden.vcard.index import contact_key
from cardwarden.vcard.pairing import same_person

_ONES_OWN = frozenset({"BDAY", "ANNIVERSARY", "PHOTO", "KEY"})  # hardly two contacts share one


@dataclass(frozen=True, slots=True)
class ValueCrossed:
    """What one contact said stands in another one's card now, or one value was written over those of several contacts.

    A synchronisation that mixes up its cards does that. Notes, birthdays, pictures, keys and addresses that went from one
    person to another, that several people who had different ones have all at once, or a birthday or picture that several
    got together, are warnings. Employers, job titles and web pages are, too, if contacts exchanged them, or several got one
    that has nothing in common with the different ones they had. So is a contact that gained a birthday, a number or mail
    address and more that another one has: a form that kept what was typed before. Numbers and mail addresses have a rule
    of their own.
    """

    name: ClassVar[str] = "value-crossed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    several: int = 3  # so many contacts that get one value at once

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is None or card.after is None:
            return
        filled = self._filled_in(card, case)
        if filled is not None:
            yield filled
            card = card.without(filled.changes)
        for change in card.changes:
            said = self._said(card, change, case)
            if said is not None:
                title, why = said
                yield deviation(self, card, change, title, reason=why, per_card=True)

    def _filled_in(self, card: CardChange, case: Case) -> Finding | None:
        """A form that kept what was typed for the last contact: another one has all of it, the birthday among it."""
        gained = [
            (change, change.after) for change in card.changes if change.after and not change.before and change.of_value
        ]
        born = next((change for change, _ in gained if change.name == "BDAY"), None)
        if born is None or len(gained) < self.several:
            return None
        for owner in (owner for _, new in gained for owner in case.past.by_contact.get(contact_key(new), ())):
            if owner.key == card.ref.key or same_person(owner.name, card.entry.name):
                continue
            theirs = {(fact.name, content_of(fact)) for fact in case.read(owner)}
            shared = tuple(change for change, new in gained if (new.name, content_of(new)) in theirs)
            if born in shared and len(shared) >= self.several:
                why = phrase("values-of-another-why", count=len(shared), owner=Person(owner.name, owner.key))
                title = phrase("value-of-another", field=Field("BDAY"))
                return replace(deviation(self, card, born, title, reason=why, per_card=True), changes=shared)
        return None

    def _said(self, card: CardChange, change: Change, case: Case) -> tuple[Phrase, Phrase] | None:
        """What is told of a value that came: a title and a reason; None if nobody else's is in it."""
        new = change.after
        if new is None or not change.of_value or new.name not in case.crossings.names:
            return None
        field, key = Field(new.name), (new.name, content_of(new))
        if change.before is not None and content_of(change.before) == key[1]:
            return None  # it is its own still, written otherwise
        takers = case.crossings.come.get(key, ())
        replaced = {content_of(taken.before) for _, taken in takers if taken.before and not _is_kin(taken.before, new)}
        if len(replaced) >= self.several or (new.name in _ONES_OWN and len(takers) >= self.several):
            return phrase("value-in-several", field=field), phrase(
                "value-in-several-why", value=said_of_fact(new), count=len(takers)
            )
        giver = _somebody_else(card, case.crossings.gone.get(key, ()))
        if giver is None or (new.name in case.crossings.shared and not _went_on(card, change, case)):
            return None
        why = phrase("value-of-another-why", value=said_of_fact(new), owner=giver.person)
        return phrase("value-of-another", field=field), why


def _somebody_else(card: CardChange, others: Iterable[tuple[CardChange, Change]]) -> CardChange | None:
    """The first of some cards that is another person's."""
    for other, _ in others:
        if other.ref.key != card.ref.key and not same_person(other.entry.name, card.entry.name):
            return other
    return None


def _went_on(card: CardChange, change: Change, case: Case) -> bool:
    """Whether what the card said before is somebody else's now."""
    if change.before is None:
        return False
    came = case.crossings.come.get((change.name, content_of(change.before)), ())
    return _somebody_else(card, came) is not None


def _is_kin(old: Fact, new: Fact) -> bool:
    """Whether an employer, a title or a web page is the old one, written or meant otherwise: Acme, Acme Ltd."""
    if old.name not in Crossings.shared:
        return False
    if old.name == "URL":
        return linked_host(old.meaning) == linked_host(new.meaning)
    return not text_words(old.text).keys().isdisjoint(text_words(new.text))
