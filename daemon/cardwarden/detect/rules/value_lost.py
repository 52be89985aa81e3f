"""A value that is gone from a card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, deviation
from cardwarden.phrases.phrase import Field, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import ROWS

_MINOR = frozenset(
    {"SORT-STRING", "KIND", "LANG", "TZ", "GEO", "CLASS", "LABEL", "LOGO", "SOUND", "GENDER", "LANGUAGE"}
)

_LOOKED_THROUGH = 40  # values of one property


@dataclass(frozen=True, slots=True)
class ValueLost:
    """A value was lost: a number, a mail address, a birthday, a picture that the card had is no longer there.

    Editors that know fewer fields than the card has, and servers that convert versions, drop what they do not know. That
    is a warning; small things (a reading for sorting, a logo, a field that only one program knows) are a notice, and so is
    a text that now stands inside another one.
    """

    name: ClassVar[str] = "value-lost"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    minor_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        lost = [change for change in card.changes if change.before and not change.after]
        left: dict[str, list[Fact]] = defaultdict(list)
        for fact in card.now if lost else ():
            left[fact.name].append(fact)
        numbers = {(fact.name, fact.meaning) for fact in card.now if fact.number} if lost else set()
        for change in lost:
            if change.before is None:
                continue
            merged = _stands_elsewhere(change.before, left[change.name], numbers)
            minor = merged or change.name in _MINOR or (change.name.startswith("X-") and change.name not in ROWS)
            field, value = Field(change.name), change.before.text
            yield deviation(
                self,
                card,
                change,
                phrase("value-merged", field=field) if merged else phrase("value-lost", field=field),
                severity=self.minor_severity if minor else self.severity,
                reason=phrase("value-merged-why", value=value) if merged else phrase("value-lost-why", value=value),
                per_card=True,
            )


def _stands_elsewhere(lost: Fact, left: Sequence[Fact], numbers: set[tuple[str, str]]) -> bool:
    """A text of some length that another value of the same property contains, or a number that is there twice no more."""
    if lost.number:
        return (lost.name, lost.meaning) in numbers
    long_enough = len(lost.meaning) >= 4
    return any(
        lost.meaning == fact.meaning or (long_enough and lost.meaning in fact.meaning)
        for fact in left[:_LOOKED_THROUGH]
    )
