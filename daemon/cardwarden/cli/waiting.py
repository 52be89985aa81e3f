"""Whether a person waits for a command, and what they are told meanwhile."""

from __future__ import annotations

import sys

import click

from cardwarden.cli.speech import sentence
from cardwarden.phrases.phrase import Phrase


def somebody_waits() -> bool:
    """Whether a person waits at a terminal."""
    return bool(sys.stdin) and sys.stdin.isatty() and sys.stderr.isatty()


def say_waiting(said: Phrase) -> None:
    """Tell what is waited for, on standard error: a person who waits, and what a script leaves."""
    click.echo(sentence(said), err=True)
