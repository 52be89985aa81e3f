"""Any other change of a value: what no rule has a name for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.text import clip
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import label


@dataclass(frozen=True, slots=True)
class ValueChanged:
    """A value was added or is another one, in a way that no other rule knows: the owner's ordinary edits, mostly."""

    name: ClassVar[str] = "value-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            what = label(change.name)
            if change.after is None:
                continue
            if change.before is None:
                title, told = f"{what.capitalize()} added", f"{clip(change.after.text, 60)} is new."
            elif change.of_value:
                title = f"{what.capitalize()} changed"
                told = f"{clip(change.before.text, 60)} became {clip(change.after.text, 60)}."
            else:
                title = f"Label of the {what} changed"
                told = f"{clip(change.after.text, 60)} was {_kind(change.before)} and is {_kind(change.after)}."
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.severity,
                title=title,
                explanation=told,
                card=card.ref,
                prop=change.name,
                before=_shown(change.before, full=not change.of_value),
                after=_shown(change.after, full=not change.of_value),
                changes=(change,),
            )


def _shown(fact: Fact | None, *, full: bool) -> str | None:
    if fact is None:
        return None
    return f"{clip(fact.text, 180)} ({_kind(fact)})" if full else clip(fact.text, 200)


def _kind(fact: Fact) -> str:
    words = sorted(fact.labels) + (["preferred"] if fact.pref == 1 else [f"choice {fact.pref}"] if fact.pref else [])
    return clip(", ".join(words), 60) or "without a label"
