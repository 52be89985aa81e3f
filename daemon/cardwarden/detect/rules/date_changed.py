"""A birthday or another date that is not what it was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.dates import DateChange, classify_date, is_not_before, stamped_at
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import became, deviation
from cardwarden.phrases.phrase import Field, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import ValueKind

_MIDNIGHT = re.compile(r"T000000(?:Z|[+-][0-9]{2,4})?\Z")
_NO_YEAR = "1604-"
_YEAR = re.compile("[0-9]{4}-")
_HARMLESS = frozenset({DateChange.CHANGED, DateChange.YEAR_UNSAID, DateChange.REPAIRED})


@dataclass(frozen=True, slots=True)
class DateChanged:
    """A date drifted: by a day (time zones), a month (counted from 0) or a year, into another calendar, day and month swapped,
    a computer's zero date, no month or day (0000-00-00), a year lost or made up, a birthday on the day on which the card
    was written or after it, one of the card's other dates in its place.

    Those are warnings, for a wrong birthday is noticed a year too late; a month is asked about (a notice) if it most likely
    was you. Any other new date is a notice, and so is a made-up year that goes, 1604 for a year that nobody said (Apple's,
    which most programs know), and what was no date and is one now. Another spelling of the same day, midnight added to it
    or taken away, and the same moment told in another zone's time, mean nothing.
    """

    name: ClassVar[str] = "date-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    edit_severity: Severity = Severity.NOTICE
    same_severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each date that means another day, by what became of it."""
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind is not ValueKind.DATE:
                continue
            if _is_same_day(old.meaning, new.meaning):
                same = phrase("text-same", field=Field(change.name))
                yield deviation(self, card, change, same, severity=self.same_severity, reason=became(change))
                continue
            kind = _kind(card, old, new)
            unsaid = not _YEAR.match(old.meaning)
            is_known = kind is DateChange.YEAR_MADE_UP and new.meaning.startswith(_NO_YEAR) and unsaid
            edited = kind in _HARMLESS or is_known
            yield deviation(
                self,
                card,
                change,
                phrase(f"date-{kind.value}", field=Field(change.name)),
                severity=self.edit_severity if edited else self.severity,
                by_owner=self.edit_severity if kind is DateChange.MONTH else None,
                reason=became(change, None if kind is DateChange.CHANGED else phrase(f"date-{kind.value}-why")),
                per_card=True,
            )


def _kind(card: CardChange, old: Fact, new: Fact) -> DateChange:
    """What became of a date, of the card's other dates and the day on which it was written besides."""
    kind = classify_date(old.meaning, new.meaning)
    if kind is not DateChange.CHANGED:
        return kind
    if any(f.name != new.name and f.row.kind is ValueKind.DATE and f.meaning == new.meaning for f in card.was):
        return DateChange.OTHER
    written = stamped_at(card.revisions[1])
    if new.name == "BDAY" and written is not None and is_not_before(new.meaning, written.date()):
        return DateChange.NOT_PAST
    return kind


def _is_same_day(was: str, now: str) -> bool:
    """Whether the same day is written and only a midnight came or went, or the moment is told in another zone's time."""
    if _MIDNIGHT.sub("", was) == now or _MIDNIGHT.sub("", now) == was:
        return True
    days = {was.partition("T")[0], now.partition("T")[0]}
    return (
        len(days) == 1
        and "T" in was
        and "T" in now
        and stamped_at(was) is not None
        and stamped_at(was) == stamped_at(now)
    )
