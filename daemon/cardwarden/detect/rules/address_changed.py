"""A postal address that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import several
from cardwarden.text import clip

_OTHER = "was changed"
_SHIFTED = "was shifted into other fields"
_THROWN = "was thrown together"
_WHY = {
    _SHIFTED: "Street, town and postcode stand in the wrong fields: maps and letters may not find it.",
    _THROWN: "Street, town and postcode stand in one field: maps and letters may not find it.",
}


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """A postal address was shifted by a field, thrown into one field, or lost a part.

    A lost part is a warning; the same words in other fields are a notice, because people can still read them, and so is
    another address, because people move.
    """

    name: ClassVar[str] = "address-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    lost_severity: Severity = Severity.WARNING
    bulk_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if change.name != "ADR" or not old or not new or not change.of_value:
                continue
            how, lost = _told(old.parts, new.parts)
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.lost_severity if lost else self.severity,
                title=f"Address {how}",
                explanation=_WHY.get(how, f"{clip(old.text, 80)} became {clip(new.text, 80)}."),
                card=card.ref,
                prop=change.name,
                before=clip(", ".join(filter(None, old.parts)), 200),
                after=clip(", ".join(filter(None, new.parts)), 200),
                changes=(change,),
                transformation=several("address", how),
                in_bulk=self.bulk_severity if how != _OTHER else None,
            )


def _told(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, bool]:
    was, now = [part for part in old if part], [part for part in new if part]
    if sorted(was) == sorted(now):
        return _SHIFTED, False
    if _letters(was) == _letters(now):
        return _THROWN, False
    if set(now) < set(was):
        return "lost a part", True
    return _OTHER, False


def _letters(parts: list[str]) -> list[str]:
    return sorted("".join(parts).replace("\n", "").replace(" ", "").replace(",", ""))
