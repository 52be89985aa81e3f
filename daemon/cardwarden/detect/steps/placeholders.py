"""A program's word for nothing, or its own name for it, where a value stood: null, NaN, #REF!; {{name}}, an ID, a file."""

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
_STAND_IN = re.compile(
    r"\{\{[^{}]{1,60}\}\}|[$#]\{[^{}]{1,60}\}|\{[0-9]\}|<%[^<>%]{1,60}%>|%(?:[0-9]\$)?[sd@]\b|%@|\b__[A-Za-z_]{2,40}__\b"
    r"|(?:urn:uuid:)?\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b|\A[^\s/]{1,100}\.(?:vcf|vcard)\Z"
)
_CARD = re.compile(r"\s*BEGIN:(?:VCARD|VCALENDAR)\b", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\w.:/+-])[0-9]{1,12}(?:\.0{1,2})?(?![\w.:/-])")
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


def stand_in(before: str, after: str) -> Step | None:
    """The step if nothing is left but a template's gaps, an ID or the name of a card's file, and the old text said more."""
    if not before or (len(after) > _LONGEST and not _CARD.match(after)) or _is_stand_in(before):
        return None
    return steps.STAND_IN if _is_stand_in(after) else None


def figures(before: str, after: str) -> Step | None:
    """The step if a program took codes for numbers: 02108 became 2108, 12108 became 12108.0; mended if it is undone."""
    if max(len(before), len(after)) > _LONGEST or _FIGURE.sub(_as_number, before) != _FIGURE.sub(_as_number, after):
        return None
    was, now = (sum(map(_worth, _FIGURE.findall(text))) for text in (before, after))
    if was == now:
        return None
    return steps.FIGURES if now > was else mended(steps.FIGURES)


def _as_number(match: re.Match[str]) -> str:
    return match[0].partition(".")[0].lstrip("0") or "0"


def _worth(figure: str) -> int:
    """How much a figure looks like a program's: leading zeros are a person's, decimals that say nothing are not."""
    whole, point, _ = figure.partition(".")
    return bool(point) * 10 - (len(whole) - len(whole.lstrip("0")))


def _is_stand_in(text: str) -> bool:
    if _CARD.match(text):
        return True
    rest = _STAND_IN.sub("", text)
    return rest != text and not any(map(str.isalnum, rest))


class _Said:
    """The words of a text, letter case and kinds of blanks aside, and which of them are a program's for nothing."""

    __slots__ = ("nothing", "words")

    def __init__(self, text: str) -> None:
        words = [(match[0].casefold(), match[1] is not None) for match in _WORD.finditer(light(text))]
        self.words = Counter(word for word, _ in words)
        self.nothing = Counter(word for word, is_nothing in words if is_nothing)

    def is_left_of(self, full: _Said) -> bool:
        """Whether there are such words that the full text does not have, and all others are from there."""
        return bool(self.nothing - full.words) and not (self.words - self.nothing) - full.words

    def is_cut_from(self, full: _Said) -> bool:
        """Whether what came is only what is left of a longer word: Null of Nullmeier, "Na" of "NaN"."""
        return any(word.startswith(new) for new in self.words - full.words for word in full.words - self.words)
