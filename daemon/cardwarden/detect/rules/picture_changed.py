"""A picture, logo, sound or key that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import deviation
from cardwarden.detect.said import said_of_fact
from cardwarden.phrases.phrase import Field, Value, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.picture import Fault
from cardwarden.vcard.properties import ValueKind
from cardwarden.vcard.values import Picture

_DIGEST = 12  # hex digits of a SHA-256 that tell two pictures apart


@dataclass(frozen=True, slots=True)
class PictureChanged:
    """A picture was emptied, cut, broken, turned into a link, shrunk or replaced.

    An empty, cut or broken one, or an error page in its place, is a warning. A smaller or another picture, or a link in its
    place, is a notice: servers shrink pictures, and owners choose new ones. An encryption key that is another one is
    critical: whoever put it there can read what is written to that person.
    """

    name: ClassVar[str] = "picture-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    other_severity: Severity = Severity.NOTICE
    key_severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each picture, sound or key that is another, by what became of it."""
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind is not ValueKind.MEDIA:
                continue
            how, bad = _how_changed(old, new)
            key = change.name == "KEY"
            was, now = _sides(old, new)
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


def _how_changed(old: Fact, new: Fact) -> tuple[str, bool]:
    """What happened to it, as the phrase's name has it, and whether it cannot be shown any more."""
    if not new.meaning:
        return "emptied", True
    if new.picture is None:
        linked = new.meaning.startswith(("http://", "https://", "content:", "file:", "cid:"))
        if linked and old.picture:
            return "became-link", False
        return ("other-link", False) if linked else ("broken", True)
    if new.picture.look.is_text and not (old.picture and old.picture.look.is_text):
        return "no-picture", True
    if old.picture is None:
        return "replaced", False
    if new.picture.digest == old.picture.digest:
        return "hidden", False
    if old.picture.look.media and not new.picture.look.media:
        return "no-picture", True
    if new.picture.look.fault is not Fault.NONE and old.picture.look.fault is Fault.NONE:
        return "cut" if new.picture.look.fault is Fault.CUT else "broken", True
    if new.picture.size < old.picture.size and _encoded(old).startswith(_encoded(new).rstrip("=")[:-4]):
        return "cut", True
    return ("smaller", False) if _is_smaller(old.picture, new.picture) else ("replaced", False)


def _is_smaller(old: Picture, new: Picture) -> bool:
    """Whether it shows fewer pixels, or takes fewer bytes if they are not known; other bytes of one size are another one."""
    was, now = old.look.width * old.look.height, new.look.width * new.look.height
    return now < was if was and now else new.size < old.size


def _encoded(fact: Fact) -> str:
    return "".join(fact.written.rpartition(",")[2].split())


def _sides(old: Fact, new: Fact) -> tuple[Value, Value]:
    """What was there and what is there; if that reads alike, with what differs: the bytes' digest, or how they are written."""
    was, now = _brief(old), _brief(new)
    if was != now or not old.picture or not new.picture:
        return was, now
    if old.picture.digest != new.picture.digest:
        digests = (old.picture.digest[:_DIGEST], new.picture.digest[:_DIGEST])
        return phrase("media-of-digest", media=was, digest=digests[0]), phrase(
            "media-of-digest", media=now, digest=digests[1]
        )
    return phrase("media-written", media=was, line=_line(old)), phrase("media-written", media=now, line=_line(new))


def _line(fact: Fact) -> str:
    """What stands before a value's bytes: `PHOTO;ENCODING=b;TYPE=PNG:`, `PHOTO:data:image/png;base64,`."""
    line = fact.lines[0]
    params = "".join(f";{name}={','.join(values)}" for name, values in line.params)
    head, comma, _ = line.value.partition(",")
    return f"{line.name}{params}:{head + comma if comma else ''}"


def _brief(fact: Fact) -> Value:
    return said_of_fact(fact) or phrase("empty")
