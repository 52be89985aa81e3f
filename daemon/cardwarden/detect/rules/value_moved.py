"""A value that changed its place inside the card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.said import said_of_fact
from cardwarden.detect.steps.card import Move, MoveKind, content_of, moves_of, value_text
from cardwarden.detect.steps.pieces import is_wide, text_words
from cardwarden.phrases.phrase import Field, Phrase, phrase
from cardwarden.vcard.properties import ValueKind

_SENTENCE = 4  # words; programs write a label


@dataclass(frozen=True, slots=True)
class ValueMoved:
    """A value left one field of the contact and stands in another one, inside another text, or in several fields.

    Programs that know fewer fields than the card has move what they do not know, and converters rename fields: nothing was
    lost, and it is a notice. A number, a mail address or a date in a note or in a field that only one program knows is a
    warning, because phones do not look there, unless somebody wrote there what it was and another one stands in its
    place ("old number 030 123456, until January"). What programs make out of other fields (the name shown, an address as a
    label) comes and goes without a word.
    """

    name: ClassVar[str] = "value-moved"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    unread_severity: Severity = Severity.WARNING
    derived_severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if not card.changes:
            return  # of a card that came or went whole, nothing is asked: most of a first look
        for move in moves_of(card.changes, card.was, card.now):
            title, why = _said(move)
            finding = deviation(
                self, card, move.changes[0], title, severity=self._severity(move, card), reason=why, per_card=True
            )
            yield replace(finding, changes=move.changes)

    def _severity(self, move: Move, card: CardChange) -> Severity:
        if move.derived:
            return self.derived_severity
        return self.unread_severity if move.unread and not _is_noted(move, card) else self.severity


def _is_noted(move: Move, card: CardChange) -> bool:
    """Whether somebody wrote about a value that another one replaces: "old number 030 123456, until January"."""
    if move.to.row.kind is not ValueKind.TEXT:
        return False
    if not any(change.name == move.value.name and change.after and not change.before for change in card.changes):
        return False
    old = next((change.before for change in card.changes if change.after is move.to), None)
    gained = text_words(value_text(move.to)) - text_words(value_text(old) if old else "")
    content = content_of(move.value)
    said = [word for word in gained if word not in content]
    return sum(max(1, sum(map(is_wide, word)) // 2) for word in said) >= _SENTENCE


def _said(move: Move) -> tuple[Phrase, Phrase]:
    field, other = Field(move.value.name), Field(move.to.name)
    value, to = said_of_fact(move.value), said_of_fact(move.to)
    if move.place is MoveKind.COPIED:
        return phrase("value-copied", field=field), phrase("value-copied-why", value=value, other=other)
    if move.place is MoveKind.KEPT:
        return phrase("value-kept", field=field), phrase("value-kept-why", value=value, other=other)
    if move.value.name == move.to.name and move.place is MoveKind.SPLIT:
        return phrase("value-split", field=field), phrase("value-split-why", value=to)
    if move.value.name == move.to.name:
        return phrase("value-merged", field=field), phrase("value-merged-why", value=value)
    why = phrase("value-moved-why", value=value, to=to, other=other)
    if move.unread:
        why = phrase("then", first=why, second=phrase("value-moved-unread-why"))
    return phrase("value-moved", field=field, other=other), why
