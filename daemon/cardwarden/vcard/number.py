"""What a telephone number would dial, from the owner's country.

Validity proves nothing in either direction: a third of the damaged numbers that people reported are valid numbers
somewhere, and many that work are not. So a number is taken apart into what is dialled, piece by piece.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumberFormat, PhoneNumberType

from cardwarden.vcard.dialling import as_abroad, carrier_code, digit_prefixes, does, star_prefix
from cardwarden.vcard.signs import INVISIBLE, with_plain_signs

_SEPARATORS = re.compile(r"[\s().\-/~\[\]]+")
_EXTENSION_WORDS = (
    r"ext(?:ension|ensi[oó]n|ens[aã]o|n)?\.?", r"int(?:erno|\.?)", r"anexo", r"ramal", r"poste", r"toestel", r"tst\.?",
    r"durchwahl", r"dw\.?", r"nebenstelle", r"nst\.?", r"ankn(?:ytning|\.?)", r"lokal(?:nummer|nr\.?)?", r"alanumero", r"wewn?\.",
    r"klapka", r"linka", r"mell[eé]k", r"dahili", r"доб(?:авочный|\.?)", r"вн(?:утр?)?\.", r"дод\.?", r"вътр\.?", r"εσωτ\.?",
    r"שלוחה", r"تحويلة", r"داخلی", r"内[線线]", r"分机号?", r"分機", r"转", r"轉", r"내선", r"교환",
)  # fmt: skip
"""What people and programs write before an extension, in the languages that have a word of their own for it."""
_EXTENSION = re.compile(
    r"[;,]?\s*(?:;ext=|x\.?|#|" + "|".join(_EXTENSION_WORDS) + r")\s*:?\s*([0-9]{1,9})#?\s*\Z", re.IGNORECASE
)
_POST_DIAL = frozenset(",;pPwW0123456789*#- \t\u00a0")
_NOTE = re.compile(r"[(\[][^()\[\]]*[^\W\d_][^()\[\]]*[)\]]")  # "03-1234-5678 (office)"
_SERVICE_CODE = re.compile(
    r"[*#]{1,2}[0-9]{1,6}(?:[*#][0-9]*)*#\Z|[*#]{1,2}[0-9]{2,5}\*?\Z"
)  # *100#, *#06#; *5287, **21*
_SECOND_LINE = re.compile(r"(?<=[0-9]{6})/([0-9]{1,3})\Z")  # 030 23125042/43: two lines, the second by its last digits
_SCHEMES = re.compile(r"(?:(?:tel|callto|fax|modem|sms):(?://)?\s*)+", re.IGNORECASE)  # RFC 3966, 2806, 5724; Skype's
_KEYS = re.compile(r"[\w+*#,;/]")  # what telephones dial or stumble over; other signs they leave out
_SIGNS_BEFORE = re.compile(r"\s*([^\w\s+*#().\-/~\[\]]+)\s*(?=[(\[+*#0-9])")
_REMEMBERED = 16384  # numbers, in 8 MB: each is asked for by the next pass over its book, too
_TRIED = 1024  # digits: one number is tried as several in a row
_SHORTEST = 3  # digits of a number that has an extension
LONGEST = 200  # characters; a longer value is no number, and taking it apart would cost more than linear time
_TRUNK_IN_PARENS = re.compile(r"^(\s*(?:\+|00)[\s0-9.-]{1,8})[(\[]0[)\]]")
SCIENTIFIC = re.compile(r"[+-]?[0-9][.,]?[0-9]*[eE]\+?[0-9]{1,2}\Z")
_DIGITS_IN_GROUPS = re.compile(r"\+?[0-9]++(?:[ -][0-9]++)*+")
_PLUS_OR_DIGITS = re.compile(r"\+?[0-9]+\Z")
PREMIUM = "premium rate"
_LINE_TYPES = {
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed or mobile",
    PhoneNumberType.TOLL_FREE: "toll-free",
    PhoneNumberType.PREMIUM_RATE: PREMIUM,
    PhoneNumberType.SHARED_COST: "shared cost",
    PhoneNumberType.UAN: "company number",
    PhoneNumberType.VOIP: "internet phone",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.PERSONAL_NUMBER: "personal number",
    PhoneNumberType.VOICEMAIL: "voicemail",
}
_SERVICES = frozenset(
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN}
)
_NO_COUNTRY = "001"  # libphonenumber's word for country codes that are no country's: satellites, +800, +979
_FREE_EVERYWHERE = "800"
"""The country code of freephone numbers that ring in whatever country their owner chose (ITU-T E.169.1)."""
COSTLY = frozenset({PREMIUM, "shared cost", "company number"})


@dataclass(frozen=True, slots=True)
class Number:
    """One stored number, taken apart.

    key        equal keys dial the same: what two spellings of one number have in common
    home       the owner's country (ISO 3166), from which it is dialled; "" if unknown
    prefix     caller-ID code before it ("184", "*67", "#31#"), "" if none
    carrier    carrier-access code before it, "" if none
    digits     what is dialled after these, ASCII digits, with "+" if it is stored with one
    e164       "+" and country code and subscriber if it can be dialled as it stands, else ""
    extension  extension digits; `post_dial` pauses and what is sent after them (",,123#")
    residue    what does not belong into a number: letters, quotes, "&#13;", "tel:" in plain text, a second number;
               "nothing" if there is no digit at all
    word       the letters that stand for digits (`0120-FLOWERS`), lower case, "" if there are none
    destination  where it would ring (ISO 3166), "" if that cannot be said
    line_type  what kind of line that is, "" if that cannot be said
    overlong   it has more digits than its country's numbers, so that the network drops the rest
    meant      the number at home that was meant by a stored "+…", if the "+" makes a number abroad of it that does not exist:
               `+18609012345678` in Japan is 186 and a Japanese number without it; `+650-253-0000` in the USA
    """

    written: str
    key: str
    home: str
    prefix: str = ""
    carrier: str = ""
    digits: str = ""
    e164: str = ""
    extension: str = ""
    post_dial: str = ""
    residue: str = ""
    word: str = ""
    destination: str = ""
    line_type: str = ""
    overlong: bool = False
    meant: Number | None = field(default=None, compare=False, repr=False)

    @property
    def caller_id(self) -> str:
        """What its prefix does with the caller's number: "hide", "show", "" if nothing or unknown."""
        return does(self.prefix, self.home)

    @property
    def significant(self) -> str:
        """The digits alone, as dialled, prefix and carrier code included."""
        return re.sub(r"[^0-9]", "", self.prefix + self.carrier + self.digits)


