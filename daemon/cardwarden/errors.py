"""The one tree of errors; each says what happened, to which thing, and what to do next."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import ClassVar


class CardwardenError(Exception):
    """An error a person may read: its text is a sentence, its exit code part of the command line's contract."""

    exit_code: ClassVar[int] = 70


class UsageError(CardwardenError):
    """The command was called in a way that cannot be carried out."""

    exit_code: ClassVar[int] = 2


class SourceError(CardwardenError):
    """A book could not be read well enough to judge it; nothing was changed."""

    exit_code: ClassVar[int] = 3


class SettingsError(CardwardenError):
    """The configuration is missing, unreadable or wrong; `problems` lists every fault with its path."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class StoreError(CardwardenError):
    """The database could not be opened, read or written."""

    exit_code: ClassVar[int] = 5


class BusyError(StoreError):
    """Another process held the database for longer than a writer waits."""


class ReplacedError(StoreError):
    """The file of the open database was removed, or another one lies in its place."""


class DeliveryError(CardwardenError):
    """A message could not be handed to a channel."""

    exit_code: ClassVar[int] = 6


class RefusedError(CardwardenError):
    """Somebody else holds what is needed, or doing it would destroy something."""

    exit_code: ClassVar[int] = 7


BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a fault of the program itself raises over one card. It is caught there, so that the other cards are judged."""


def place_of(error: BaseException) -> str:
    """Where an error came from, without its text: that may hold what stands in a contact."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
