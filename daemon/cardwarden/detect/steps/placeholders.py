"""A program's word for nothing where a value stood: null, undefined, NaN, #REF!."""

from __future__ import annotations

import re
from collections import Counter

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.vocabulary import Step, mended

_NOTHING = re.compile(
    r"(?:(?<=[\s,;])|\A)(?:[(<\[{]?(?:null|NULL|Null|nil|undefined|None)[)>\]}]?|NaN|nan|\[object Object\]|<unset>"
    r"|#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!))(?=[\s,;]|\Z)"
)
_LONGEST = 200  # characters; in a longer text such a word is one of its own


def placeholder(before: str, after: str) -> Step | None:
    """The step if all that is new in a text are such words, or all that is gone (then it is mended); None if not."""
    if max(len(before), len(after)) > _LONGEST:
        return None
    if _is_left_by(before, after):
        return None if _is_rest(before, after) else steps.PLACEHOLDER
    if "Null" in before:  # people are called so: what such a name becomes is no repair
        return None
    return mended(steps.PLACEHOLDER) if _is_left_by(after, before) and not _is_cut(before, after) else None


def _is_cut(before: str, after: str) -> bool:
    """Whether what came is only a piece of such a word: "NaN" that lost its last letter was not mended."""
    came = set(_words(after)) - set(_words(before))
    return any(word in nothing for word in came for nothing in _NOTHING.findall(before))


def _is_rest(before: str, after: str) -> bool:
    """Whether such a word is only what is left of a longer one: Null of Nullmeier."""
    came = set(_NOTHING.findall(after)) - set(_words(before))
    return any(word.startswith(nothing) for nothing in came for word in _words(before))


def _is_left_by(full: str, empty: str) -> bool:
    if len(_NOTHING.findall(empty)) <= len(_NOTHING.findall(full)):
        return False
    return not Counter(_words(_NOTHING.sub(" ", empty))) - Counter(_words(full))


def _words(text: str) -> list[str]:
    return re.split(r"[\s,;]+", text.strip(" ,;")) if text.strip(" ,;") else []
