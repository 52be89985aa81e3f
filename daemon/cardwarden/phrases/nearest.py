"""What to say of a word that is not known: the nearest that is, or which there are."""

from __future__ import annotations

from collections.abc import Iterable

from cardwarden.phrases.phrase import Code, Phrase, phrase


def close_to(word: str, known: Iterable[str]) -> str:
    """The nearest of those that are known, "" if none is near."""
    import difflib  # noqa: PLC0415 - mostly the word is known

    return next(iter(difflib.get_close_matches(word.lower(), list(known), n=1)), "")


def nearest(word: str, known: Iterable[str]) -> Phrase:
    """The sentence that follows; `known` is not empty."""
    names = list(known)
    if close := close_to(word, names):
        return phrase("hint-did-you-mean", name=close)
    return phrase("hint-there-are", names=Code(", ".join(names)))


def no_such(said: Phrase, word: str, known: Iterable[str]) -> Phrase:
    """There is no such thing as `said` says, and which one may be meant."""
    close = close_to(word, known)
    return phrase("then", first=said, second=phrase("hint-did-you-mean", name=close)) if close else said


def no_source(name: str, known: Iterable[str]) -> Phrase:
    """There is no source of that name in the settings."""
    names = list(known)
    if not names:
        return phrase("error-no-source-at-all", name=name)
    return phrase("error-no-source", name=name, hint=nearest(name, names))
