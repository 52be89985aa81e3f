"""A program's word for nothing where a value stood: null, undefined, NaN, #REF!."""

from __future__ import annotations

import re
from collections import Counter

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.looks import light
from cardwarden.detect.steps.vocabulary import Step, mended

_NOTHING = (
    r"[(<\[{]?(?:null|NULL|Null|nil|undefined|None)[)>\]}]?|NaN|nan|\[object Object\]|<unset>"
    r"|#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)"
)
_WORD = re.compile(rf"({_NOTHING})(?=[\s,;]|\Z)|[^\s,;]+")
_LONGEST = 200  # characters; in a longer text such a word is one of its own


def placeholder(before: str, after: str) -> Step | None:
    """The step if all that is new in a text are such words, or all that is gone (then it is mended); None if not.

    A word that stood there before, also in another case or looks, is nothing new, and a copy of the text has nothing new.
    """
    if max(len(before), len(after)) > _LONGEST:
        return None
    was, now = _Said(before), _Said(after)
    if was.words.keys() == now.words.keys():
        return None
    if now.is_left_of(was):
        return None if now.is_cut_from(was) else steps.PLACEHOLDER
    if "Null" in before:  # people are called so: what such a name becomes is no repair
        return None
    return mended(steps.PLACEHOLDER) if was.is_left_of(now) and not now.is_cut_from(was) else None


class _Said:
    """The words of a text, letter case and kinds of blanks aside, and which of them are a program's for nothing."""

    __slots__ = ("nothing", "words")

    def __init__(self, text: str) -> None:
        found = [(match[0].casefold(), match[1] is not None) for match in _WORD.finditer(light(text))]
        self.words = Counter(word for word, _ in found)
        self.nothing = Counter(word for word, is_nothing in found if is_nothing)

    def is_left_of(self, full: _Said) -> bool:
        """Whether there are such words that the full text does not have, and all others are from there."""
        return bool(self.nothing - full.words) and not (self.words - self.nothing) - full.words

    def is_cut_from(self, full: _Said) -> bool:
        """Whether what came is only what is left of a longer word: Null of Nullmeier, "Na" of "NaN"."""
        return any(word.startswith(new) for new in self.words - full.words for word in full.words - self.words)
