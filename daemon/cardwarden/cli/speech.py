"""What the command line says: phrases in the language of whoever reads it."""

from __future__ import annotations

import os
from typing import Final

import click

from cardwarden.phrases.language import Voice, language_of_environment
from cardwarden.phrases.phrase import Code, Value

_VOICE: Final = "cardwarden.voice"
_WIDTH: Final = 4000  # columns of a value: a reason or a path is shown whole
BOUND: Final = "\ue000"
"""Stands for a blank inside what is typed, such as a command; no harmless text has it (`cardwarden.text`)."""


def speak(voice: Voice) -> None:
    """From now on this run of a command speaks so; until then it speaks as the environment asks."""
    click.get_current_context().meta[_VOICE] = voice


def has_spoken() -> bool:
    """Whether this run knows its reader's language."""
    return _VOICE in click.get_current_context().meta


def reader() -> Voice:
    """Who reads this run of a command: in their language, with times of where they live."""
    context = click.get_current_context(silent=True)
    known: Voice | None = context.meta.get(_VOICE) if context else None
    return known or Voice(language_of_environment(os.environ))


def sentence(said: Value) -> str:
    """A phrase, or another value, as the reader reads it."""
    return reader().value(said, width=_WIDTH)


def bound(said: Value) -> str:
    """The same with `BOUND` for each blank inside what is typed: a line must not break there, or it cannot be copied."""
    voice = reader()
    return _Binding(voice.language, voice.zone, voice.household).value(said, width=_WIDTH)


class _Binding(Voice):
    def value(self, value: Value | None, *, width: int = _WIDTH) -> str:
        text = super().value(value, width=width)
        return text.replace(" ", BOUND) if isinstance(value, Code) else text
