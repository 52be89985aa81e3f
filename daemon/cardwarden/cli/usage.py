"""How a command was called wrongly: what click found, as a phrase."""

from __future__ import annotations

import re
from typing import Final

import click

from cardwarden.phrases.nearest import no_such
from cardwarden.phrases.phrase import Code, Saying, Sentence, phrase

_EXTRA: Final = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)  # click has no class for it
_NOT_ONE: Final = re.compile(r"'(.*)' is not one of ", re.DOTALL)
_NO_COMMAND: Final = "Missing command."
_ALONE: Final = "does not take a value."


def said_of_usage(error: click.ClickException) -> Saying:
    """What is wrong; what is not known here stays in click's own words."""
    match error:
        case click.NoSuchOption():
            option = error.option_name
            return no_such(phrase("usage-no-option", option=Code(option)), option, _options(error.ctx))
        case click.MissingParameter(param=click.Argument() as missing):
            return phrase("usage-missing-argument", name=Code(_name(missing)))
        case click.MissingParameter(param=click.Parameter() as missing):
            return phrase("usage-missing-option", option=Code(_name(missing)))
        case click.BadParameter(param=click.Parameter() as wrong):
            return phrase("usage-of-option", option=Code(_name(wrong)), why=_wanted(wrong, error.message))
        case click.BadOptionUsage():
            kind = "alone" if error.message.endswith(_ALONE) else "value"
            return phrase(f"usage-option-{kind}", option=Code(error.option_name))
    if extra := _EXTRA.fullmatch(error.message):
        return phrase("usage-extra", words=Code(extra[1]))
    if error.message == _NO_COMMAND:
        return phrase("usage-missing-command")
    return Sentence(error.format_message())


def _options(context: click.Context | None) -> list[str]:
    return [option for parameter in context.command.params for option in parameter.opts] if context else []


def _name(parameter: click.Parameter) -> str:
    return parameter.human_readable_name if isinstance(parameter, click.Argument) else max(parameter.opts, key=len)


def _wanted(parameter: click.Parameter, message: str) -> Saying:
    match parameter.type:
        case click.Choice(choices=choices):
            words = [str(choice) for choice in choices]
            word = said[1] if (said := _NOT_ONE.match(message)) else ""
            return no_such(phrase("write-one-of", words=Code(", ".join(words))), word, words)
        case _ if parameter.type is click.INT:
            return phrase("write-number")
    return Sentence(message.removesuffix("."))
