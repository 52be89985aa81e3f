"""What a change of a telephone number means: which of the known ways of damage or rewriting led to it."""

from __future__ import annotations

import re
from enum import Enum

from cardwarden.vcard.number import (
    COSTLY,
    SCIENTIFIC,
    Number,
    as_dialled,
    code_of,
    code_of_region,
    national_digits,
    read_number,
    without_marks,
)
from cardwarden.vcard.renumbering import renumbered
from cardwarden.vcard.signs import INVISIBLE


class NumberChange(Enum):
    """What became of a number, with the words for it; the groups are `same`, `harmless` and the rest."""

    FORMATTING = "written differently"
    INTERNATIONALISED = "same number, with the country code"
    NATIONALISED = "same number, without the country code"
    RENUMBERED = "follows a renumbering of its country"
    OUTDATED = "is the number from before a renumbering"
    KEYPAD = "letters written as their keys"
    RESPELT = "has other letters on the same keys"
    PLUS_ADDED = "gained a +"
    PLUS_LOST = "lost its +"
    PLUS_REPAIRED = "got its + back"
    REPAIRED = "was repaired"
    CODE_DOUBLED = "has its country code twice"
    CODE_CHANGED = "got another country code"
    CODE_LOST = "lost its country code"
    CODE_ADDED = "got a country code that changes it"
    TRUNK_KEPT = "has a 0 after the country code"
    TRUNK_ADDED = "gained a leading 0"
    TRUNK_LOST = "lost its leading 0"
    ACCESS_LOST = "lost its international 00"
    PREFIX_LOST = "lost its caller-ID prefix"
    PREFIX_CHANGED = "has another caller-ID prefix"
    PREFIX_ADDED = "gained a caller-ID prefix"
    PREFIX_BROKEN = "has a broken caller-ID prefix"
    SIGN_LOST = "lost its * or #"
    SIGN_ADDED = "gained a * or #"
    CARRIER_CHANGED = "is dialled through another carrier"
    AREA_ADDED = "gained an area code"
    AREA_LOST = "lost its area code"
    EXTENSION_LOST = "lost its extension"
    EXTENSION_CHANGED = "has another extension"
    EXTENSION_ADDED = "gained an extension"
    EXTENSION_GLUED = "has its extension glued on"
    CUT = "was cut"
    LENGTHENED = "gained digits"
    SHORTENED = "lost digits"
    SWAPPED = "has two digits swapped"
    ONE_DIGIT = "has one digit changed"
    SCIENTIFIC = "was turned into a spreadsheet figure"
    ZEROED = "had its last digits replaced by zeros"
    LETTERS_LOST = "lost its letters"
    JOINED = "was joined with another number"
    GARBLED = "has foreign characters in it"
    MARKED = "has invisible marks in it"
    CLEANED = "was freed from foreign characters"
    UNMARKED = "was freed from invisible marks"
    COSTLY = "was replaced by a charged number"
    EMPTIED = "is empty"
    REPLACED = "was replaced by another number"


SAME = frozenset(
    {
        NumberChange.FORMATTING,
        NumberChange.INTERNATIONALISED,
        NumberChange.NATIONALISED,
        NumberChange.KEYPAD,
        NumberChange.UNMARKED,
    }
)
"""What is the same call; a change that is one of these is a rewrite."""
_UNDONE = frozenset(
    {
        NumberChange.CODE_DOUBLED, NumberChange.CODE_ADDED, NumberChange.CODE_CHANGED, NumberChange.TRUNK_KEPT,
        NumberChange.TRUNK_ADDED, NumberChange.ACCESS_LOST, NumberChange.PLUS_ADDED,
    }
)  # fmt: skip
"""What nobody can dial: the number that comes of taking it back is the one that was meant."""
_TYPED = str.maketrans("OoIl|", "00111")  # digits, as hands and scanners write them
_FEW_DIGITS = 3  # so many digits that came into a number, or went, make it longer or shorter, not another one
_AREA = 5  # digits that an area code has at most
_A_NUMBER = 6  # so many digits more are a second number


