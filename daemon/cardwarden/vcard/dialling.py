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

# *31# and #31# (GSM 02.30, ETSI) end in a hash or a star; *67, *82 and *70 (NANP), *141 and *1470 do not.
_STAR_PREFIX = re.compile(r"([*#]{1,2}[0-9]{2,3}[*#]|[*](?:67|82|70|1470|141|43))(?=[+0-9])")
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
    "CN": re.compile(r"179[0-9]{2}"),
}

# What countries did to all their numbers: how one began before, how it may begin now; the rest stayed.
_RENUMBERINGS = (
    (r"\+55[1-9][0-9]", r"\+55[1-9][0-9]9", r"[6-9][0-9]{7}"),  # Brazil's ninth digit, 2012-2016
    (r"\+521", r"\+52", r"[0-9]{10}"),  # Mexico dropped the 1, 2019
    (r"\+225", r"\+225(?:01|05|07|21|25|27)", r"[0-9]{8}"),  # Côte d'Ivoire, 2021
    (r"\+229", r"\+22901", r"[0-9]{8}"),  # Benin, 2024
    (r"\+237", r"\+237[26]", r"[0-9]{8}"),  # Cameroon, 2014
    (r"\+241", r"\+241(?:0?[1267])", r"[0-9]{7}"),  # Gabon, 2019
    (r"\+8416", r"\+843", r"[2-9][0-9]{7}"),  # Vietnam, 2018
    (r"\+84(?:12[0-9]|186|188|199)", r"\+84(?:7[06-9]|8[1-5]|5[689])", r"[0-9]{7}"),
)


def renumbered(before: str, after: str) -> bool:
    """Whether a country's renumbering leads from one number to the other, both with "+" and country code."""
    for old, new, rest in _RENUMBERINGS:
        was = re.fullmatch(f"(?P<head>{old})(?P<rest>{rest})", before)
        now = re.fullmatch(f"(?P<head>{new})(?P<rest>{rest})", after)
        if was and now and was["rest"] == now["rest"]:
            return not before.startswith("+55") or after.startswith(was["head"])  # the area code stays
    return False


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
