"""What countries did to all their numbers of a kind: one row a reform, read in both directions and in national writing.

A row holds for international digits, country code first, without "+". Numbers as they are dialled at home are looked at
with their country code, without what is dialled before them; those without an area code by the row's `local` forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cardwarden.vcard.number import Number, code_of_region


@dataclass(frozen=True, slots=True)
class Reform:
    """One renumbering.

    country  ISO 3166 code
    since    when the new numbers became the only ones, or when they will
    before, after  patterns of international digits; `after` refers to the groups of `before`
    local    patterns of what was and is dialled inside one area, ("", "") if that stayed or does not exist
    source   who decided it, where to read of it
    """

    country: str
    since: str
    before: str
    after: str
    source: str
    local: tuple[str, str] = ("", "")


REFORMS = (
    Reform("AR", "1999", r"5411([2-9]\d{6})", r"54114\1", "SECOM Argentina: a 4 before Buenos Aires' numbers",
           local=(r"([2-9]\d{6})", r"4\1")),
    Reform("BJ", "2024-11-30", r"229(\d{8})", r"22901\1", "ARCEP Bénin: ten digits"),
    Reform("BR", "2016-11-06", r"55([1-9]\d)([6-9]\d{7})", r"55\1(?:9)\2", "Anatel, Resolução 553/2010: the ninth digit",
           local=(r"([6-9]\d{7})", r"9\1")),
    *(Reform("CI", "2021-01-31", rf"225({old})", rf"225{new}\1", "ARTCI Côte d'Ivoire: ten digits, by operator")
      for old, new in ((r"[04-9][0-3]\d{6}", "01"), (r"[04-9][4-6]\d{6}", "05"), (r"[04-9][7-9]\d{6}", "07"),
                       (r"[23]\d8\d{5}", "21"), (r"[23]\d0\d{5}", "25"), (r"[23]\d[1-79]\d{5}", "27"))),
    Reform("CL", "2013", r"562([2-9]\d{6})", r"5622\1", "SUBTEL, Plan Técnico Fundamental de Numeración",
           local=(r"([2-9]\d{6})", r"2\1")),
    Reform("CL", "2013", r"56(3[2-5]|4[1-5]|5[1-35578]|6[13457]|7[1-35])(\d{6})", r"56\1(?:2)\2", "SUBTEL, as above",
           local=(r"([2-9]\d{5})", r"2\1")),
    Reform("CM", "2014-11-21", r"237([5-9]\d{7})", r"2376\1", "ART Cameroun: 6 before mobile numbers"),
    Reform("CM", "2014-11-21", r"237([23]\d{7})", r"2372\1", "ART Cameroun: 2 before others"),
    Reform("CO", "2021-09-01", r"57([124-8])(\d{7})", r"5760\1\2", "CRC, Resolución 5826/2019",
           local=(r"([2-9]\d{6})", r"60[124-8]\1")),
    Reform("EC", "2012-09-30", r"593([89]\d{7})", r"5939\1", "CONATEL Ecuador: a 9 before mobile numbers"),
    Reform("FR", "1996-10-18", r"33([3-6]\d{7})", r"331\1", "France Télécom's ten digits: Paris",
           local=(r"([3-6]\d{7})", r"01\1")),
    Reform("FR", "1996-10-18", r"33([02-9]\d{7})", r"33[2-6]\1", "France Télécom's ten digits",
           local=(r"([2-9]\d{7})", r"0[2-6]\1")),
    Reform("GA", "2019-06", r"241(\d{7})", r"2410?[1267]\1", "ARCEP Gabon"),
    Reform("JP", "1999-01-01", r"81([1348])0(\d{7})", r"8190\1\2", "MPT Japan: mobile numbers of eleven digits"),
    Reform("JP", "1999-01-01", r"81([56])0(\d{7})", r"8170\1\2", "MPT Japan: PHS numbers of eleven digits"),
    Reform("JP", "1999-01-01", r"816(\d{7})", r"8166\1", "NTT: Osaka", local=(r"(\d{3}\d{4})", r"6\1")),
    Reform("JP", "1991-01-01", r"813(\d{7})", r"8133\1", "NTT: Tokyo", local=(r"(\d{3}\d{4})", r"3\1")),
    Reform("MU", "2013-09-01", r"230([79]\d{6})", r"2305\1", "ICTA Mauritius"),
    Reform("MX", "2019-08-03", r"521(\d{10})", r"52\1", "IFT, Plan Nacional de Numeración: the 1 before mobile numbers"),
    Reform("PH", "2019-10-06", r"632([2-8]\d{6})", r"632[3-8]\1", "NTC Philippines: eight digits in Metro Manila",
           local=(r"([2-8]\d{6})", r"[3-8]\1")),
    Reform("VN", "2018-11-14", r"8416([2-9]\d{7})", r"843\1", "MIC Viet Nam: mobile numbers of ten digits"),
    *(Reform("VN", "2018-11-14", rf"84{old}(\d{{7}})", rf"84{new}\1", "MIC Viet Nam, as above") for old, new in (
        ("120", "70"), ("121", "79"), ("122", "77"), ("126", "76"), ("128", "78"), ("123", "83"), ("124", "84"),
        ("125", "85"), ("127", "81"), ("129", "82"), ("186", "56"), ("188", "58"), ("199", "59"))),
    Reform("VN", "2017-06-17", r"84([48])(\d{8})", r"842\1\2", "MIC Viet Nam: 02 before the area codes of Hanoi and Saigon"),
    Reform("XK", "2018", r"(?:377|386|381)((?:4[3-69]|2[89]|3[89])\d{6})", r"383\1", "ARKEP Kosovo: a code of its own, +383"),
    Reform("KZ", "under way", r"7([67]\d{9})", r"997\1", "ITU-T, list of E.164 country codes: 997 beside 7"),
)  # fmt: skip

# What is dialled at home before a number and is no part of it, beyond one trunk 0, and what it stands for.
_BEFORE_IT = {
    "MX": (re.compile(r"0(?:1|44|45)(?=\d{10}\Z)"), "1"),
    "CO": (re.compile(r"0[3579]?(?=\d{8,10}\Z)"), ""),
    "FR": (re.compile(r"16?(?=\d{8,9}\Z)"), ""),
}
_AGES = tuple((reform, re.compile(f"{reform.before} {reform.after}")) for reform in REFORMS)
_LOCAL_AGES = tuple((reform, re.compile(" ".join(reform.local))) for reform in REFORMS if reform.local[0])


def renumbered(before: Number, after: Number) -> Reform | None:
    """The reform that leads from one number to the other, None if there is none."""
    if before.digits == after.digits or max(len(before.digits), len(after.digits)) > _LONGEST:
        return None
    for reform, age in _AGES:
        if any(age.fullmatch(f"{was} {now}") for was in _international(before) for now in _international(after)):
            return reform
    for reform, age in _LOCAL_AGES:
        if reform.country == after.home == before.home and age.fullmatch(f"{before.digits} {after.digits}"):
            return reform
    return None


_LONGEST = 20  # digits; no country's numbers have more


def _international(number: Number) -> tuple[str, ...]:
    """A number's digits with its country code in front, in each way that they can be meant."""
    if number.digits.startswith("+"):
        return (number.digits[1:],)
    home = _from_home(number.digits, number.home)
    return (number.e164[1:], *home) if number.e164 else home


@lru_cache(maxsize=4096)
def _from_home(digits: str, home: str) -> tuple[str, ...]:
    code = code_of_region(home)
    if not code or not digits.isdigit():
        return ()
    return tuple(dict.fromkeys(code + national for national in _nationals(digits, home)))


def _nationals(digits: str, home: str) -> Iterator[str]:
    yield digits
    if digits.startswith("00"):
        return
    yield digits.removeprefix("0")
    if home in _BEFORE_IT:
        pattern, meaning = _BEFORE_IT[home]
        yield pattern.sub(meaning, digits)
