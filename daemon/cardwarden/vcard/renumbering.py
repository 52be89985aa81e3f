"""Whether a number follows a renumbering of its country: in both directions, in national and in international writing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from cardwarden.vcard.number import Number, code_of_region
from cardwarden.vcard.reforms import REFORMS, Reform

# What is dialled at home before a number and is no part of it, beyond one trunk 0, and what it stands for.
_BEFORE_IT = {
    "MX": (re.compile(r"\A0(?:1|44|45)(?=\d{10}\Z)"), "1"),
    "CO": (re.compile(r"\A0[3579]?(?=\d{8,10}\Z)"), ""),
    "FR": (re.compile(r"\A16(?=\d{8}\Z)"), ""),
    "GE": (re.compile(r"\A8(?=\d{8}\Z)"), ""),
    "RU": (re.compile(r"\A8(?=\d{10}\Z)"), ""),
}
_AGES: dict[str, list[tuple[Reform, re.Pattern[str]]]] = defaultdict(list)  # by the first two digits
for _reform in REFORMS:
    if _reform.before:
        _AGES[_reform.before[:2]].append((_reform, re.compile(f"{_reform.before} {_reform.after}")))
_LOCAL_AGES = tuple((reform, re.compile(" ".join(reform.local))) for reform in REFORMS if reform.local[0])


def renumbered(before: Number, after: Number) -> Reform | None:
    """The reform that leads from one number to the other, None if there is none."""
    if before.digits == after.digits or max(len(before.digits), len(after.digits)) > _LONGEST:
        return None
    news = _international(after)
    for was in _international(before):
        for reform, age in _AGES.get(was[:2], ()):
            if any(age.fullmatch(f"{was} {now}") for now in news):
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
