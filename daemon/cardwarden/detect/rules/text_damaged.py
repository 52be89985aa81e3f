"""A text that a program damaged: wrong character set, escapes, HTML codes, cuts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.damage import SEVERE, Damage, damage_of, repaired
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, became, deviation
from cardwarden.phrases.phrase import Field, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import Kind as ValueKind

_KINDS = frozenset(
    {ValueKind.TEXT, ValueKind.NAME, ValueKind.PARTS, ValueKind.ADDRESS, ValueKind.LIST, ValueKind.URI, ValueKind.CHAT}
)

_SAYS_WHY = frozenset(Damage) - {
    Damage.ACCENTS,
    Damage.TAGS,
    Damage.NEWLINES,
    Damage.CASE,
    Damage.SPELLING,
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
            how = damage.value if damage else "repaired"
            yield deviation(
                self,
                card,
                change,
                phrase(f"text-{how}", field=Field(change.name)),
                severity=self.severity if damage in SEVERE else self.readable_severity,
                reason=became(change, phrase(f"text-{how}-why") if damage in _SAYS_WHY else None),
                alike=phrase(f"text-{how}"),
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
