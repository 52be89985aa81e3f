"""A postal address that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import became, deviation
from cardwarden.detect.steps.pieces import text_words, written_in_order
from cardwarden.phrases.phrase import Field, Phrase, phrase

_OTHER = phrase("address-changed")
_SAME = phrase("text-same", field=Field("ADR"))
_SHIFTED = phrase("address-shifted")
_THROWN = phrase("address-thrown-together")
_LOST = phrase("address-lost-a-part")
_WHY = {_SHIFTED: phrase("address-shifted-why"), _THROWN: phrase("address-thrown-together-why")}


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """A postal address was shifted by a field, thrown into one field, or lost a part.

    A lost part is a warning; the same words in other fields are a notice, because people can still read them, and so is
    another address, because people move. The same words in the same fields, with other commas or line breaks between them,
    are recorded and not sent.
    """

    name: ClassVar[str] = "address-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    lost_severity: Severity = Severity.WARNING
    same_severity: Severity = Severity.INFO
    bulk_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if change.name != "ADR" or not old or not new or not change.of_value:
                continue
            how = _how_changed(old.parts, new.parts)
            yield deviation(
                self,
                card,
                change,
                how,
                severity=self._severity(how),
                reason=_WHY.get(how) or became(change),
                in_bulk=self.bulk_severity if how not in {_OTHER, _SAME} else None,
            )

    def _severity(self, how: Phrase) -> Severity:
        if how is _SAME:
            return self.same_severity
        return self.lost_severity if how is _LOST else self.severity


def _how_changed(old: tuple[str, ...], new: tuple[str, ...]) -> Phrase:
    was, now = [part for part in old if part], [part for part in new if part]
    if sorted(was) == sorted(now):
        return _SHIFTED
    if [written_in_order(part) for part in old] == [written_in_order(part) for part in new]:
        return _SAME
    mine, theirs = text_words("\n".join(was)), text_words("\n".join(now))
    if mine == theirs or sorted("".join(mine.elements())) == sorted("".join(theirs.elements())):
        return _THROWN
    return _LOST if theirs < mine or theirs.keys() < mine.keys() else _OTHER  # one part written over another
