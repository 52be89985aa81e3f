"""A picture, logo, sound or key that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import opening, several
from cardwarden.text import clip
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.picture import Fault
from cardwarden.vcard.properties import Kind as ValueKind
from cardwarden.vcard.properties import label


@dataclass(frozen=True, slots=True)
class PictureChanged:
    """A picture was emptied, cut, broken, turned into a link, shrunk or replaced.

    An empty, cut or broken one is a warning. A smaller or another picture, or a link in its place, is a notice: servers
    shrink pictures, and owners choose new ones. An encryption key that is another one is critical: whoever put it there
    can read what is written to that person.
    """

    name: ClassVar[str] = "picture-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    other_severity: Severity = Severity.NOTICE
    key_severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind is not ValueKind.MEDIA:
                continue
            what, bad = _told(old, new)
            key = change.name == "KEY"
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.key_severity if key else self.severity if bad else self.other_severity,
                title=f"{opening(label(change.name))} {what}",
                explanation=f"The {label(change.name)} ({_brief(old)}) {what} ({_brief(new)}).",
                card=card.ref,
                prop=change.name,
                before=_brief(old),
                after=_brief(new),
                changes=(change,),
                transformation=several(label(change.name), what),
            )


def _told(old: Fact, new: Fact) -> tuple[str, bool]:
    if not new.meaning:
        return "was emptied", True
    if new.picture is None:
        linked = new.meaning.startswith(("http://", "https://", "content:", "file:", "cid:"))
        if linked and old.picture:
            return "was replaced by a link", False
        escaped = new.written.replace("\\", "") == old.written.replace("\\", "")
        if escaped:
            return "is written so that programs cannot show it", False
        return ("was replaced by another link", False) if linked else ("was broken", True)
    if old.picture is None:
        return "was replaced", False
    if new.picture.digest == old.picture.digest:
        hidden = new.picture.escaped
        return (
            "is written so that programs cannot show it" if hidden else "is written so that programs can show it",
            False,
        )
    if new.picture.look.fault is not Fault.NONE and old.picture.look.fault is Fault.NONE:
        return "was cut" if new.picture.look.fault is Fault.CUT else "was broken", True
    if new.picture.size < old.picture.size and _encoded(old).startswith(_encoded(new).rstrip("=")[:-4]):
        return "was cut", True
    return ("was made smaller", False) if new.picture.size < old.picture.size else ("was replaced", False)


def _encoded(fact: Fact) -> str:
    return "".join(fact.written.rpartition(",")[2].split())


def _brief(fact: Fact) -> str:
    return clip(fact.text, 80) or "empty"