def classify(before: Number, after: Number) -> NumberChange:
    """Which of the known ways of damage or rewriting leads from one number to the other; a damage undone is a repair."""
    kind = _classify(before, after)
    is_known = bool(after.line_type and not before.line_type) or bool(after.e164 and not before.e164)
    if kind in SAME:
        return kind
    back = _classify(after, before)
    if back is NumberChange.EXTENSION_GLUED and after.extension:  # pauses may be the commas of thousands
        return NumberChange.EXTENSION_ADDED
    rounded = SCIENTIFIC.match(before.residue) if back is NumberChange.SCIENTIFIC else None
    if rounded and after.significant.startswith(re.sub(r"[^0-9]", "", before.residue.upper().partition("E")[0])):
        return NumberChange.REPAIRED
    if before.residue and read_number(before.written.translate(_TYPED), before.home).key == after.key:
        return NumberChange.REPAIRED
    return NumberChange.REPAIRED if is_known and back in _UNDONE else kind


def _classify(before: Number, after: Number) -> NumberChange:
    """The same in one direction: whatever the number was worth before."""
    if before.key == after.key:
        return _spelling(before, after)
    was, now = as_dialled(before), as_dialled(after)
    is_apart = was.digits and now.digits and (was is not before or now is not after)
    if is_apart and before.residue != after.residue and (kind := classify(was, now)) not in SAME:
        return kind
    was_marked, is_marked = bool(INVISIBLE.search(before.residue)), bool(INVISIBLE.search(after.residue))
    if was_marked and not is_marked:
        kind = classify(without_marks(before), after)
        return NumberChange.UNMARKED if kind in SAME else kind
    if is_marked and not was_marked:
        kind = classify(before, without_marks(after))
        return NumberChange.MARKED if kind in SAME else kind
    if (meant := before.meant) and meant.prefix and after.e164 == meant.e164:
        return NumberChange.REPAIRED
    if (meant := after.meant) and meant.prefix and before.e164 == meant.e164:
        return NumberChange.PLUS_ADDED
    if not after.digits and not after.prefix:
        return NumberChange.SCIENTIFIC if SCIENTIFIC.match(after.residue) else NumberChange.EMPTIED
    if (residual := _residual(before, after)) is not None:
        return residual
    if _has_one_zero_more(before, after):
        return NumberChange.TRUNK_ADDED
    if before.digits == after.digits or (before.e164 and before.e164 == after.e164):
        return _around(before, after)
    if (prefixed := _prefixed(before, after)) is not None:
        return prefixed
    if (coded := _recoded(before, after)) is not None:
        return coded
    return _miscellaneous(before, after)


def _spelling(before: Number, after: Number) -> NumberChange:
    if before.word != after.word:
        return NumberChange.RESPELT if before.word and after.word else NumberChange.KEYPAD
    was, now = before.digits.startswith("+"), after.digits.startswith("+")
    if was == now:
        return NumberChange.FORMATTING
    return NumberChange.INTERNATIONALISED if now else NumberChange.NATIONALISED


def _residual(before: Number, after: Number) -> NumberChange | None:
    if before.residue == after.residue:
        return None
    if (
        INVISIBLE.sub("", before.residue) == INVISIBLE.sub("", after.residue)
        and before.significant == after.significant
    ):
        return NumberChange.MARKED if len(after.residue) > len(before.residue) else NumberChange.CLEANED
    if after.residue and before.significant and before.significant in after.significant:
        joined = len(after.significant) >= len(before.significant) + _A_NUMBER
        return NumberChange.JOINED if joined else NumberChange.GARBLED
    if before.residue and (after.significant == before.significant or after.e164 == before.e164 != ""):
        return NumberChange.CLEANED
    if after.residue:
        return NumberChange.GARBLED
    return None


