"""Categories and group members that are gone or came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, became, deviation
from cardwarden.phrases.phrase import Field, Phrase, phrase
from cardwarden.vcard.diff import Change
from cardwarden.vcard.properties import ValueKind


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A category, a nickname or a member of a group was lost, replaced or added.

    Losing one is a notice, losing all of them a warning, unless a group card of that name came in its place. Their order,
    and whether they stand in one line or in several, means nothing.
    """

    name: ClassVar[str] = "group-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    emptied_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        left = {fact.name for fact in card.now} if card.changes else set()
        for change in card.changes:
            fact = change.before or change.after
            if fact is None or not change.of_value or fact.name == "UID":
                continue
            if fact.row.kind not in {ValueKind.LIST, ValueKind.MEMBER}:
                continue
            lost = change.after is None
            named = case.book.by_name.get(change.before.text.lower(), ()) if change.before else ()
            kept = any(entry.key not in case.past_keys for entry in named)
            emptied = lost and change.name not in left and not kept
            title, why = _said(change)
            yield deviation(
                self,
                card,
                change,
                title,
                severity=self.emptied_severity if emptied else self.severity,
                reason=why,
                per_card=True,
            )


def _said(change: Change) -> tuple[Phrase, Phrase]:
    field = Field(change.name)
    if change.before and change.after:
        return phrase("value-changed", field=field), became(change)
    if change.before:
        return phrase("value-lost", field=field), phrase("value-lost-why", value=change.before.text)
    return phrase("value-added", field=field), phrase(
        "value-added-why", value=change.after.text if change.after else ""
    )
