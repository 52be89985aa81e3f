"""A card that holds another contact's data now: somebody new, or the other one of the book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CROWD, CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.names import is_another_name, is_same_name, name_words
from cardwarden.detect.rule import contacts_of, of_card
from cardwarden.phrases.phrase import Person, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.pairing import same_person
from cardwarden.vcard.properties import ValueKind

_TELLING = frozenset(
    {
        ValueKind.NUMBER,
        ValueKind.MAIL,
        ValueKind.ADDRESS,
        ValueKind.DATE,
        ValueKind.MEDIA,
        ValueKind.CHAT,
        ValueKind.URI,
    }
)
"""What tells people apart, notes besides; any two have a language or a category in common, and colleagues their employer."""
_SEVERAL = 2  # kinds of such values that came together from one card: of one alone the rule of that value speaks
_ENOUGH = 3  # kinds of such values that all are others: then it is another person, whatever the names look like


@dataclass(frozen=True, slots=True)
class CardReplaced:
    """A contact was overwritten: the card has the same place and UID, and nothing that it says of a person is the same.

    Name, numbers, addresses, notes: all of it is another person's, only the employer may be the same. A faulty sync or
    import that mixes its cards up does that, and the contact is gone, though none was removed. It is asked about (a
    warning) if it most likely was you: one edit, with a newer REV, by a program that writes this book. So is told what
    two contacts of the book exchanged, and one that says what another one does, whether or not it kept its name: each
    card once, whatever moved with it, and nobody does that by hand.
    """

    name: ClassVar[str] = "card-replaced"
    enabled: bool = True
    severity: Severity = Severity.CRITICAL
    asked_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """A card that says nothing any more of what it said: another contact's details, or a stranger's."""
        before, after = card.before, card.after
        if before is None or after is None or before.problem or after.problem:
            return
        other = _source(card, case)
        if other is None and not _is_another(card):
            return
        if any(state.digest == after.digest for state in case.memory.older.get(card.ref.key, ())):
            return  # somebody undid a change
        now, shown = Person(after.name, card.ref.key), contacts_of
        title, why, exchanged = phrase("replaced"), phrase("replaced-why", now=now), False
        if other is not None:
            shown = _first_contact  # the rest is the other contact's, too, and stands there
            owner, theirs = Person(other.name, other.key), case.by_key.get(other.key)
            exchanged = theirs is not None and _telling(theirs.now) == _telling(card.was)
            if exchanged:
                title, why = phrase("exchanged"), phrase("exchanged-why", who=card.person, owner=owner)
            elif before.name.casefold() == after.name.casefold():
                title, why = phrase("details-replaced"), phrase("details-replaced-why", owner=owner)
        yield of_card(
            self,
            card,
            title,
            reason=why,
            before=shown(card.was),
            after=shown(card.now),
            identity="as-it-was",
            meaning=after.digest,
            by_owner=self.asked_severity if other is None else None,
            of_two=exchanged,
        )


def _source(card: CardChange, case: Case) -> Entry | None:
    """The other contact whose details all of this card's are now, as they were or still are; None if they are nobody's."""
    before, after = card.before, card.after
    if before is None or after is None or set(after.contacts) <= set(before.contacts):
        return None
    was, now = _telling(card.was), _telling(card.now)
    if len({name for name, _ in now - was}) < _SEVERAL:
        return None
    others = {
        other.key: other
        for contact in after.contacts
        if contact not in before.contacts
        for other in case.past.by_contact.get(contact, ())[:CROWD]
        if other.key != card.ref.key and not same_person(other.name, before.name)
    }
    for other in others.values():
        theirs = case.by_key.get(other.key)
        if now == _telling(theirs.was if theirs else case.read(other)):
            return other
    return None


def _first_contact(facts: Iterable[Fact]) -> str | None:
    """The number that a card names first, else the mail address; None if it has neither."""
    contacts = sorted((fact for fact in facts if fact.name in {"TEL", "EMAIL"}), key=lambda fact: fact.name == "EMAIL")
    return contacts[0].text if contacts else None


def _is_another(card: CardChange) -> bool:
    """Whether a card with a name and ways to reach it has others now, and nothing of what it said."""
    before, after = card.before, card.after
    if before is None or after is None or not card.changes or before.name.casefold() == after.name.casefold():
        return False
    if not set(before.contacts).isdisjoint(after.contacts):
        return False
    was, now = _telling(card.was), _telling(card.now)
    if not was.isdisjoint(now):
        return False
    others = {name for name, _ in was} & {name for name, _ in now}
    if len(others) >= _ENOUGH and ("BDAY" in others or name_words(before.name).isdisjoint(name_words(after.name))):
        return not is_same_name(card)
    return bool(before.contacts) and bool(after.contacts) and is_another_name(card)


def _telling(facts: Iterable[Fact]) -> set[tuple[str, str]]:
    """What tells somebody apart, by property and value."""
    return {(fact.name, fact.meaning) for fact in facts if fact.row.kind in _TELLING or fact.name == "NOTE"}
