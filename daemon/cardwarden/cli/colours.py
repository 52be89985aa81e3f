"""In which colour what is said."""

from __future__ import annotations

from rich.text import Text

from cardwarden.cli.speech import sentence
from cardwarden.detect.finding import Severity
from cardwarden.phrases.phrase import phrase

_STYLES = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan", Severity.INFO: "dim"}


def severity(value: Severity) -> Text:
    """A severity's word in its colour."""
    return Text(sentence(phrase(f"severity-{value.word}")), style=_STYLES[value])
