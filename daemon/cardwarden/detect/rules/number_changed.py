"""A telephone number that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import danger, several
from cardwarden.text import clip
from cardwarden.vcard.dialling import HIDE, SHOW
from cardwarden.vcard.number import COSTLY, Number, would_ring
from cardwarden.vcard.number_change import NumberChange, classify

_RINGS_ELSEWHERE = frozenset(
    {
        NumberChange.CODE_CHANGED, NumberChange.CODE_ADDED, NumberChange.CODE_DOUBLED, NumberChange.PREFIX_BROKEN,
        NumberChange.SWAPPED, NumberChange.ONE_DIGIT, NumberChange.ZEROED, NumberChange.COSTLY, NumberChange.REPLACED,
        NumberChange.SCIENTIFIC,
    }
)  # fmt: skip
_HARMLESS = frozenset(
    {
        NumberChange.RENUMBERED, NumberChange.PLUS_REPAIRED, NumberChange.REPAIRED, NumberChange.CLEANED,
        NumberChange.CARRIER_CHANGED, NumberChange.EXTENSION_ADDED, NumberChange.PREFIX_ADDED, NumberChange.MARKED,
    }
)  # fmt: skip
_WHY = {
    NumberChange.PLUS_LOST: "Without the + the country code is read as part of a number at home, and the call goes nowhere.",
    NumberChange.CODE_DOUBLED: "The call fails or reaches a stranger.",
    NumberChange.CODE_LOST: "What is left cannot be dialled as it stands.",
    NumberChange.TRUNK_KEPT: "After a country code the 0 is too much: abroad the call fails.",
    NumberChange.TRUNK_ADDED: "With a 0 before it, it cannot be dialled, or is another number.",
    NumberChange.TRUNK_LOST: "Spreadsheets drop a leading 0. What is left cannot be dialled, or is another number.",
    NumberChange.ACCESS_LOST: "Spreadsheets drop leading zeros. What is left is no international number any more.",
    NumberChange.AREA_ADDED: "A program put its own area code before it. That is another number, unless they live there.",
    NumberChange.AREA_LOST: "It can be reached from the same area only.",
    NumberChange.EXTENSION_LOST: "The call reaches the switchboard instead of the person.",
    NumberChange.EXTENSION_GLUED: "The extension is dialled as part of the number now.",
    NumberChange.CUT: "What is left is too short, or another number.",
    NumberChange.LENGTHENED: "The added digits make another number of it, or it cannot be dialled.",
    NumberChange.SWAPPED: "The call reaches somebody else.",
    NumberChange.ONE_DIGIT: "The call reaches somebody else.",
    NumberChange.SCIENTIFIC: "A spreadsheet wrote it as a figure. The last digits are gone for good.",
    NumberChange.ZEROED: "A spreadsheet rounded it. The last digits are gone for good.",
    NumberChange.LETTERS_LOST: "The letters stood for digits.",
    NumberChange.JOINED: "Two numbers stand in one field now: neither can be dialled.",
    NumberChange.GARBLED: "Phones may not dial it, or not find who calls.",
    NumberChange.PREFIX_BROKEN: "The code before it is part of the number now: the call goes somewhere else.",
    NumberChange.REPLACED: "If nobody you know changed it, calls and messages now go to a stranger.",
    NumberChange.RENUMBERED: "The country changed its numbers that way.",
    NumberChange.OUTDATED: "The country changed its numbers since: this one may not be reached any more.",
    NumberChange.PLUS_REPAIRED: "Now it can be dialled.",
}


@dataclass(frozen=True, slots=True)
class NumberChanged:
    """A number is not what it was. What happened to it decides how bad that is.

    Critical: the call would ring somewhere else or cost money (another country code, a doubled one, digits swapped or one
    digit off, a premium number, a spreadsheet's rounding, a caller-ID code that became part of the number). Warning: it
    cannot be dialled, or not as it was meant (a lost +, 0, 00, country code, area code, extension or caller-ID code, cut,
    lengthened, joined, foreign characters), and a number that was replaced altogether. Notice: a renumbering of its
    country, a repair, another carrier code.
    """

    name: ClassVar[str] = "number-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    elsewhere_severity: Severity = Severity.CRITICAL
    harmless_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not (old and new and old.number and new.number and change.of_value):
                continue
            kind = classify(old.number, new.number)
            why = _why(kind, old.number, new.number)
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self._severity(kind),
                title=f"Number {kind.value}",
                explanation=f"{clip(old.text, 40)} became {clip(new.text, 40)}. {why}".strip(),
                card=card.ref,
                prop=change.name,
                before=clip(old.text, 80),
                after=clip(new.text, 80),
                changes=(change,),
                transformation=several("number", kind.value),
            )

    def _severity(self, kind: NumberChange) -> Severity:
        if kind in _RINGS_ELSEWHERE:
            return self.elsewhere_severity
        return self.harmless_severity if kind in _HARMLESS else self.severity


def _why(kind: NumberChange, old: Number, new: Number) -> str:
    where = would_ring(new)
    if kind is NumberChange.COSTLY or (new.line in COSTLY and old.line not in COSTLY):
        return f"The new one is a {new.line} line: calls to it are charged, also where others are free."
    if kind in {NumberChange.PREFIX_LOST, NumberChange.PREFIX_CHANGED, NumberChange.PREFIX_ADDED}:
        return _caller_id(old, new)
    if kind in {NumberChange.CODE_CHANGED, NumberChange.CODE_ADDED} or (where and not would_ring(old)):
        return danger(new)
    return _WHY.get(kind, "")


def _caller_id(old: Number, new: Number) -> str:
    was, now = old.caller_id, new.caller_id
    if was == HIDE and now != HIDE:
        return f"{old.prefix} hid your number from them; now they see it."
    if was == SHOW and now != SHOW:
        return f"{old.prefix} showed your number; people who reject hidden callers cannot be reached now."
    if now == HIDE:
        return f"{new.prefix} hides your number from them from now on."
    if now == SHOW:
        return f"{new.prefix} shows your number to them from now on."
    return "The code before a number decides whether they see yours."
