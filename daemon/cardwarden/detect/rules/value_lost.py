"""A value that is gone from a card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.said import said_of_fact
from cardwarden.phrases.phrase import Field, phrase
from cardwarden.vcard.properties import ROWS

_MINOR = frozenset(
    {"SORT-STRING", "KIND", "LANG", "TZ", "GEO", "CLASS", "LABEL", "LOGO", "SOUND", "GENDER", "LANGUAGE"}
)


@dataclass(frozen=True, slots=True)
class ValueLost:
    """A value was lost: a number, a mail address, a birthday, a picture that the card had is no longer there.

    Editors that know fewer fields than the card has, and servers that convert versions, drop what they do not know. That
    is a warning; small things (a reading for sorting, a logo, a field that only one program knows) are a notice.
    """

    name: ClassVar[str] = "value-lost"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    minor_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            if change.before is None or change.after is not None:
                continue
            minor = change.name in _MINOR or (change.name.startswith("X-") and change.name not in ROWS)
            yield deviation(
                self,
                card,
                change,
                phrase("value-lost", field=Field(change.name)),
                severity=self.minor_severity if minor else self.severity,
                reason=phrase("value-lost-why", value=said_of_fact(change.before)),
                per_card=True,
            )
