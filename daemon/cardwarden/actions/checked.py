"""What one check came to, of one book and of a source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cardwarden.detect.finding import Severity
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.phrases.phrase import Value

ChannelSelector = Callable[[str, Severity], Sequence[str]]
"""The names of the channels that want an event of a source and a severity."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check of one book came to.

    title     the book's; "" if the source could not tell its books
    reason    why it was not believed (`doubt`), or what of the book could not be judged
    cards     how many cards the book has, as far as is known
    events    ids of the events recorded by this check
    resolved  ids of findings that are no more
    refused   another process had the book, so that nothing was looked at
    check     the row of checks that it is part of, 0 if nothing was recorded
    book      what the source calls the book
    """

    source: str
    title: str
    outcome: Outcome
    doubt: Doubt = Doubt.NONE
    reason: Value = ""
    cards: int = 0
    events: tuple[int, ...] = ()
    resolved: tuple[int, ...] = ()
    refused: bool = False
    check: int = 0
    book: str = ""


@dataclass(frozen=True, slots=True)
class SourceChecked:
    """What one check of a source that began at `began` came to, book by book."""

    source: str
    books: Sequence[Checked]
    began: datetime


@dataclass(frozen=True, slots=True)
class Doubted:
    """A reading that is not believed, what it looked like (64 hex digits), and since when it has, in monotonic seconds."""

    doubt: Doubt
    reason: Value
    seen: str | None = None
    since: float | None = None
