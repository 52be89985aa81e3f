"""A value's label or preference that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import several
from cardwarden.text import clip
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import label


@dataclass(frozen=True, slots=True)
class LabelChanged:
    """A number or address has another label (home, work, Mum) or is no longer the preferred one.

    Two values that exchanged their labels are a warning: who means the office calls somebody at home. Another label, a
    lost one, or another preference is a notice.
    """

    name: ClassVar[str] = "label-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    crossed_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        relabelled = {
            (change.name, change.before.labels, change.after.labels)
            for change in card.changes
            if change.before and change.after and not change.of_value
        }
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or change.of_value:
                continue
            crossed = old.labels != new.labels and (change.name, new.labels, old.labels) in relabelled
            preferred = old.labels == new.labels
            what = label(change.name)
            title = f"Preferred {what} was changed" if preferred else f"Label of the {what} was changed"
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.crossed_severity if crossed else self.severity,
                title=f"Labels were exchanged ({what})" if crossed else title,
                explanation=f"{clip(new.text, 60)} was {_kind(old)} and is {_kind(new)} now.",
                card=card.ref,
                prop=change.name,
                before=f"{clip(old.text, 120)} ({_kind(old)})",
                after=f"{clip(new.text, 120)} ({_kind(new)})",
                changes=(change,),
                transformation=several(what, f"changed from {_kind(old)} to {_kind(new)}"),
            )


def _kind(fact: Fact) -> str:
    words = sorted(fact.labels) + (["preferred"] if fact.pref == 1 else [f"choice {fact.pref}"] if fact.pref else [])
    return clip(", ".join(words), 60) or "without a label"
