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
    since    when the new numbers came into force, for the last area if it went area by area
    before, after  patterns of international digits, ("", "") if only what is dialled at home changed; `before` holds for
             numbers that were in use, `after` refers to its groups and holds for what was decided about just these
    local    patterns of what was and is dialled at home, inside one area or without its country's code, ("", "") if
             that stayed or does not exist; `after` may be a number with the country code too
    source   who decided it, where to read of it; which numbers were in use is from libphonenumber's metadata of the time
    """

    country: str
    since: str
    before: str
    after: str
    source: str
    local: tuple[str, str] = ("", "")


# New code of a province of Viet Nam: the old one, with the day of the change.
_VIET_NAM = {
    "2017-02-11": {
        "212": "22", "213": "231", "214": "20", "215": "230", "216": "29", "232": "52", "233": "53", "234": "54",
        "235": "510", "236": "511", "237": "37", "238": "38", "239": "39",
    },
    "2017-04-15": {
        "203": "33", "204": "240", "205": "25", "206": "26", "207": "27", "208": "280", "209": "281", "220": "320",
        "221": "321", "222": "241", "225": "31", "226": "351", "227": "36", "228": "350", "229": "30", "290": "780",
        "291": "781", "292": "710", "293": "711", "294": "74", "296": "76", "297": "77", "299": "79",
    },
    "2017-06-17": {
        "251": "61", "252": "62", "254": "64", "255": "55", "256": "56", "257": "57", "258": "58", "259": "68",
        "260": "60", "261": "501", "262": "500", "263": "63", "269": "59", "270": "70", "271": "651", "272": "72",
        "273": "73", "274": "650", "275": "75", "276": "66", "277": "67",
    },
}  # fmt: skip

# Zone of France since 1996: how the numbers of its departments began before. The east and the west of the south are one
# here, as the geocoding of libphonenumber has the old blocks of the north alone.
_FRANCE = {
    "2": "3[1-3578]|4[01378]|5[14]|9[6-9]",
    "3": "2[0-9]|44|8[0-9]",
    "[45]": "4[2569]|50|5[35-9]|6[1-8]|7[0-9]|9[0-5]",
}

REFORMS = (
    Reform("AR", "1999-01-24", r"541([2-9]\d{6})", r"54114\1",
           "Resolución SC 46/97: a 4 before every number, a 1 before the area code of Buenos Aires",
           local=(r"([2-9]\d{4,6})", r"4\1")),
    *(Reform("AR", "1999-01-24", rf"54({area})([2-9]\d{{{rest}}})", r"54[23]\1(?:4)\2",
             "Resolución SC 46/97: a 2 (south) or 3 (north) before the other area codes")
      for area, rest in ((r"[2-9]\d", 5), (r"[2-9]\d\d", 4))),
    Reform("BJ", "2024-11-30", r"229((?:2[0-35-9]|[4-69]\d)\d{6})", r"22901\1", "ARCEP Bénin, décision 2020-349: ten digits"),
    Reform("BR", "2016-11-06", r"55([14689][1-9]|2[12478]|3[1-578]|5[1345]|7[134579])([6-9]\d{7})",
           r"55\1(?:9)\2", "Anatel, Resolução 553/2010: the ninth digit; ITU Operational Bulletin, 6.II.2013",
           local=(r"([6-9]\d{7})", r"9\1")),
    *(Reform("CI", "2021-01-31", rf"225({old})", rf"225{new}\1",
             "ARTCI: ten digits, by operator; which numbers were whose: libphonenumber issue 1909 and carrier data 8.12.15")
      for old, new in (
          (r"(?:0[1-3]|[457][0-3])\d{6}", "01"), (r"(?:0[4-6]|[4-9][4-6])\d{6}", "05"),
          (r"(?:0[7-9]|[4578][7-9]|6[78]|9[78])\d{6}", "07"), (r"2[0-3]8\d{5}", "21"),
          (r"(?:2[0-4]|3[0-6])0\d{5}", "25"),
          (r"(?:2(?:0[23]|1[2357]|2[45]|3[45]|4[3-5])|3(?:06|1[69]|[2-6]7))\d{5}", "27"))),
    Reform("CL", "2012-11-24", r"562([2-9]\d{6})", r"5622\1", "SUBTEL, ITU communication of 2.VII.2014: Santiago",
           local=(r"([2-9]\d{6})", r"2\1")),
    Reform("CL", "2013-07-06", r"56(3[2-5]|4[1-35]|5[1-3578]|6[13457]|7[1-35])([2-9]\d{5})", r"56\1(?:2)\2",
           "SUBTEL, ITU communication of 2.VII.2014: the other areas", local=(r"([2-9]\d{5})", r"2\1")),
    Reform("CL", "2016-02-06", "", "", "SUBTEL: a 9 before mobile numbers at home, as always from abroad",
           local=(r"((?:5[0469]|6[02689]|7[046-9]|[89]\d)\d{6})", r"9\1")),
    Reform("CM", "2014-11-21", r"237([5-79]\d{7})", r"2376\1", "ART Cameroun: 6 before mobile numbers"),
    Reform("CM", "2014-11-21", r"237((?:22|33|4[23])\d{6})", r"2372\1", "ART Cameroun: 2 before CAMTEL's"),
    Reform("CO", "2021-09-01", r"57([124-8])([2-9]\d{6})", r"5760\1\2", "CRC, Resolución 5826/2019",
           local=(r"([2-9]\d{6})", r"60[124-8]\1")),
    Reform("EC", "2012-09-30", r"593([89]\d{7})", r"5939\1", "CONATEL: a 9 before mobile numbers"),
    Reform("FR", "1996-10-18", "", "", "France Télécom, ten digits: Paris, whose numbers from abroad stayed",
           local=(r"(?:(?:16)?1)?([3-6]\d{7})", r"01\1")),
    *(Reform("FR", "1996-10-18", rf"33((?:{old})\d{{6}})", rf"33{zone}\1",
             "France Télécom, ten digits: a zone before the departments' numbers")
      for zone, old in _FRANCE.items()),
    Reform("FR", "1996-10-18", r"33(0[1-46-9]\d{6})", r"336\1", "France Télécom, ten digits: 06 before mobile numbers"),
    *(Reform("GA", "2019-11-15", rf"2410?({old}\d{{6}})", rf"241{new}\1",
             "ARCEP Gabon: nine digits, by operator; the old ones ended on 2024-04-06")
      for old, new in (("1", "1"), ("[256]", "6"), ("[47]", "7"))),
    Reform("JP", "1999-01-01", r"81([1-489])0(\d{7})", r"8190\1\2", "MPT Japan: mobile numbers of eleven digits"),
    Reform("JP", "1999-01-01", r"81([56])0(\d{7})", r"8170\1\2", "MPT Japan: PHS numbers of eleven digits"),
    Reform("JP", "1999-01-01", r"816([2-9]\d{6})", r"8166\1", "NTT: Osaka", local=(r"([2-9]\d{6})", r"6\1")),
    Reform("JP", "1991-01-01", r"813([2-9]\d{6})", r"8133\1", "NTT: Tokyo", local=(r"([2-9]\d{6})", r"3\1")),
    Reform("KZ", "2007-06", r"73([12]\d{8})", r"77\1", "Agreement with Russia of 2006-06-11: 7 for the 3 of area codes"),
    Reform("MU", "2013-09-01", r"230((?:2[59]\d|4(?:2[1-389]|4\d|7[1-9]|9\d)|7\d\d|87[15-8]|9[0-8]\d)\d{4})", r"2305\1",
           "ICTA Mauritius, decision of 2013-02-11: a 5 before mobile numbers"),
    Reform("MX", "2019-08-03", r"521([2-9]\d{9})", r"52\1",
           "IFT, Plan Técnico Fundamental de Numeración: the 1 before mobile numbers, the 01, 044 and 045 at home"),
    Reform("PH", "2019-10-06", r"632([2-9]\d{6})", r"632(?:[678]\1|3(?=[2-4])\1)",
           "NTC, Memorandum Order 10-10-2017: eight digits in Metro Manila; Bayan's 3 only before 000 to 499",
           local=(r"([2-9]\d{6})", r"(?:[678]\1|3(?=[2-4])\1)")),
    Reform("VN", "2018-09-15", r"8416([2-9]\d{7})", r"843\1", "MIC Viet Nam: mobile numbers of ten digits"),
    *(Reform("VN", "2018-09-15", rf"84{old}(\d{{7}})", rf"84{new}\1", "MIC Viet Nam, as above") for old, new in (
        ("120", "70"), ("121", "79"), ("122", "77"), ("126", "76"), ("128", "78"), ("123", "83"), ("124", "84"),
        ("125", "85"), ("127", "81"), ("129", "82"), ("186", "56"), ("188", "58"), ("199", "59"))),
    Reform("VN", "2017-06-17", r"844([2-9]\d{7})", r"8424\1", "MIC Viet Nam, Decision 2036/2016: Hanoi"),
    Reform("VN", "2017-06-17", r"848((?:[2-57]\d|[689][0-79])\d{6})", r"8428\1",
           "MIC Viet Nam, Decision 2036/2016: Saigon; 868, 888 and 898 were mobile numbers"),
    *(Reform("VN", since, rf"84{old}([2-9]\d{{6}})", rf"84{new}\1", "MIC Viet Nam, Decision 2036/2016: the provinces")
      for since, codes in _VIET_NAM.items() for new, old in codes.items()),
    *(Reform("XK", "2017-02-03", rf"{code}({old}\d{{6}})", r"383\1", "ITU, +383 of 2016-12-15; ARKEP Kosovo")
      for code, old in (("377", "4[45]"), ("386", "4[39]"), ("381", "(?:2[89]|3[89])"))),
)  # fmt: skip

# What is dialled at home before a number and is no part of it, beyond one trunk 0, and what it stands for.
_BEFORE_IT = {
    "MX": (re.compile(r"0(?:1|44|45)(?=\d{10}\Z)"), "1"),
    "CO": (re.compile(r"0[3579]?(?=\d{8,10}\Z)"), ""),
    "FR": (re.compile(r"16(?=\d{8}\Z)"), ""),
}
_AGES = tuple((reform, re.compile(f"{reform.before} {reform.after}")) for reform in REFORMS if reform.before)
_LOCAL_AGES = tuple((reform, re.compile(" ".join(reform.local))) for reform in REFORMS if reform.local[0])


def renumbered(before: Number, after: Number) -> Reform | None:
    """The reform that leads from one number to the other, None if there is none."""
    if before.digits == after.digits or max(len(before.digits), len(after.digits)) > _LONGEST:
        return None
    for reform, age in _AGES:
        if any(age.fullmatch(f"{was} {now}") for was in _international(before) for now in _international(after)):
            return reform
    for reform, age in _LOCAL_AGES:
        if reform.country == after.home == before.home and any(
            age.fullmatch(f"{before.digits} {now}") for now in _at_home(after)
        ):
            return reform
    return None


_LONGEST = 20  # digits; no country's numbers have more


def _international(number: Number) -> tuple[str, ...]:
    """A number's digits with its country code in front, in each way that they can be meant."""
    if number.digits.startswith("+"):
        return (number.digits[1:],)
    home = _from_home(number.digits, number.home)
    return (number.e164[1:], *home) if number.e164 else home


def _at_home(number: Number) -> tuple[str, ...]:
    """A number's digits as they are dialled in its owner's country, with the trunk 0 and without, if it has a code."""
    code = f"+{code_of_region(number.home)}"
    if not number.digits.startswith(code):
        return (number.digits,)
    national = number.digits.removeprefix(code)
    return (national, f"0{national}")


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