def read_number(written: str, home: str, *, uri: bool = False) -> Number:
    """Take a stored number apart.

    `home` is the owner's country (ISO 3166), "" if unknown: then only numbers with "+" have a country. `uri` says
    that the value is a tel: URI (RFC 3966), where "tel:" and ";ext=" belong. Never raises.
    """
    return _read(written, home, uri)


@lru_cache(maxsize=_REMEMBERED)
def _read(written: str, home: str, uri: bool) -> Number:
    number = _stored(written, home, uri=uri)
    meant = _misdialled(number, uri=uri)
    return replace(number, meant=meant) if meant else number


def _stored(written: str, home: str, *, uri: bool) -> Number:
    """A number as it stands there, whatever was meant."""
    text = with_plain_signs(written).strip()
    if _DIGITS_IN_GROUPS.fullmatch(text) and len(text) <= LONGEST:
        dialled = text.replace("-", "").replace(" ", "")
        return _dialled(written, dialled, home, star="", extension="", post_dial="", residue="")
    return _taken_apart(written, text, home, uri=uri)


def _misdialled(number: Number, *, uri: bool) -> Number | None:
    """The number at home that was meant by one with a "+" (see `Number.meant`), however that is spelled."""
    is_abroad = number.digits.startswith("+") and number.destination != number.home
    if not is_abroad or (number.line_type and not number.overlong) or as_dialled(number).residue:
        return None
    _, text = _without_scheme(INVISIBLE.sub("", with_plain_signs(number.written)).strip())
    if "+" not in text.partition(";")[0]:
        return None  # its "+" is that of a phone-context: there is no other number without it
    rest = text.replace("+", "", 1)
    # The number without the "+" is one that the book has, or had: it is remembered as that one.
    meant = as_dialled(_stored(rest, number.home, uri=uri) if "+" in rest else _read(rest, number.home, uri))
    if meant.prefix.startswith(("*", "#")) or not meant.e164 or meant.residue:
        return None
    return meant if meant.prefix or (meant.line_type and meant.destination == number.home) else None


