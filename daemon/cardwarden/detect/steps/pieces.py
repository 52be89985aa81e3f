"""Pieces of a text that went, came or changed places: a cut, something glued on, a copy of itself, another order."""

from __future__ import annotations

import re
from collections import Counter

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.looks import folded, squeezed
from cardwarden.detect.steps.vocabulary import Chain
from cardwarden.text import shared_beginning

_WORD = re.compile(r"\w+")
_CUT_SIZES = frozenset(
    {20, 30, 31, 32, 40, 50, 60, 63, 64, 75, 80, 99, 100, 127, 128, 160, 199, 200, 254, 255, 256}
    | {499, 500, 511, 512, 999, 1000, 1023, 1024, 2000, 2047, 2048, 4000, 4095, 4096}
)
_TITLE = 2  # letters that people put behind a name and take away again: 様, 先生
_SYLLABLE = 5  # letters; nobody is called by so many twice
_LONG = 20_000  # characters; the words of longer texts are not counted
ELLIPSIS = "=…. \\\ufffd"
"""What programs put, or leave, where they cut."""


def pieced(before: str, after: str) -> Chain | None:
    """Which pieces lead from one text to the other; None if one is not made of the other."""
    if not before or not after:
        return None
    chain = _doubled(before, after) or _shorter(before, after) or _longer(before, after)
    if chain is not None or max(len(before), len(after)) > _LONG:
        return chain
    return _reordered(before, after)


def _shorter(before: str, after: str) -> Chain | None:
    left = after.rstrip(ELLIPSIS) if after.endswith(("=", "…", "..", "\\", "\ufffd")) else after
    if not left or len(left) >= len(before):
        return None
    if before.startswith(left):
        cut = left != after or _ends_where_programs_stop(before, left)
        return Chain((steps.CUT if cut else steps.SHORTENED,))
    head = len(before) - len(after)
    if before.endswith(after):
        inside_word = before[head - 1].isalnum() and after[0].isalnum() and not is_wide(after[0])
        return Chain((steps.BEGINNING_LOST if inside_word or len(after) * 2 < len(before) else steps.SHORTENED,))
    return _torn(before, after)


def _torn(before: str, after: str) -> Chain | None:
    """A piece out of the middle: torn out if it begins and ends inside words and is more than a word."""
    start = shared_beginning(before, after)
    end = min(shared_beginning(before[::-1], after[::-1]), len(after) - start)
    if start + end < len(after) or not start or not end:
        return None
    gone = before[start : len(before) - end]
    inside = all(c.isalnum() for c in (before[start - 1], gone[0], gone[-1], before[len(before) - end]))
    torn = inside and any(c.isspace() for c in gone)
    return Chain((steps.TORN if torn else steps.SHORTENED,))


def _ends_where_programs_stop(before: str, after: str) -> bool:
    """Before a separator, inside a word, at a round length, or with less than half of it."""
    following = before[len(after)]
    if before[len(after) :].lstrip()[:1] > "\uffff":  # databases that know three bytes of UTF-8 stop before the fourth
        return True
    if following in ",;\n\\:|" or len(after) in _CUT_SIZES or len(after.encode("utf-8", "surrogatepass")) in _CUT_SIZES:
        return True
    title = is_wide(following) and len(before) - len(after) <= _TITLE
    return (following.isalnum() and after[-1:].isalnum() and not title) or len(after) * 2 < len(before)


def is_wide(character: str) -> bool:
    """Scripts without blanks between words."""
    return character >= "\u2e80"


def _longer(before: str, after: str) -> Chain | None:
    if len(before) >= len(after):
        return None
    if after.startswith(before) or after.endswith(before):
        return Chain((steps.EXTENDED,))
    start = shared_beginning(before, after)
    end = min(shared_beginning(before[::-1], after[::-1]), len(before) - start)
    return Chain((steps.EXTENDED,)) if start + end == len(before) else None


def _doubled(before: str, after: str) -> Chain | None:
    if _repeats(before, after):
        return Chain((steps.DOUBLED,))
    return Chain((steps.COPY_DROPPED,)) if _repeats(after, before) and not _is_a_syllable(after, before) else None


def _is_a_syllable(once: str, several: str) -> bool:
    """Whether the copies are syllables of one word, as of Mimi and Baba: what is left of it was cut."""
    return several.isalpha() and len(once) < _SYLLABLE and not is_wide(once[0])


def _repeats(once: str, several: str) -> bool:
    """Whether a text is another one, two times or more, with nothing but separators between."""
    if len(several) < 2 * len(once) or len(once) < 2 or not several.startswith(once):
        return False
    return not squeezed(several.replace(once, "").strip(" ,;\n-|/"))


def _reordered(before: str, after: str) -> Chain | None:
    one, other = text_words(before), text_words(after)
    glued_one, glued_other = folded(before), folded(after)
    if glued_one == glued_other:
        return None
    return Chain((steps.REORDERED,)) if (one and one == other) or _rotated(glued_one, glued_other) else None


def _rotated(one: str, other: str) -> bool:
    """Two pieces changed places: 山田太郎, 太郎山田."""
    return len(one) == len(other) > 1 and other in one + one


def text_words(text: str) -> Counter[str]:
    """The words of a text, without their looks, and how often each stands there."""
    return Counter(folded(word) for word in _WORD.findall(text))


def written_words(text: str) -> Counter[str]:
    """The words of a text as they are written, letter case aside."""
    return Counter(word.casefold() for word in _WORD.findall(text))


def written_in_order(text: str) -> list[str]:
    """The same in the order in which they stand there."""
    return [word.casefold() for word in _WORD.findall(text)]
