"""Categories and group members that are gone or came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.phrases.phrase import Field, Phrase, phrase
from cardwarden.vcard.diff import Change
from cardwarden.vcard.properties import ValueKind

_SEVERAL = 3  # members of a group; of two an owner exchanges both
_STARS = frozenset({"starred", "* starred"})  # Google's favourites, which an export adds


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A category, a nickname or a member of a group was lost, replaced or added.

    Losing one is a notice, losing all of them a warning, unless a group card of that name came in its place; so is a group
    that lost more than half of its members, or of three or more has none of them left but others, if these contacts are
    still there. Their order, whether they stand in one line
    or in several, and whether one stands twice, means nothing, and neither do the groups that Google has everybody in or
    adds its stars to.
    """

    name: ClassVar[str] = "group-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    emptied_severity: Severity = Severity.WARNING
    starred_severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each category, nickname or member that came, went or is another."""
        left = {fact.name for fact in card.now} if card.changes else set()
        depleted = _is_depleted(card, case)
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
            severity = self.severity
            if emptied or (lost and depleted and fact.row.kind is ValueKind.MEMBER):
                severity = self.emptied_severity
            elif change.before is None and change.name == "CATEGORIES" and fact.meaning in _STARS:
                severity = self.starred_severity
            title, why = _said(change)
            yield deviation(
                self,
                card,
                change,
                title,
                severity=severity,
                reason=why,
                per_card=True,
            )


def _is_depleted(card: CardChange, case: Case) -> bool:
    """Whether a group lost most of its members, those left out whose contact went, too, or got another UID."""
    lost = [
        c.before.meaning for c in card.changes if c.before and not c.after and c.before.row.kind is ValueKind.MEMBER
    ]
    lost = [uid for uid in lost if not case.past.by_uid.get(uid) or case.book.by_uid.get(uid)]
    if not lost:
        return False
    members = {fact.meaning for fact in card.was if fact.row.kind is ValueKind.MEMBER and fact.name != "UID"}
    come = sum(bool(c.after and not c.before and c.after.row.kind is ValueKind.MEMBER) for c in card.changes)
    is_exchanged = len(lost) == len(members) >= _SEVERAL
    return is_exchanged or (len(lost) - come) * 2 > len(members)


def _said(change: Change) -> tuple[Phrase, Phrase]:
    field = Field(change.name)
    if change.before:
        return phrase("value-lost", field=field), phrase("value-lost-why", value=change.before.text)
    return phrase("value-added", field=field), phrase(
        "value-added-why", value=change.after.text if change.after else ""
    )
