"""A birthday or another date that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.dates import DateChange, classify_date
from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import opening, several
from cardwarden.text import clip
from cardwarden.vcard.properties import Kind as ValueKind
from cardwarden.vcard.properties import label

_WHY = {
    DateChange.DRIFT: "Programs in different time zones do that.",
    DateChange.SWAPPED: "A program read day and month the other way round.",
    DateChange.EPOCH: "That is where computers begin to count; the real date is gone.",
    DateChange.YEAR_LOST: "Nobody can tell the age any more.",
    DateChange.YEAR_UNSAID: "It was never said.",
    DateChange.YEAR_MADE_UP: "A program filled in a year of its own.",
    DateChange.FIRST: "A program kept the month and lost the day.",
    DateChange.CENTURY: "A program guessed the century.",
    DateChange.BROKEN: "Calendars do not show it any more.",
}
_HARMLESS = frozenset({DateChange.CHANGED, DateChange.YEAR_UNSAID})


@dataclass(frozen=True, slots=True)
class DateChanged:
    """A date drifted: by a day (time zones), day and month swapped, a computer's zero date, a year lost or made up.

    Those are warnings, for a wrong birthday is noticed a year too late. Any other new date, and a made-up year that goes, is a
    notice. Another spelling
    of the same day, and midnight added to it, mean nothing.
    """

    name: ClassVar[str] = "date-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    edit_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind is not ValueKind.DATE:
                continue
            kind = classify_date(old.meaning, new.meaning)
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.edit_severity if kind in _HARMLESS else self.severity,
                title=f"{opening(label(change.name))} {kind.value}",
                explanation=f"{clip(old.text, 40)} became {clip(new.text, 40)}. {_WHY.get(kind, '')}".strip(),
                card=card.ref,
                prop=change.name,
                before=clip(old.text, 80),
                after=clip(new.text, 80),
                changes=(change,),
                transformation=several(label(change.name), kind.value),
            )
