"""One question at a time, with an answer ready; an answer that came as an option is not asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import click

from cardwarden.cli.output import say, within
from cardwarden.cli.questions import confirmed
from cardwarden.cli.speech import sentence
from cardwarden.cli.texts import init_text
from cardwarden.errors import UsageError, WrongValueError
from cardwarden.phrases.phrase import Code, Phrase, phrase

_ROOM = 8  # columns after a question: what is ready, and the cursor

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: its name in the texts, and the option that answers it."""

    name: str
    option: str

    @property
    def sentence(self) -> str:
        return within(init_text(self.name), _ROOM)


class Asker:
    """Asks on the terminal; with `unattended` it takes the answer that is ready, and says which option is missing."""

    def __init__(self, *, unattended: bool) -> None:
        self.unattended = unattended

    def value(
        self,
        question: Question,
        understood: Callable[[str], Given],
        given: str | None = None,
        default: str | None = None,
    ) -> Given:
        """An answer that `understood` takes; it raises WrongValueError with what to write instead.

        Raises UsageError if an option's answer is not understood, or if nobody may be asked and no answer is ready.
        """
        if given is None and self.unattended:
            given = default
        if given is not None:
            try:
                return understood(given)
            except WrongValueError as error:
                option = Code(question.option)
                raise UsageError(phrase("usage-of-option", option=option, why=error.said)) from None
        if self.unattended:
            raise UsageError(phrase("setup-unanswered", option=Code(question.option)))
        while True:
            try:
                return understood(click.prompt(question.sentence, default=default))
            except WrongValueError as error:
                say(init_text("again", problem=error.said), "yellow")

    def yes(self, question: Question, *, given: bool | None = None, default: bool = True) -> bool:
        """Yes or no."""
        if given is not None:
            return given
        return default if self.unattended else confirmed(question.sentence, default=default)

    def agrees(self, said: Phrase) -> bool:
        """Yes or no to a sentence with values; nobody there says no."""
        return not self.unattended and confirmed(within(sentence(said), _ROOM))

    def choice(self, question: Question, answers: Sequence[tuple[str, str]], given: str | None = None) -> str:
        """One of several answers, each a word for the option and a name in the texts; the first is ready."""
        words = [word for word, _ in answers]

        def understood(said: str) -> str:
            if said in words:
                return said
            if said.isdecimal() and 0 < int(said) <= len(words):
                return words[int(said) - 1]
            if given is None:
                raise WrongValueError(phrase("init-choose", count=len(words)))
            raise WrongValueError(phrase("write-one-of", words=Code(", ".join(words))))

        if given is None and not self.unattended:
            say(question.sentence)
            for number, (_, name) in enumerate(answers, start=1):
                say(f"  {number}  {init_text(name)}")
            question = Question("your-choice", question.option)
        return self.value(question, understood, given, words[0] if self.unattended else "1")

    def secret(self, question: Question) -> str:
        """What is typed without being shown. Raises UsageError if nobody may be asked."""
        if self.unattended:
            raise UsageError(phrase("setup-unanswered-secret", option=Code(question.option)))
        answer: str = click.prompt(question.sentence, hide_input=True)
        return answer

    def ready(self, question: Question) -> None:
        """Wait until a person has done something."""
        if not self.unattended:
            click.prompt(question.sentence, default="", show_default=False)