def _around(before: Number, after: Number) -> NumberChange:
    """The subscriber is the same; something before or behind it is not."""
    if before.prefix != after.prefix:
        if not after.prefix:
            return NumberChange.PREFIX_LOST
        return NumberChange.PREFIX_CHANGED if before.prefix else NumberChange.PREFIX_ADDED
    if before.carrier != after.carrier:
        return NumberChange.CARRIER_CHANGED
    was, now = before.extension + before.post_dial, after.extension + after.post_dial
    if not now:
        return NumberChange.EXTENSION_LOST
    written_otherwise = bool(before.extension) != bool(after.extension)
    if was and written_otherwise and re.sub(r"[^0-9]", "", was) == re.sub(r"[^0-9]", "", now):
        return NumberChange.FORMATTING
    return NumberChange.EXTENSION_CHANGED if was else NumberChange.EXTENSION_ADDED


def _has_one_zero_more(before: Number, after: Number) -> bool:
    """Whether a number in service that is dialled with a 0 has two, whatever the second one makes of the digits behind it."""
    if not before.line_type or before.prefix or before.carrier or after.prefix or after.digits.startswith("+"):
        return False
    if after.line_type and after.destination == after.home:
        return False
    at_home = before.home != "" and before.destination == before.home
    dialled = f"0{national_digits(before)}" if at_home and before.digits.startswith("+") else before.digits
    return (
        dialled.startswith("0")
        and not dialled.startswith("00")
        and re.sub(r"[^0-9]", "", after.written) == f"0{dialled}"
    )


def _prefixed(before: Number, after: Number) -> NumberChange | None:
    """The same digits all in all, but a "+", a star or a hash came or went."""
    if before.significant != after.significant:
        return None
    if after.digits.startswith("+") and not before.digits.startswith("+"):
        repaired = after.line_type and not before.line_type and not before.prefix
        return NumberChange.PLUS_REPAIRED if repaired else NumberChange.PLUS_ADDED
    if before.digits.startswith("+") and not after.digits.startswith("+"):
        return NumberChange.PREFIX_BROKEN if after.prefix else NumberChange.PLUS_LOST
    if before.prefix != after.prefix:
        return NumberChange.PREFIX_BROKEN
    if (signs := len(re.findall(r"[*#]", before.digits)) - len(re.findall(r"[*#]", after.digits))) != 0:
        return NumberChange.SIGN_LOST if signs > 0 else NumberChange.SIGN_ADDED
    return NumberChange.PREFIX_BROKEN  # a sign stands elsewhere


def _recoded(before: Number, after: Number) -> NumberChange | None:
    """Country codes, access codes, trunk and area digits that came or went around the same subscriber."""
    if renumbered(before, after):
        return NumberChange.RENUMBERED
    if renumbered(after, before):
        return NumberChange.OUTDATED
    return _recoded_with_plus(before, after) if after.digits.startswith("+") else _recoded_without_plus(before, after)


def _recoded_with_plus(before: Number, after: Number) -> NumberChange | None:
    """What came or went around the subscriber of a number that is stored with a "+" now."""
    was, now = before.digits.lstrip("+"), after.digits.lstrip("+")
    own = code_of_region(after.home)
    code = code_of(before) or own
    bare = national_digits(before)
    if code and now in {code + was, code + code + bare} and was.startswith(code):
        return NumberChange.CODE_DOUBLED
    if bare and code and now == f"{code}0{bare}":  # in Italy the 0 is a part of the number
        return NumberChange.REPAIRED if after.line_type and not before.line_type else NumberChange.TRUNK_KEPT
    if bare and code_of(after) and national_digits(after) == bare:
        if after.line_type and code_of(after) == own and not before.digits.startswith(("+", "00")):
            return NumberChange.REPAIRED  # it lacked what is dialled before it at home
        return NumberChange.CODE_CHANGED if not before.digits.startswith("00") else NumberChange.CODE_ADDED
    if bare and now.endswith(bare) and len(now) - len(bare) <= 4:
        same = code and now.startswith(code) and before.digits.startswith("+")
        return NumberChange.LENGTHENED if same else NumberChange.CODE_CHANGED
    if was.startswith("0") and len(was) > 6 and now.endswith(was.lstrip("0")):
        return NumberChange.CODE_ADDED
    if (
        was.startswith("0")
        and not was.startswith("00")
        and was.lstrip("0").startswith(code_of(after) or "?")
        and now[:5] == was.lstrip("0")[:5]
    ):
        return NumberChange.CODE_ADDED
    return None


