"""What to say of a word that is not known: the nearest that is, or which there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from cardwarden.phrases.phrase import Code, Phrase, phrase


def nearest(word: str, known: Iterable[str]) -> Phrase:
    """The sentence that follows; `known` is not empty."""
    names = list(known)
    close = difflib.get_close_matches(word.lower(), names, n=1)
    if close:
        return phrase("hint-did-you-mean", name=close[0])
    return phrase("hint-there-are", names=Code(", ".join(names)))


def no_source(name: str, known: Iterable[str]) -> Phrase:
    """There is no source of that name in the settings."""
    names = list(known)
    if not names:
        return phrase("error-no-source-at-all", name=name)
    return phrase("error-no-source", name=name, hint=nearest(name, names))
