"""What a command logs, as whoever runs it reads it: phrases on standard error. What the command says itself is left out."""

from __future__ import annotations

import logging

import click

from cardwarden.cli.speech import sentence
from cardwarden.logged import SAID

_OURS = logging.getLogger("cardwarden")


class _Spoken(logging.Handler):
    """Entries that carry no phrase are for the daemon's log: of what went wrong here the command tells in its own words."""

    def emit(self, record: logging.LogRecord) -> None:
        said = getattr(record, SAID, None)
        if said is not None:
            click.echo(f"cardwarden: {sentence(said)}", err=True)


def speak() -> None:
    """Say what this process logs instead of writing it as it is; the daemon has a log of its own."""
    if not any(isinstance(handler, _Spoken) for handler in _OURS.handlers):
        _OURS.addHandler(_Spoken())
        logging.getLogger().addHandler(logging.NullHandler())  # else Python writes the entries of libraries as they are
