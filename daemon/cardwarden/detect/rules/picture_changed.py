"""A picture, logo, sound or key that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, deviation
from cardwarden.phrases.phrase import Field, Value, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.picture import Fault
from cardwarden.vcard.properties import ValueKind


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
            how, bad = _told(old, new)
            key = change.name == "KEY"
            was, now = _brief(old), _brief(new)
            yield deviation(
                self,
                card,
                change,
                phrase(f"media-{how}", field=Field(change.name)),
                severity=self.key_severity if key else self.severity if bad else self.other_severity,
                reason=phrase("media-why", was=was, now=now),
                before=was,
                after=now,
                per_card=True,
            )


def _told(old: Fact, new: Fact) -> tuple[str, bool]:
    """What happened to it, as the phrase's name has it, and whether it cannot be shown any more."""
    if not new.meaning:
        return "emptied", True
    if new.picture is None:
        linked = new.meaning.startswith(("http://", "https://", "content:", "file:", "cid:"))
        if linked and old.picture:
            return "became-link", False
        escaped = new.written.replace("\\", "") == old.written.replace("\\", "")
        if escaped:
            return "escaped", False
        return ("other-link", False) if linked else ("broken", True)
    if old.picture is None:
        return "replaced", False
    if new.picture.digest == old.picture.digest:
        return ("escaped" if new.picture.escaped else "unescaped"), False
    if new.picture.look.fault is not Fault.NONE and old.picture.look.fault is Fault.NONE:
        return "cut" if new.picture.look.fault is Fault.CUT else "broken", True
    if new.picture.size < old.picture.size and _encoded(old).startswith(_encoded(new).rstrip("=")[:-4]):
        return "cut", True
    return ("smaller", False) if new.picture.size < old.picture.size else ("replaced", False)


def _encoded(fact: Fact) -> str:
    return "".join(fact.written.rpartition(",")[2].split())


def _brief(fact: Fact) -> Value:
    if fact.picture:
        media, look = fact.picture.media or "data", fact.picture.look
        if look.width and look.height:
            return phrase("media-of-size", media=media, width=look.width, height=look.height, count=fact.picture.size)
        return phrase("media-of", media=media, count=fact.picture.size)
    return fact.text or phrase("empty")
