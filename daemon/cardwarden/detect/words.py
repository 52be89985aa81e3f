"""Sentences that several rules say."""

from __future__ import annotations

import re

from cardwarden.text import clip
from cardwarden.vcard.dialling import HIDE, SHOW
from cardwarden.vcard.number import Number, misdialled, would_ring

_PLURAL_VERBS = {"was": "were", "has": "have", "is": "are", "shows": "show", "follows": "follow", "grows": "grow"}
_CONSONANT_Y = re.compile(r"(?<=[^aeiou])y\Z")
_DOES = {SHOW: "showing your number and ", HIDE: "hiding your number and "}


def danger(number: Number) -> str:
    """What a call to a number that gained a "+" would do, in one sentence.

    "Your phone would call +1 860 (USA) instead of showing your number and calling 080-1234-5678."
    """
    where = would_ring(number)
    call = f"Your phone would call {where}" if where else "The call would not reach the number that was meant"
    meant = misdialled(number)
    if meant is None:
        return f"{call}."
    rest = clip(number.written.lstrip("+ ").removeprefix(meant.prefix).lstrip(" -."), 40)
    return f"{call} instead of {_DOES.get(meant.caller_id, '')}calling {rest}."


def several(noun: str, verb: str) -> str:
    """What happened to one, said of several: "birthday", "lost its year" -> "birthdays lost their year"."""
    nouns = noun + "es" if noun.endswith("s") else _CONSONANT_Y.sub("ie", noun) + "s"
    first, _, rest = verb.replace(" its ", " their ").partition(" ")
    return f"{nouns} {_PLURAL_VERBS.get(first, first)} {rest}".strip()


def opening(sentence: str) -> str:
    """With a capital in front; the rest stays: "embedded XML" is "Embedded XML"."""
    return sentence[:1].upper() + sentence[1:]
