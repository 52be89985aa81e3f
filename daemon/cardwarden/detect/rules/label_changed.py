"""A value's label or preference that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.text import clip
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import Change
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
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or change.of_value:
                continue
            crossed = _crossed(change, card.changes)
            preferred = old.labels == new.labels
            what = label(change.name)
            title = f"Preferred {what} changed" if preferred else f"Label of the {what} changed"
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.crossed_severity if crossed else self.severity,
                title=f"Labels of two {what}s exchanged" if crossed else title,
                explanation=f"{clip(new.text, 60)} was {_kind(old)} and is {_kind(new)} now.",
                card=card.ref,
                prop=change.name,
                before=f"{clip(old.text, 120)} ({_kind(old)})",
                after=f"{clip(new.text, 120)} ({_kind(new)})",
                changes=(change,),
                transformation=f"label {_kind(old)} became {_kind(new)}",
            )


def _crossed(change: Change, changes: tuple[Change, ...]) -> bool:
    """Another value of the same property took this one's label and gave it its own."""
    if not change.before or not change.after or change.before.labels == change.after.labels:
        return False
    was, now = change.before.labels, change.after.labels
    return any(
        other is not change
        and other.name == change.name
        and not other.of_value
        and other.before is not None
        and other.after is not None
        and (other.before.labels, other.after.labels) == (now, was)
        for other in changes
    )


def _kind(fact: Fact) -> str:
    words = sorted(fact.labels) + (["preferred"] if fact.pref == 1 else [f"choice {fact.pref}"] if fact.pref else [])
    return clip(", ".join(words), 60) or "without a label"
