"""A log entry that is a phrase: the log has it in English, and who reads a command's output in their language."""

from __future__ import annotations

import logging
from typing import Final

from cardwarden.phrases.phrase import Phrase

SAID: Final = "said"
"""The attribute of an entry that has the phrase."""


def warn(log: logging.Logger, said: Phrase, level: int = logging.WARNING) -> None:
    """Log what a person should know and nothing else tells them."""
    from cardwarden.phrases.language import english  # noqa: PLC0415 - only who reads a sentence needs a language

    log.log(level, "%s", english(said), extra={SAID: said})
