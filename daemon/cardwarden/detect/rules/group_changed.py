"""Categories and group members that are gone or came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import opening, several
from cardwarden.text import clip
from cardwarden.vcard.properties import Kind as ValueKind
from cardwarden.vcard.properties import label


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
            what = label(change.name)
            how = "changed" if change.before and change.after else "lost" if change.before else "added"
            named = case.book.by_name.get(change.before.text.lower(), ()) if change.before else ()
            kept = any(entry.key not in case.past_keys for entry in named)
            emptied = how == "lost" and change.name not in left and not kept
            before = clip(change.before.text, 120) if change.before else None
            after = clip(change.after.text, 120) if change.after else None
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.emptied_severity if emptied else self.severity,
                title=f"{opening(what)} was {how}",
                explanation=_told(what, before, after),
                card=card.ref,
                prop=change.name,
                before=before,
                after=after,
                changes=(change,),
                transformation=several(what, f"was {how}"),
            )


def _told(what: str, before: str | None, after: str | None) -> str:
    if before and after:
        return f"The {what} {before} became {after}."
    return f"The {what} {before} is gone." if before else f"The {what} {after} is new."
