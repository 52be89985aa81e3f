"""What is dialled before a number: the codes by which callers hide or show theirs or choose a carrier, by country."""

from __future__ import annotations

import re

HIDE = "hide"
SHOW = "show"

# Caller-ID codes that are plain digits, so that a "+" in front of them makes another country's number of them.
_DIGIT_PREFIXES: dict[str, dict[str, str]] = {
    "JP": {"184": HIDE, "186": SHOW},
    "GB": {"1470": SHOW, "141": HIDE},
    "GG": {"1470": SHOW, "141": HIDE},
    "IM": {"1470": SHOW, "141": HIDE},
    "JE": {"1470": SHOW, "141": HIDE},
    "IE": {"142": SHOW, "141": HIDE},
    "AU": {"1831": HIDE, "1832": SHOW},
    "HK": {"1357": SHOW, "133": HIDE},
    "NZ": {"0197": HIDE, "0196": SHOW},
    "FR": {"3651": HIDE},
    "ES": {"067": HIDE},
    "KR": {"169": HIDE},
    "US": {"1167": HIDE, "1182": SHOW},  # *67 and *82 on a dial (NANPA: 11 stands for the star)
    "CA": {"1167": HIDE, "1182": SHOW},
}

# Codes such as *31# and #31# (GSM 02.30, ETSI) end in a hash or a star; *67, *82 and *70 (NANPA) do not. *31# shows the
# caller's number on mobile networks and hides it on some landlines, so what it does is left open.
_STAR_PREFIX = re.compile(r"([*#]{1,2}[0-9]{2,3}[*#]|[*](?:67|82|70))(?=[+0-9])")
_STAR_MEANINGS = {"#31#": HIDE, "*31*": HIDE, "*67": HIDE, "*82": SHOW, "*23#": HIDE}

# Carrier-access codes, the digits that choose a telephone company for one call, if libphonenumber does not know them.
_CARRIERS = {
    "JP": re.compile(r"0037-?68|003[0-9]|00[2-9][0-9]|0091[0-9]{2}"),
    "DE": re.compile(r"010(?:[1-9][0-9]|0[0-9]{2})"),
    "BR": re.compile(r"0[1-9][0-9](?=[1-9][0-9]{9,10}$)"),
    "AT": re.compile(r"10[0-9]{2}"),
}

# A neighbour's numbers that are dialled like one's own: (what they are, what they begin with abroad).
_NEIGHBOURS = {"IE": (re.compile(r"048(\d{8,})\Z"), "+4428")}

# Argentina's mobile numbers have a 15 behind the area code at home and a 9 before it from abroad; programs that put the
# country code before what is dialled at home keep the 15. It is the same call, as libphonenumber has it, too.
_AS_AT_HOME = re.compile(r"\+549?(?=\d{12}\Z)(11|[23]\d{2}|[23]\d{3})15(\d{6,8})\Z")


def as_abroad(digits: str, region: str) -> str:
    """Digits as they would be dialled from anywhere else: a neighbour's without its code, Argentina's with its 15."""
    if digits.startswith("+54") and (match := _AS_AT_HOME.match(digits)):
        return f"+549{match[1]}{match[2]}"
    if (neighbour := _NEIGHBOURS.get(region)) and (match := neighbour[0].match(digits)):
        return neighbour[1] + match[1]
    return digits


def digit_prefixes(region: str) -> dict[str, str]:
    """The region's caller-ID codes that are plain digits, and what each does: "hide" or "show"."""
    return _DIGIT_PREFIXES.get(region, {})


def star_prefix(digits: str) -> str:
    """The star or hash code that `digits` begins with, "" if none."""
    match = _STAR_PREFIX.match(digits)
    return match[1] if match else ""


def carrier_code(digits: str, region: str) -> str:
    """The carrier-access code that `digits` begins with in that region, "" if none."""
    pattern = _CARRIERS.get(region)
    match = pattern.match(digits) if pattern else None
    return match[0] if match else ""


def does(prefix: str, region: str) -> str:
    """What a prefix does for the caller: "hide", "show", or "" if that is not known."""
    return digit_prefixes(region).get(prefix) or _STAR_MEANINGS.get(prefix, "")
