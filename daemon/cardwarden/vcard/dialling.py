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
    "KR": {"*23": HIDE},
    "ZA": {"196": HIDE},
    "IN": {},
    "ES": {"067": HIDE},
    "GR": {},
    "TW": {},
    "US": {"1167": HIDE, "1182": SHOW},
    "CA": {"1167": HIDE, "1182": SHOW},
}

# *31# and #31# (GSM 02.30, ETSI), *67 and *82 (NANP): a star or a hash, two or three digits, perhaps a hash.
_STAR_PREFIX = re.compile(r"([*#]{1,2}[0-9]{2,3}[*#]?)(?=[+0-9])")
_STAR_MEANINGS = {
    "*31#": HIDE, "#31#": HIDE, "*67": HIDE, "*82": SHOW, "*31*": HIDE, "*30#": SHOW, "*43": HIDE, "*141": HIDE,
    "*1470": SHOW, "*70": "no call waiting",
}  # fmt: skip

# Carrier-access codes: the digits that choose a telephone company for one call.
_CARRIERS = {
    "JP": re.compile(r"0037-?68|003[0-9]|00[2-9][0-9]|0091[0-9]{2}"),
    "DE": re.compile(r"010(?:[1-9][0-9]|0[0-9]{2})"),
    "BR": re.compile(r"0(?:1[2-57]|2[1-9]|3[1-7]|4[0-35-9]|9[18])(?=[1-9][0-9]{9,10}$)"),
    "AT": re.compile(r"10[0-9]{2}"),
    "KR": re.compile(r"08[1-8](?=0)"),
}


def digit_prefixes(region: str) -> dict[str, str]:
    """The region's caller-ID codes that are plain digits, and what each does: "hide" or "show"."""
    return _DIGIT_PREFIXES.get(region, {})


def star_prefix(digits: str) -> str:
    """The star or hash code that `digits` begins with, "" if none."""
    found = _STAR_PREFIX.match(digits)
    return found[1] if found else ""


def carrier_code(digits: str, region: str) -> str:
    """The carrier-access code that `digits` begins with in that region, "" if none."""
    pattern = _CARRIERS.get(region)
    found = pattern.match(digits) if pattern else None
    return found[0] if found else ""


def does(prefix: str, region: str) -> str:
    """What a prefix does for the caller: "hide", "show", or "" where that is not known."""
    return digit_prefixes(region).get(prefix) or _STAR_MEANINGS.get(prefix, "")
