"""A number that stands twice inside one contact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import danger
from cardwarden.text import clip
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.number import misdialled, same_line


@dataclass(frozen=True, slots=True)
class NumberTwice:
    """A number stands twice inside a contact: a copy was added, perhaps in another writing.

    A copy that dials the same is clutter and a notice. A copy with a "+" that makes a foreign number of it is critical:
    nobody sees on the phone which of the two is dialled.
    """

    name: ClassVar[str] = "number-twice"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    danger_severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            new = change.after
            if change.before is not None or new is None or new.number is None:
                continue
            twin = _twin(new, card.now)
            if twin is None or twin.number is None:
                continue
            bad = new.meaning != twin.meaning and misdialled(new.number, case.region)
            other = new.meaning != twin.meaning and not bad
            told = f"{clip(twin.text, 40)} is there already; {clip(new.text, 40)} was added."
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.danger_severity if bad else Severity.WARNING if other else self.severity,
                title="Number added again, with a +" if bad else "Number stands there twice",
                explanation=f"{told} {danger(new.number, case.region)}" if bad else told,
                card=card.ref,
                prop=change.name,
                after=clip(new.text, 80),
                changes=(change,),
                transformation="added again with a +" if bad else "added again",
            )


def _twin(new: Fact, facts: tuple[Fact, ...]) -> Fact | None:
    for fact in facts:
        if fact is not new and fact.number and new.number and same_line(fact.number, new.number):
            return fact
    return None
