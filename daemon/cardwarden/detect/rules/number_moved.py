"""A number or mail address that went from one person's card to another's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from cardwarden.detect.case import CROWD, CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.steps.looks import folded
from cardwarden.detect.steps.pieces import text_words
from cardwarden.phrases.phrase import Field, Person, Phrase, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.index import contact_key
from cardwarden.vcard.pairing import same_person

_COMMENT = re.compile(r"[(（][^()（）]*[)）]")  # Jane Roe (chess club)
_TELLING = ("ORG", "BDAY")  # two people of one name differ in these
_TYING = (*_TELLING, "ADR", "NICKNAME", "PHOTO")  # two cards of one person share one of these


@dataclass(frozen=True, slots=True)
class NumberMoved:
    """A number or mail address that belonged to one contact now stands in another one's card.

    Two people who exchanged their numbers, one person's number in several other cards at once, and two people's cards
    merged into one are critical: whoever is called is somebody else. Two cards of one name are two people if their companies
    or birthdays differ and nothing else ties them. Several people's cards that went into one whose name may be any of theirs
    ("Anna & Ben") are a warning, and so is a value that moved from one card to a different person's, or one that nobody had
    and that many got at once who have neither a name nor a company in common.
    """

    name: ClassVar[str] = "number-moved"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    mixed_severity: Severity = Severity.CRITICAL
    many: int = 5  # so many contacts that get one new value at once

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each number or mail address that came to a card if another card has it, or had it."""
        if card.before is None or card.after is None:
            return
        for change in card.changes:
            new = change.after
            key = contact_key(new) if new and change.of_value else ""
            if not new or not key or key in card.before.contacts:
                continue
            move = self._move(card, key, new, case)
            if move is None:
                continue
            severity, title, why = move
            yield deviation(
                self,
                card,
                change,
                title,
                severity=severity,
                reason=why,
                alike=phrase("got-somebody-elses-number") if new.number else phrase("got-somebody-elses-mail"),
                per_card=True,
            )

    def _several_in_one(
        self, card: CardChange, key: str, new: Fact, owners: list[Entry], case: Case
    ) -> tuple[Severity, Phrase, Phrase] | None:
        """Whether several people's cards went into one whose name may be either's: Anna's and Ben's into Anna & Ben's."""
        if not any(giver.after is None for giver in case.moves.gone.get(key, ())):
            return None
        came = set(card.after.contacts if card.after else ()) - set(card.before.contacts if card.before else ())
        gone = {g.ref.key: g for contact in sorted(came) for g in case.moves.gone.get(contact, ()) if g.after is None}
        entries = [giver.entry for giver in list(gone.values())[:CROWD]]
        people = [_COMMENT.sub("", entry.name) for entry in entries if not _is_nickname(entry, card, case)]
        if all(same_person(one, other) for one in people for other in people):
            return None
        why = phrase("people-merged-why", value=new.text, owner=Person(owners[0].name, owners[0].key), who=card.person)
        return self.severity, phrase("people-merged"), why

    def _move(self, card: CardChange, key: str, new: Fact, case: Case) -> tuple[Severity, Phrase, Phrase] | None:
        """How bad it is that a number of others came to this card, and what is said of it; None if it is nothing."""
        owners = [e for e in case.past.by_contact.get(key, ()) if e.key != card.ref.key]
        strangers = [owner for owner in owners if _is_another(owner, card, case)]
        if not strangers:
            return self._several_in_one(card, key, new, owners, case) or self._spread(key, new, owners, case)
        owner, value, number = Person(strangers[0].name, strangers[0].key), new.text, new.number is not None
        gained = [other for other in case.moves.come.get(key, ()) if other.before is not None]
        if len(gained) > 1:
            title = phrase("one-number-in-several") if number else phrase("one-mail-in-several")
            return self.mixed_severity, title, phrase("in-several-why", value=value, owner=owner, count=len(gained))
        givers = {other.ref.key: other for other in case.moves.gone.get(key, ())}
        giver = next((givers[owner.key] for owner in strangers if owner.key in givers), None)
        if giver is None:
            return None  # a number that two people share: a household, an office
        if giver.after is None:
            why = phrase("people-merged-why", value=value, owner=owner, who=card.person)
            return self.mixed_severity, phrase("people-merged"), why
        mine = set(card.before.contacts if card.before else ()) - set(card.after.contacts if card.after else ())
        if mine & (set(giver.after.contacts) - set(giver.before.contacts if giver.before else ())):
            if number:
                why = phrase("numbers-exchanged-why", who=card.person, owner=owner)
                return self.mixed_severity, phrase("numbers-exchanged"), why
            why = phrase("mails-exchanged-why", who=card.person, owner=owner)
            return self.mixed_severity, phrase("mails-exchanged"), why
        title = phrase("another-contacts-number") if number else phrase("another-contacts-mail")
        return self.severity, title, phrase("another-contacts-why", value=value, owner=owner, who=card.person)

    def _spread(self, key: str, new: Fact, owners: list[Entry], case: Case) -> tuple[Severity, Phrase, Phrase] | None:
        """A number or mail address that was nobody's and that many strangers to each other got: a program spread it."""
        came = case.moves.come.get(key, ())
        takers = list(islice((other for other in came if other.before is not None), self.many))
        if owners or len(takers) < self.many:
            return None
        are_relatives = set.intersection(*(set(text_words(taker.entry.name)) for taker in takers))
        if are_relatives or set.intersection(*(_said(taker.now)["ORG"] for taker in takers)):
            return None
        why = phrase("value-in-several-why", value=new.text, count=len(came))
        return self.severity, phrase("value-in-several", field=Field(new.name)), why


def _is_another(owner: Entry, card: CardChange, case: Case) -> bool:
    """Whether a number's owner is somebody else: by the name, or a namesake of another company or another birthday."""
    if not same_person(_COMMENT.sub("", owner.name), card.entry.name):
        return not _is_nickname(owner, card, case)
    theirs = case.by_key.get(owner.key)
    if theirs is None or card.before is None or not set(owner.contacts).isdisjoint(card.before.contacts):
        return False
    mine, other = _said(card.was), _said(theirs.was)
    conflicts = [name for name in _TELLING if mine[name] and other[name] and mine[name].isdisjoint(other[name])]
    ties = [name for name in _TYING if not mine[name].isdisjoint(other[name])]
    return bool(conflicts) and not ties


def _is_nickname(owner: Entry, card: CardChange, case: Case) -> bool:
    """Whether a contact that went is what this one is called besides: "Opa Hans" is the nickname of Hans Brüggemann now."""
    theirs = case.by_key.get(owner.key)
    if (
        theirs is None
        or theirs.after is not None
        or text_words(owner.name).keys().isdisjoint(text_words(card.entry.name))
    ):
        return False
    return any(fact.name == "NICKNAME" and folded(fact.text) == folded(owner.name) for fact in card.now)


def _said(facts: tuple[Fact, ...]) -> dict[str, set[str]]:
    said: dict[str, set[str]] = {name: set() for name in _TYING}
    for fact in facts:
        if fact.name in said:
            said[fact.name].add(folded(fact.text))
    return said
