"""Whether a card is called like somebody else."""

from __future__ import annotations

import re

from cardwarden.detect.rule import CardChange
from cardwarden.detect.steps.looks import script
from cardwarden.detect.steps.values import chain_between
from cardwarden.vcard.pairing import same_name

_NICKNAME = 8  # letters; a single word of so many is what somebody is called at home
_WORD = re.compile(r"\w+")


def is_another_name(card: CardChange) -> bool:
    """The whole name is new, in the same script, and is not one that the card carried anywhere before."""
    fn = next((c for c in card.changes if c.name == "FN" and c.before and c.after and c.of_value), None)
    if fn is None or fn.before is None or fn.after is None or chain_between(fn.before, fn.after) is not None:
        return False
    if any(f.name == "N" for f in card.was) and not any(c.name == "N" and c.of_value for c in card.changes):
        return False
    old, new = fn.before.text, fn.after.text
    if len(words(old)) == 1 and len(old) <= _NICKNAME:
        return False  # "Mum" or "Plumber" that gets a proper name
    known = {
        word for f in card.was if f.name in {"N", "NICKNAME", "ORG", "EMAIL", "X-MAIDENNAME"} for word in words(f.text)
    }
    if words(new) & (words(old) | known) or same_name(old, new) >= 0.6:
        return False
    return script(old) == script(new) and bool(words(old)) and bool(words(new))


def words(text: str) -> set[str]:
    """The words of a name, lower case."""
    return {word.lower() for word in _WORD.findall(text)}
