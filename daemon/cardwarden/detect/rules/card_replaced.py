"""A card that holds another contact's data now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.names import is_another_name
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
"""What tells people apart, notes and organisations besides; any two have a language or a category in common."""


@dataclass(frozen=True, slots=True)
class CardReplaced:
    """A contact was overwritten: the card has the same place and UID, and nothing that it says is the same.

    Name, numbers, addresses, notes: all of it is another person's. A faulty sync or import that mixes its cards up does
    that, and the contact is gone, though none was removed. It is asked about (a warning) if it most likely was you: one
    edit, with a newer REV, by a program that writes this book.
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
    if card.before is None or card.after is None or not card.before.contacts or not card.after.contacts:
        return False
    if not card.changes or not set(card.before.contacts).isdisjoint(card.after.contacts) or not is_another_name(card):
        return False
    return _said(card.was).isdisjoint(_said(card.now))


def _said(facts: Iterable[Fact]) -> set[tuple[str, str]]:
    return {(fact.name, fact.meaning) for fact in facts if fact.row.kind in _TELLING or fact.name in {"NOTE", "ORG"}}
