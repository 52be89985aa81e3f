"""A card that holds another contact's data now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.names import is_another_name, is_same_name, words
from cardwarden.detect.rule import CardChange, Case, contacts_of, of_card
from cardwarden.phrases.phrase import Person, phrase
from cardwarden.vcard.canonical import Fact
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
_ENOUGH = 3  # kinds of such values that all are others: then it is another person, whatever the names look like


@dataclass(frozen=True, slots=True)
class CardReplaced:
    """A contact was overwritten: the card has the same place and UID, and nothing that it says of a person is the same.

    Name, numbers, addresses, notes: all of it is another person's, only the employer may be the same. A faulty sync or
    import that mixes its cards up does that, and the contact is gone, though none was removed. It is asked about (a
    warning) if it most likely was you: one edit, with a newer REV, by a program that writes this book.
    """

    name: ClassVar[str] = "card-replaced"
    enabled: bool = True
    severity: Severity = Severity.CRITICAL
    asked_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        before, after = card.before, card.after
        if before is None or after is None or before.problem or after.problem or not _is_another(card):
            return
        if any(state.digest == after.digest for state in case.memory.older.get(card.ref.key, ())):
            return  # somebody undid a change
        yield of_card(
            self,
            card,
            phrase("replaced"),
            reason=phrase("replaced-why", now=Person(after.name, card.ref.key)),
            before=contacts_of(card.was),
            after=contacts_of(card.now),
            identity="as-it-was",
            meaning=after.digest,
            by_owner=self.asked_severity,
        )


def _is_another(card: CardChange) -> bool:
    """Whether a card with a name and ways to reach it has others now, and nothing of what it said."""
    before, after = card.before, card.after
    if before is None or after is None or not card.changes or before.name.casefold() == after.name.casefold():
        return False
    if not set(before.contacts).isdisjoint(after.contacts):
        return False
    was, now = _said(card.was), _said(card.now)
    if not was.isdisjoint(now):
        return False
    others = {name for name, _ in was} & {name for name, _ in now}
    if len(others) >= _ENOUGH and ("BDAY" in others or words(before.name).isdisjoint(words(after.name))):
        return not is_same_name(card)
    return bool(before.contacts) and bool(after.contacts) and is_another_name(card)


def _said(facts: Iterable[Fact]) -> set[tuple[str, str]]:
    """What tells somebody apart, by property and value."""
    return {(fact.name, fact.meaning) for fact in facts if fact.row.kind in _TELLING or fact.name == "NOTE"}
