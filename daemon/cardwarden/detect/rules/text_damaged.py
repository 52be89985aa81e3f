"""A text that a program damaged: wrong character set, escapes, HTML codes, cuts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.damage import SEVERE, Damage, damage_of, repaired
from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import opening, several
from cardwarden.text import clip
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import Kind as ValueKind
from cardwarden.vcard.properties import label

_KINDS = frozenset(
    {ValueKind.TEXT, ValueKind.NAME, ValueKind.PARTS, ValueKind.ADDRESS, ValueKind.LIST, ValueKind.URI, ValueKind.CHAT}
)

_WHY = {
    Damage.MOJIBAKE: "A program read it in the wrong character set.",
    Damage.QUOTED_PRINTABLE: "A program kept the code in which old cards carry such letters.",
    Damage.REPLACED: "Which letters stood there cannot be told from what is left.",
    Damage.LOW_BYTES: "Which letters stood there cannot be told from what is left.",
    Damage.LETTERS_DROPPED: "A program threw away every letter that English does not have.",
    Damage.ENTITIES: "A program wrote it as for a web page; it may add more at every rewrite.",
    Damage.ESCAPES: "A program marks what is marked already; it may add more at every rewrite.",
    Damage.CUT: "The rest is gone.",
    Damage.DOUBLED: "Programs that join two copies do that, again and again.",
}


@dataclass(frozen=True, slots=True)
class TextDamaged:
    """A name, note, address or other text shows the traces of a program's mistake.

    Warnings are what loses content: letters read in the wrong character set (once or again), quoted-printable codes,
    replacement marks, halved or dropped letters, a value cut at a comma, in a word or at a round length. Notices are what
    can still be read: backslashes, HTML codes or tags, lost accents or line breaks, a text appended to itself, another
    letter case, a variant of a Chinese character. In many cards at once these are a warning, too.
    """

    name: ClassVar[str] = "text-damaged"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    readable_severity: Severity = Severity.NOTICE
    bulk_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind not in _KINDS:
                continue
            damage = _damage(old, new)
            mended = damage is None and repaired(_text(old), _text(new))
            if damage is None and not mended:
                continue
            what = label(change.name)
            how = damage.value if damage else "was repaired"
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.severity if damage in SEVERE else self.readable_severity,
                title=f"{opening(what)} {how}",
                explanation=f"{clip(old.text, 80)} became {clip(new.text, 80)}. {_WHY.get(damage, '') if damage else ''}".strip(),
                card=card.ref,
                prop=change.name,
                before=clip(old.text, 200),
                after=clip(new.text, 200),
                changes=(change,),
                transformation=several("text", how),
                in_bulk=self.bulk_severity if damage and damage is not Damage.CASE else None,
            )


def _text(fact: Fact) -> str:
    return "\n".join(fact.parts) if fact.parts else fact.text


def _damage(old: Fact, new: Fact) -> Damage | None:
    whole = damage_of(_text(old), _text(new))
    if whole or len(old.parts) != len(new.parts):
        return whole
    for was, now in zip(old.parts, new.parts, strict=True):
        part = damage_of(was, now)
        if part is not None:
            return part
    return None
