"""A value's label or preference that is not what it was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.steps.explain import explain
from cardwarden.detect.steps.vocabulary import Cost
from cardwarden.phrases.phrase import Field, Label, Phrase, phrase
from cardwarden.vcard.canonical import Fact, label_texts, shown_labels
from cardwarden.vcard.diff import Change


@dataclass(frozen=True, slots=True)
class LabelChanged:
    """A number or address has another label (home, work, Mum) or is no longer the preferred one.

    Values that exchanged their labels, two or more of them in turn, are a warning: who means the office calls somebody at
    home. So is a label whose letters were destroyed or put in code. Another label, a lost one, or another preference is a
    notice.
    """

    name: ClassVar[str] = "label-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    crossed_severity: Severity = Severity.WARNING
    damaged_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each value that stayed while what it is called, or whether it is preferred, did not."""
        exchanged = _exchanged(card.changes)
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or change.of_value:
                continue
            crossed = old.labels != new.labels and change.name in exchanged
            damaged = not crossed and _is_damaged(old, new)
            severity = self.crossed_severity if crossed else self.damaged_severity if damaged else self.severity
            field, was, now = Field(change.name), _labels(old), _labels(new)
            title = phrase("preference-changed", field=field)
            if old.labels != new.labels:
                title = phrase("labels-exchanged", field=field) if crossed else phrase("label-changed", field=field)
            if damaged:
                title = phrase("label-damaged", field=field)
            yield deviation(
                self,
                card,
                change,
                title,
                severity=severity,
                reason=phrase("label-changed-why", value=new.text, was=was, now=now),
                before=phrase("labelled", value=old.text, label=was),
                after=phrase("labelled", value=new.text, label=now),
                alike=phrase("label-changed-from-to", field=field, was=was, now=now),
            )


def _exchanged(changes: Iterable[Change]) -> set[str]:
    """The properties of which several values have each other's labels: the same labels as before, none where it was."""
    was: dict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    now: dict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    for change in changes:
        old, new = change.before, change.after
        if old and new and not change.of_value and old.labels != new.labels:
            was[change.name][old.labels] += 1
            now[change.name][new.labels] += 1
    return {name for name, labels in was.items() if labels == now[name]}


def _is_damaged(old: Fact, new: Fact) -> bool:
    """Whether a program did something to the letters of a label that people do not do."""
    was, now = label_texts(old), label_texts(new)
    if old.labels == new.labels or len(was) != len(now):
        return False
    chains = (explain(before, after) for before, after in zip(was, now, strict=True))
    return any(chain is not None and chain.cost is Cost.DAMAGING and not chain.vague for chain in chains)


def _labels(fact: Fact) -> Phrase:
    """What kind of number or address it is, and whether it is preferred."""
    label = Label(shown_labels(fact))
    if fact.pref == 0:
        return phrase("label-own", label=label) if label.kinds else phrase("label-none")
    if fact.pref == 1:
        return phrase("label-preferred", label=label) if label.kinds else phrase("label-preferred-only")
    if label.kinds:
        return phrase("label-choice", label=label, rank=fact.pref)
    return phrase("label-choice-only", rank=fact.pref)
