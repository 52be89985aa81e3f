"""A telephone number that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import became, deviation
from cardwarden.detect.steps.looks import folded
from cardwarden.detect.words import danger, slug
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.vcard.dialling import HIDE, SHOW
from cardwarden.vcard.number import COSTLY, Number, is_hazard, rings_abroad
from cardwarden.vcard.number_change import NumberChange, classify

_RINGS_ELSEWHERE = frozenset(
    {
        NumberChange.CODE_CHANGED, NumberChange.CODE_ADDED, NumberChange.CODE_DOUBLED, NumberChange.PREFIX_BROKEN,
        NumberChange.SWAPPED, NumberChange.ONE_DIGIT, NumberChange.ZEROED, NumberChange.COSTLY, NumberChange.REPLACED,
        NumberChange.SCIENTIFIC, NumberChange.SIGN_LOST, NumberChange.SIGN_ADDED,
    }
)  # fmt: skip
_HARMLESS = frozenset(
    {
        NumberChange.RENUMBERED, NumberChange.PLUS_REPAIRED, NumberChange.REPAIRED, NumberChange.CLEANED,
        NumberChange.CARRIER_CHANGED, NumberChange.EXTENSION_ADDED, NumberChange.PREFIX_ADDED, NumberChange.MARKED,
        NumberChange.RESPELT,
    }
)  # fmt: skip
_SAYS_WHY = frozenset(
    {
        NumberChange.PLUS_LOST, NumberChange.CODE_DOUBLED, NumberChange.CODE_LOST, NumberChange.TRUNK_KEPT,
        NumberChange.TRUNK_LOST, NumberChange.ACCESS_LOST, NumberChange.AREA_ADDED, NumberChange.AREA_LOST,
        NumberChange.EXTENSION_LOST, NumberChange.EXTENSION_GLUED, NumberChange.CUT, NumberChange.LENGTHENED,
        NumberChange.SWAPPED, NumberChange.ONE_DIGIT, NumberChange.SCIENTIFIC, NumberChange.ZEROED,
        NumberChange.LETTERS_LOST, NumberChange.JOINED, NumberChange.GARBLED, NumberChange.PREFIX_BROKEN,
        NumberChange.REPLACED, NumberChange.RENUMBERED, NumberChange.PLUS_REPAIRED,
        NumberChange.TRUNK_ADDED, NumberChange.OUTDATED, NumberChange.RESPELT, NumberChange.SHORTENED,
        NumberChange.SIGN_LOST, NumberChange.SIGN_ADDED,
    }
)  # fmt: skip
"""Of the others the values say all there is to say."""


_AT_HOME = frozenset({"fixed", "fixed or mobile"})
_MOVES_WITH = frozenset({"ADR", "TEL", "LABEL", "GEO", "TZ"})


@dataclass(frozen=True, slots=True)
class NumberChanged:
    """A number is not what it was. What happened to it decides how bad that is.

    Critical: the call would ring somewhere else or cost money (another country code, a doubled one, digits swapped or one
    digit off, a premium number, a spreadsheet's rounding, a caller-ID code that became part of the number, a * or # that came or
    went, digits lost from a number that is in service without them). Warning: it cannot be dialled, or not as it was meant
    (a lost +, 0, 00, country code, area code, extension or caller-ID code, cut, lengthened, shortened, joined, characters
    that do not belong). Notice: a renumbering of its country, a repair, another carrier code,
    other letters on the same keys.
    A number that was replaced altogether is critical, too, but asked about (a warning) if it most likely was you: one edit,
    with a newer REV, by a program that writes this book. It is a notice if it is a landline's, like the old one, and the
    contact moved to another town: nothing else of it changed.
    """

    name: ClassVar[str] = "number-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    elsewhere_severity: Severity = Severity.CRITICAL
    harmless_severity: Severity = Severity.NOTICE
    asked_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not (old and new and old.number and new.number and change.of_value):
                continue
            kind = classify(old.number, new.number)
            yield deviation(
                self,
                card,
                change,
                phrase(f"number-{slug(kind)}"),
                severity=self._severity(kind, old.number, new.number, card),
                by_owner=self.asked_severity if kind is NumberChange.REPLACED and not is_hazard(new.number) else None,
                reason=became(change, _why(kind, old.number, new.number)),
            )

    def _severity(self, kind: NumberChange, old: Number, new: Number, card: CardChange) -> Severity:
        if (
            kind is NumberChange.REPLACED
            and old.line_type in _AT_HOME
            and new.line_type in _AT_HOME
            and _moved_house(card)
        ):
            return self.harmless_severity
        if kind in _RINGS_ELSEWHERE or (kind is NumberChange.TRUNK_ADDED and rings_abroad(new)):
            return self.elsewhere_severity
        if kind is NumberChange.SHORTENED and new.line_type:
            return self.elsewhere_severity
        return self.harmless_severity if kind in _HARMLESS else self.severity


def _moved_house(card: CardChange) -> bool:
    """Whether a contact lives in another town now, and nothing else of it changed but numbers."""
    was, now = (
        {folded("".join(fact.parts[3:6])) for fact in said if fact.name == "ADR"} for said in (card.was, card.now)
    )
    return bool(was and now) and was.isdisjoint(now) and {change.name for change in card.changes} <= _MOVES_WITH


def _why(kind: NumberChange, old: Number, new: Number) -> Phrase | None:
    abroad = rings_abroad(new)
    if kind is NumberChange.COSTLY or (new.line_type in COSTLY and old.line_type not in COSTLY):
        return phrase(f"number-costly-{new.line_type.replace(' ', '-') or 'line'}-why")
    if kind in {NumberChange.PREFIX_LOST, NumberChange.PREFIX_CHANGED, NumberChange.PREFIX_ADDED}:
        return _caller_id(old, new)
    if kind in {NumberChange.CODE_CHANGED, NumberChange.CODE_ADDED} or (abroad and not rings_abroad(old)):
        return danger(new)
    if kind is NumberChange.TRUNK_ADDED and new.carrier and new.carrier != old.carrier:
        return phrase("number-trunk-added-carrier-why", code=new.carrier)
    return phrase(f"number-{slug(kind)}-why") if kind in _SAYS_WHY else None


def _caller_id(old: Number, new: Number) -> Phrase:
    was, now = old.caller_id, new.caller_id
    if was == HIDE and now != HIDE:
        return phrase("caller-no-longer-hidden", prefix=old.prefix)
    if was == SHOW and now != SHOW:
        return phrase("caller-no-longer-shown", prefix=old.prefix)
    if now == HIDE:
        return phrase("caller-hidden-now", prefix=new.prefix)
    if now == SHOW:
        return phrase("caller-shown-now", prefix=new.prefix)
    return phrase("caller-unknown")