def _recoded_without_plus(before: Number, after: Number) -> NumberChange | None:
    """What came or went around the subscriber of a number that is stored without one now."""
    was, now, bare = before.digits.lstrip("+"), after.digits, national_digits(before)
    if was == "00" + now:
        return NumberChange.ACCESS_LOST
    if was in {"0" + now, "8" + now, "06" + now} and not after.e164:
        return NumberChange.TRUNK_LOST
    if now == "0" + was and not before.digits.startswith("+"):
        return NumberChange.REPAIRED if after.line_type and not before.line_type else NumberChange.TRUNK_ADDED
    if bare and now in {bare, "0" + bare}:
        return NumberChange.CODE_LOST
    if len(was) >= 5 and now.endswith(was) and len(now) - len(was) <= 5:
        return NumberChange.PLUS_LOST if before.digits.startswith("+") else NumberChange.AREA_ADDED
    if len(now) >= 5 and was.endswith(now) and 2 <= len(was) - len(now) <= 6:
        return NumberChange.AREA_LOST
    return None


def _miscellaneous(before: Number, after: Number) -> NumberChange:
    """What became of the digits, if it is none of the changes of prefix, country or form."""
    was, now = before.digits.lstrip("+"), after.digits.lstrip("+")
    if after.line_type in COSTLY and before.line_type not in COSTLY:
        return NumberChange.COSTLY
    extra = before.extension + re.sub(r"[^0-9]", "", before.post_dial)
    if extra and now == was + extra:
        return NumberChange.EXTENSION_GLUED
    if len(now) >= 4 and len(now) < len(was) and (was.startswith(now) or was.endswith(now)):
        return NumberChange.CUT
    if len(was) >= 5 and len(now) > len(was) and now.startswith(was):
        return NumberChange.JOINED if len(now) >= len(was) + _A_NUMBER else NumberChange.LENGTHENED
    if len(was) >= _A_NUMBER and 0 < len(now) - len(was) <= _FEW_DIGITS and _holds_apart(now, was):
        return NumberChange.LENGTHENED
    if _is_shorter(was, now) or _is_shorter(*_nationals(before, after)):
        return NumberChange.SHORTENED
    if len(was) == len(now):
        differing = [index for index, (x, y) in enumerate(zip(was, now, strict=True)) if x != y]
        tail = now[differing[0] :] if differing else ""
        if len(differing) >= 2 and len(tail) >= 3 and not tail.strip("0"):
            return NumberChange.ZEROED
        if len(differing) == 1:
            return NumberChange.ONE_DIGIT
        if len(differing) == 2 and was[differing[0]] == now[differing[1]] and was[differing[1]] == now[differing[0]]:
            return NumberChange.SWAPPED
    if (
        re.search(r"[A-Za-z]{3}", before.word + as_dialled(before).residue)
        and not re.search(r"[A-Za-z]{3}", after.word + as_dialled(after).residue)
        and was.startswith(now[:5])
    ):
        return NumberChange.LETTERS_LOST
    return NumberChange.REPLACED


def _nationals(before: Number, after: Number) -> tuple[str, str]:
    """Both numbers without the country code that they share or the one lacks, and without a trunk zero."""
    code = code_of(after) or code_of(before) or code_of_region(after.home)

    def national(number: Number) -> str:
        bare = number.digits.removeprefix(f"+{code}") if number.digits.startswith("+") else number.digits
        return bare.lstrip("0")

    return national(before), national(after)


def _is_shorter(was: str, now: str) -> bool:
    """Whether a few digits went at one place, or its area code did: what is left is no other number by chance."""
    gone = len(was) - len(now)
    if len(now) < _A_NUMBER or gone <= 0 or "+" in now:
        return False
    return (gone <= _FEW_DIGITS and _holds_apart(was, now)) or (gone <= _AREA and was.endswith(now))


def _holds_apart(longer: str, shorter: str) -> bool:
    """Whether a number is another one with digits put in at one place."""
    start = next((place for place, digit in enumerate(shorter) if longer[place] != digit), len(shorter))
    return longer.endswith(shorter[start:])