def _taken_apart(written: str, text: str, home: str, *, uri: bool) -> Number:
    """More than digits with blanks and hyphens between them: cut from the end inwards, then cleaned, then from the front."""
    marks = "".join(sorted(set(INVISIBLE.findall(text))))
    scheme, text = _without_scheme(INVISIBLE.sub("", text).strip())
    residue = scheme if scheme and not uri else "-" if re.match(r"-[0-9]", text) else ""
    # What is no number at all, or is dialled as it stands: of these nothing is cut off.
    if SCIENTIFIC.match(text) or len(text) > LONGEST:
        return Number(written, f"text {text}{marks}", home, residue=f"{text}{marks}")
    if _SERVICE_CODE.match(code := _SEPARATORS.sub("", text)):
        residue += marks
        return Number(written, f"code {code}{residue}", home, digits=code, residue=residue)
    text, context = _without_context(text)
    text, extension = _without_extension(text)
    text, post_dial = _without_post_dial(text)
    if match := re.fullmatch(r";([0-9]{1,9})", post_dial) if uri else None:
        extension, post_dial = match[1], ""  # a URI has no pauses: ";12" lacks its "ext="
    text, strange = _without_strange(text, marks)
    dialled = _SEPARATORS.sub("", _TRUNK_IN_PARENS.sub(r"\1", text))  # nobody dials the 0 of "+44 (0)20"
    star = star_prefix(dialled)
    pressed = _pressed(dialled[len(star) :])
    digits = context + pressed.digits if context and not pressed.digits.startswith("+") else pressed.digits
    residue += strange + pressed.residue
    number = _dialled(written, digits, home, star=star, extension=extension, post_dial=post_dial, residue=residue)
    return replace(number, word=pressed.word) if pressed.word else number


def _without_extension(text: str) -> tuple[str, str]:
    """A number before its extension, and the extension's digits. "1 x 2" has none: too little of it would be left."""
    before, extension = _cut(_EXTENSION, text)
    return (before, extension) if sum(map(str.isdigit, before)) >= _SHORTEST else (text, "")


def _without_strange(text: str, marks: str) -> tuple[str, str]:
    """A number, and what does not belong into it and is kept so that its coming and going is seen.

    That is a note, invisible `marks`, a second number, a sign before the first digit ("☎ +81").
    """
    strange = ""
    if note := _NOTE.search(text):
        strange, text = note[0], text.replace(note[0], "")
    text, second = _cut(_SECOND_LINE, text)
    strange += f"{marks}/{second}" if second else marks
    if sign := _SIGNS_BEFORE.match(text):
        strange, text = strange + sign[1], text[sign.end() :]
    return text, strange


class _Pressed(NamedTuple):
    """The keys that are pressed for a number: `digits` with a "+" if it has one; `word` and `residue` are those of Number."""

    digits: str
    word: str = ""
    residue: str = ""


def _pressed(dialled: str) -> _Pressed:
    """Letters stand for keys if they are a word behind three digits; others, and signs, do not belong."""
    letters = re.sub(r"[0-9+]", "", dialled)
    if letters and letters.isalpha() and letters.isascii() and len(letters) >= 3 and re.match(r"\+?[0-9]{3}", dialled):
        return _Pressed(phonenumbers.convert_alpha_characters_in_number(dialled), word=letters.lower())
    if not letters and _PLUS_OR_DIGITS.match(dialled):
        return _Pressed(dialled)
    plus = "+" if dialled.startswith("+") else ""
    residue = re.sub(r"[0-9]", "", dialled.removeprefix(plus)) or ("" if dialled else "nothing")
    return _Pressed(plus + re.sub(r"[^0-9]", "", dialled), residue=residue)


def _dialled(
    written: str, digits: str, home: str, *, star: str, extension: str, post_dial: str, residue: str
) -> Number:
    """Take what is dialled apart: code for the caller's number, carrier, subscriber."""
    prefix, carrier = star, ""
    if not star:
        prefix, digits = _split_prefix(digits, home)
    if code := carrier_code(digits, home):
        rest = digits[len(code) :]
        national = next((tried for tried in (rest, f"0{rest}") if _parsed(tried, home).e164), "")
        if national:
            carrier, digits = code, national
    parsed = _parsed(digits, home)
    if parsed.carrier:
        end = digits.index(parsed.carrier) + len(parsed.carrier)
        carrier, digits = digits[:end], digits[end:]
    e164, destination, line_type, overlong, _ = parsed
    subscriber = e164 or digits
    key = "|".join((prefix, carrier, subscriber, extension, post_dial, residue))
    return Number(
        written,
        key,
        home,
        prefix,
        carrier,
        digits,
        e164,
        extension,
        post_dial,
        residue,
        destination=destination,
        line_type=line_type,
        overlong=overlong,
    )


