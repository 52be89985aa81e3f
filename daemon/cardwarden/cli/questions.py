"""Questions at a terminal, in the reader's language; yes and no may be answered in any of ours."""

from __future__ import annotations

from typing import Final

import click

from cardwarden.cli.speech import sentence
from cardwarden.phrases.phrase import phrase

_YES: Final = frozenset({"y", "yes", "j", "ja", "はい"})
_NO: Final = frozenset({"n", "no", "nein", "いいえ"})


def confirmed(question: str, *, default: bool = False, err: bool = False) -> bool:
    """Yes or no; `default` if nothing is written, and again if it is neither."""
    while True:
        ready = "Y/n" if default else "y/N"
        said = click.prompt(f"{question} [{ready}]", default="", show_default=False, err=err).strip().lower()
        if not said:
            return default
        if said in _YES | _NO:
            return said in _YES
        click.echo(sentence(phrase("write-yes-or-no")), err=err)


def typed_twice(question: str) -> str:
    """A secret that is not shown, so that a slip of the finger shows itself."""
    while True:
        first: str = click.prompt(question, hide_input=True, err=True)
        if first == click.prompt(sentence(phrase("ask-once-more")), hide_input=True, err=True):
            return first
        click.echo(sentence(phrase("ask-not-the-same")), err=True)
