"""A contact's name that is another one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case, is_worth_posing_as, looks_of
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.names import is_another_name, is_reading, name_words
from cardwarden.detect.rule import became, deviation
from cardwarden.phrases.phrase import Field, Person, Phrase, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class NameChanged:
    """A contact has another name.

    Somebody else's name over the same details is critical: who calls or is called is shown as another person. It is asked
    about (a warning) if it most likely was you: one edit, with a newer REV, by a program that writes this book. (A short
    single word, such as "Mum", that becomes a name is not, nor is a name that the contact had before, or the same one in
    another writing.) The name of a guarded contact or a bank that is in the book, or one that looks like it, on another
    card is critical. A name that is lost is a warning, unless it most likely was you: a Japanese one of which only the
    reading is left (kana), or one for which the card's own mail address or number, or figures alone (a date), stand now.
    Two parts that were swapped, shifted or thrown together, a name replaced by the organisation, and ordinary edits (a
    new family name, another order) are notices; the same mistake in many cards at once is a warning.
    """

    name: ClassVar[str] = "name-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    stranger_severity: Severity = Severity.CRITICAL
    bulk_severity: Severity = Severity.WARNING
    asked_severity: Severity = Severity.WARNING
    lost_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each of a card's names that is another: somebody else's, one that looks like another's, a lost one, an edited one."""
        changes = [
            (c, c.before, c.after)
            for c in card.changes
            if c.name in {"FN", "N"} and c.before and c.after and c.of_value
        ]
        stranger = is_another_name(card) and _keeps_details(card) and not _was_said_before(card, case)
        borrowed = _borrowed_from(card, case) if changes else None
        for change, old, new in changes:
            title, why = _what_happened(old, new, card)
            if stranger:
                title, why = phrase("name-somebody-else"), phrase("name-somebody-else-why")
            if borrowed is not None:
                title, why = phrase("name-looks-like-other"), _borrowed_why(card, borrowed)
            severity, by_owner = self.severity, None
            if stranger or borrowed:
                severity, by_owner = self.stranger_severity, None if borrowed else self.asked_severity
            elif _is_lost(old, new, card):
                severity, by_owner = self.lost_severity, self.severity
            yield deviation(
                self,
                card,
                change,
                title,
                severity=severity,
                reason=became(change, why),
                in_bulk=self.bulk_severity if why else None,
                by_owner=by_owner,
            )


def _borrowed_from(card: CardChange, case: Case) -> Entry | None:
    """The guarded contact or bank that the new name belongs to, or looks like, and the old one did not."""
    if card.before is None or card.after is None or card.before.name == card.after.name:
        return None
    other = case.namesake(card.after)
    if (
        other is None
        or not is_worth_posing_as(other, case)
        or not looks_of(card.before.name).isdisjoint(looks_of(other.name))
    ):
        return None
    return other


def _borrowed_why(card: CardChange, other: Entry) -> Phrase:
    known = Person(other.name, other.key)
    why = phrase("lookalike-added-why", who=Person(card.entry.name, card.ref.key), known=known)
    return phrase("then", first=why, second=phrase("trusted-name-added-why", known=known))


def _keeps_details(card: CardChange) -> bool:
    """Whether a way to reach the contact is still there: on a card with all new details nobody's name is wrong."""
    if card.before is None or card.after is None or not card.before.contacts:
        return bool(card.now)
    return not set(card.before.contacts).isdisjoint(card.after.contacts)


def _was_said_before(card: CardChange, case: Case) -> bool:
    """Whether the card says again what it said once: somebody undid a change."""
    older = case.memory.older.get(card.ref.key, ())
    return card.after is not None and any(state.digest == card.after.digest for state in older)


def _is_lost(old: Fact, new: Fact, card: CardChange) -> bool:
    """Whether nothing on the card says the name any more: its reading is left, how the contact is reached, or figures."""
    if is_reading(old.text, new.text, card):
        return True
    reached = {fact.text for fact in card.now if fact.name in {"EMAIL", "TEL", "UID"}}
    said = [fact.text for fact in card.now if fact.name in {"FN", "N", "NICKNAME", "ORG"} and fact.text not in reached]
    gone = new.text in reached or (_is_in_figures(new.text) and not _is_in_figures(old.text))
    return gone and name_words(old.text).isdisjoint(name_words(" ".join(said)))


def _is_in_figures(text: str) -> bool:
    """Whether a text has figures and no letters, as a date has: a spreadsheet reads "Jan May" so."""
    return any(map(str.isdecimal, text)) and not any(map(str.isalpha, text))


def _what_happened(old: Fact, new: Fact, card: CardChange) -> tuple[Phrase, Phrase | None]:
    """What happened to a name, said only as far as its two values show it, and what that means."""
    if old.parts and new.parts:
        if sorted(filter(None, old.parts)) == sorted(filter(None, new.parts)):
            return phrase("name-parts-swapped"), phrase("name-parts-swapped-why")
        if name_words(" ".join(old.parts)) == name_words(" ".join(new.parts)):
            return phrase("name-parts-moved"), phrase("name-parts-moved-why")
        if name_words(" ".join(new.parts)) < name_words(" ".join(old.parts)):
            return phrase("name-parts-lost"), phrase("name-parts-lost-why")
    if is_reading(old.text, new.text, card):
        return phrase("name-kana-only"), phrase("name-kana-only-why")
    was, now = _in_order(old.text), _in_order(new.text)
    if was == now:
        return phrase("name-signs"), None
    if sorted(was) == sorted(now):
        return phrase("name-order"), None
    for fact in card.now:
        if fact.name in {"ORG", "EMAIL", "TEL", "UID", "NICKNAME"} and fact.text and fact.text == new.text:
            if old.text and old.text in new.text:
                break  # the rest was added to a name that is still there
            return phrase("name-became-field", field=Field(fact.name)), phrase("name-became-field-why")
    return phrase("name-changed"), None


def _in_order(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