def _split_prefix(digits: str, home: str) -> tuple[str, str]:
    """The caller-ID code of plain digits before a number, "" if there is none, and the rest.

    It is one only if what follows is a number and the whole is none.
    """
    for code in digit_prefixes(home):
        rest = digits[len(code) :]
        if not digits.startswith(code) or len(rest) < 5:
            continue
        if _parsed(rest, home).e164 and not _parsed(digits, home).line_type:
            return code, rest
    return "", digits


class _Parsed(NamedTuple):
    """What libphonenumber makes of digits; the fields are those of Number, `carrier` without a trunk prefix before it."""

    e164: str = ""
    destination: str = ""
    line_type: str = ""
    overlong: bool = False
    carrier: str = ""


@lru_cache(maxsize=_TRIED)
def _parsed(digits: str, home: str) -> _Parsed:
    """What digits are, as dialled from `home`.

    E.164 is given only if dialling just these digits reaches it: no forgotten "+", trunk prefix, or kept trunk zero.
    """
    digits = as_abroad(digits, home)
    if not digits or len(digits) > 40 or (not home and not digits.startswith("+")):
        return _Parsed()
    try:
        number = phonenumbers.parse(digits, home or None, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return _Parsed()
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    destination = _country(phonenumbers.region_code_for_number(number))
    overlong = False
    kind = phonenumbers.number_type(number)  # known only for valid numbers, and half the price of asking for both
    if kind == PhoneNumberType.UNKNOWN and not digits.startswith("+"):
        line_type = ""
    elif kind == PhoneNumberType.UNKNOWN:
        shortened = phonenumbers.PhoneNumber()
        shortened.merge_from(number)
        overlong = phonenumbers.truncate_too_long_number(shortened)
        destination = _country(phonenumbers.region_code_for_number(shortened)) if overlong else destination
        destination = destination or _country(phonenumbers.region_code_for_country_code(number.country_code or 0))
        line_type = ""
    else:
        line_type = _LINE_TYPES[kind]
    if digits.startswith("+"):
        return _Parsed(digits if e164 == digits else "", destination, line_type, overlong)
    if not (line_type or _has_right_length(number)) or not _dials_as_it_stands(number, kind, digits, home):
        return _Parsed()
    return _Parsed(e164, destination, line_type, overlong, number.preferred_domestic_carrier_code or "")


def _country(region: str | None) -> str:
    """A region of libphonenumber's as ISO 3166 has it, "" if it is no country."""
    return "" if region is None or region in {_NO_COUNTRY, "ZZ"} else region


def _has_right_length(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


def _dials_as_it_stands(number: phonenumbers.PhoneNumber, kind: int, digits: str, home: str) -> bool:
    """Whether a national number has the trunk prefix if its country needs it, and none if not: libphonenumber forgives both."""
    source = number.country_code_source
    if source == CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return True
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(home)
    trunk = (metadata.national_prefix or "") if metadata else ""
    national = phonenumbers.national_significant_number(number)
    if source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN:
        return trunk == str(number.country_code) and digits == trunk + national  # NANP: the 1 is both
    if trunk and digits == trunk + national and kind in _SERVICES:
        return _trunk_rule(number, national, trunk) is not False  # Australia's 1800 and 13 numbers are dialled without
    if not trunk or digits.startswith(trunk) or digits != national or metadata is None:
        return True
    if kind == PhoneNumberType.UNKNOWN:
        return trunk == str(number.country_code)  # nothing tells whether it needs the trunk prefix: most countries' do
    return _trunk_rule(number, national, trunk) is not True


def _trunk_rule(number: phonenumbers.PhoneNumber, national: str, trunk: str) -> bool | None:
    """Whether numbers of that kind are written with the trunk prefix; None if both are right or nothing says so."""
    for formatting in _formats(number.country_code or 0):
        leading = formatting.leading_digits_pattern
        if (not leading or re.match(leading[-1], national)) and re.fullmatch(formatting.pattern or "", national):
            if formatting.national_prefix_optional_when_formatting:
                return None
            return trunk in (formatting.national_prefix_formatting_rule or "").replace("\\1", "")
    return None


def _formats(code: int) -> list[phonenumbers.NumberFormat]:
    """How numbers of a country code are written; Guernsey writes them as the United Kingdom does."""
    main = phonenumbers.PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(code))
    return main.number_format if main else []


def code_of_region(region: str) -> str:
    """The country code of a region, "" if there is no region."""
    return str(phonenumbers.country_code_for_region(region)) if region else ""


def code_of(number: Number) -> str:
    """The country code of a number that can be dialled or is stored with one. None begins with 0 (ITU-T E.164, 6.2.1)."""
    for text in (number.e164, number.digits if number.digits.startswith("+") else ""):
        if text and not text.startswith("+0"):
            for length in (1, 2, 3):
                if int(text[1 : 1 + length] or 0) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
                    return text[1 : 1 + length]
    return ""


def national_digits(number: Number) -> str:
    """The digits after the country code, or those of a national number without its trunk zero."""
    code = code_of(number)
    if code:
        return (number.e164 or number.digits)[1 + len(code) :]
    return number.digits.lstrip("+0")


def as_dialled(number: Number) -> Number:
    """A number without what does not belong and telephones leave out: a scheme, invisible marks, signs that are no keys."""
    rest = _without_scheme(INVISIBLE.sub("", number.residue))[1]
    return _with_residue(number, rest if _KEYS.search(rest) else "")


def without_marks(number: Number) -> Number:
    """A number without the marks in it that nobody sees."""
    return _with_residue(number, INVISIBLE.sub("", number.residue))


def _with_residue(number: Number, residue: str) -> Number:
    if residue == number.residue:
        return number
    return replace(number, residue=residue, key=f"{number.key.removesuffix(number.residue)}{residue}")


def same_line(one: Number, other: Number) -> bool:
    """Whether two numbers are meant for the same line, though one may be damaged: a "+" or a prefix apart."""
    return not line_keys(one).isdisjoint(line_keys(other))


def line_keys(number: Number) -> frozenset[str]:
    """What a number shares with others that are meant for the same line."""
    digits = number.significant if len(number.significant) >= 6 else ""
    return frozenset({number.key, number.e164, digits} - {""})


class Abroad(NamedTuple):
    """Where a call abroad goes: what it is dialled with ("+1 860", "+49"), and the country (ISO 3166), "" for a satellite."""

    code: str
    region: str


def rings_abroad(number: Number) -> Abroad | None:
    """Where a call would go; None if that cannot be said, is at home, or is wherever a number that is free everywhere leads."""
    if (code := code_of(number)) and phonenumbers.region_code_for_country_code(int(code)) == _NO_COUNTRY:
        return Abroad(f"+{code}", "") if code != _FREE_EVERYWHERE else None
    if not number.destination or number.destination == number.home:
        return None
    code = code or str(phonenumbers.country_code_for_region(number.destination))
    area = number.digits[2:5] if code == "1" and number.digits.startswith("+1") else ""
    return Abroad(f"+{code} {area}".strip(), number.destination)


def costs_abroad(number: Number) -> bool:
    """Whether a call would reach a premium-rate line of another country."""
    return bool(number.home) and number.line_type == PREMIUM and number.destination != number.home


def is_hazard(number: Number) -> bool:
    """Whether a number is bad in itself: it would ring abroad though a number at home is meant, or cost money there."""
    return number.meant is not None or costs_abroad(number)


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """What stands before a match that reaches to the end, and the match's group; all of it and "" if there is none."""
    match = pattern.search(text)
    return (text[: match.start()], match[1]) if match else (text, "")


def _without_post_dial(text: str) -> tuple[str, str]:
    """The number, and the pauses ("," or ";") behind it with what is sent after them: a run at its end, a pause first."""
    start = len(text)
    while start and text[start - 1] in _POST_DIAL:
        start -= 1
    for place in range(max(start, 1), len(text)):
        if text[place] in ",;pPwW" and (text[:place].rstrip()[-1:].isdigit() or text[place - 1] == ")"):
            sent = re.sub(r"[\s-]", "", text[place:]).lower().replace("p", ",").replace("w", ";")
            return text[:place], sent if sent.strip(",;") else ""  # a stray comma: nothing is sent after the pause
    return text, ""


def _without_context(text: str) -> tuple[str, str]:
    """RFC 3966 section 5.1.5: `7042;phone-context=+1201555` is dialled as +12015557042; other parameters go."""
    match = re.search(r";phone-context=(\+[0-9.-]+)", text, re.IGNORECASE)
    text = re.sub(r";(?:phone-context|isub|cic|tgrp|npdi|rn|lang)(?:=[^;]*)?", "", text, flags=re.IGNORECASE)
    return text, _SEPARATORS.sub("", match[1]) if match else ""


def _without_scheme(text: str) -> tuple[str, str]:
    """The scheme of a URI that names a number, in lower case, and what it says, decoded; "" and the text if it is none."""
    match = _SCHEMES.match(text)
    if not match:
        return "", text
    said = re.sub(r"%([0-7][0-9A-Fa-f])", lambda code: chr(int(code[1], 16)), text[match.end() :])
    return re.sub(r"\s", "", match[0]).lower(), said
