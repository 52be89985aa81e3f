"""A value that is gone from a card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.text import clip
from cardwarden.vcard.properties import label


@dataclass(frozen=True, slots=True)
class ValueLost:
    """A value was lost: a number, a mail address, a birthday, a picture that the card had is no longer there.

    Editors that know fewer fields than the card has, and servers that convert versions, drop what they do not know.
    """

    name: ClassVar[str] = "value-lost"
    enabled: bool = True
    severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            if change.before is None or change.after is not None:
                continue
            what = label(change.name)
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.severity,
                title=f"{what.capitalize()} lost",
                explanation=f"The {what} {clip(change.before.text, 60)} is no longer in the contact.",
                card=card.ref,
                prop=change.name,
                before=clip(change.before.text, 200),
                changes=(change,),
                transformation=f"lost their {what}",
            )
