"""How everything stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cardwarden.actions.queries.mirrors import MirrorState
from cardwarden.detect.outcome import Outcome


@dataclass(frozen=True, slots=True)
class DaemonDocument:
    """The daemon."""

    running: bool
    """Whether it lives."""
    pid: int | None
    """Its process; null if it does not run."""
    started_at: datetime | None
    """Since when it runs; null if it does not."""
    trouble: str
    """Why it guards nothing; empty if all is well."""
    waits: list[str]
    """The servers that it waits for, why, and for how long yet."""


@dataclass(frozen=True, slots=True)
class BookDocument:
    """How a book stands."""

    book: str
    """Its title."""
    outcome: Outcome
    """Of the last check."""
    reason: str
    """Why it was not believed, or what could not be judged."""
    cards: int
    """How many contacts it has."""
    open: int
    """How many findings are open in it."""
    last_check: datetime
    """When it was last looked at."""
    last_conclusive: datetime | None
    """When a check could last be believed; null if never."""
    last_deep: datetime | None
    """When every contact was last read; null if never."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """How a source stands."""

    source: str
    """Its name in the configuration."""
    next_check: datetime | None
    """When it is looked at next; null if neither a daemon nor a worker guards it, or if a worker looks at it now."""
    watch: str | None
    """`watched`, or why changes are not noticed at once; null if no daemon runs."""
    books: list[BookDocument]
    """Its books; none before the first check."""


@dataclass(frozen=True, slots=True)
class ChannelDocument:
    """How a channel stands."""

    channel: str
    """Its name in the configuration."""
    waiting: int
    """How many messages wait for it."""
    failing_since: datetime | None
    """Since when it fails; null if it does not."""
    error: str | None
    """Why it fails; null if it does not."""


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """A while in which changes are meant."""

    source: str
    """The source whose changes are."""
    until: datetime
    """Until when."""
    who: str
    """Who said so; empty if that is not known."""
    why: str
    """The reason that was given."""


@dataclass(frozen=True, slots=True)
class MirrorDocument:
    """How a copy stands."""

    mirror: str
    """The pair's name in the configuration."""
    origin: str
    """The source, or SOURCE/BOOK, that the copy is of."""
    copy: str
    """The copy."""
    state: MirrorState
    """Whether the two are compared."""
    compared_at: datetime | None
    """When they last were; null if never."""
    open: int
    """How many differences are open."""
    waiting: int
    """How many may still end by themselves."""
    keeps: list[str]
    """Properties that the copy keeps."""
    dropped: list[str]
    """Properties that it does not."""
    fault: str
    """Where the program failed at comparing them; empty if it did not."""


@dataclass(frozen=True, slots=True)
class WorkersDocument:
    """The workers of a server, and what the household is to them."""

    running: int
    """How many live."""
    state: Literal["guarded", "paused", "wrong", "elsewhere", "new"]
    """They guard it if any lives; let it be for now; cannot use its settings; leave alone what is in another database; or
    none has taken it on yet."""


@dataclass(frozen=True, slots=True)
class StatusDocument:
    """How everything stands."""

    daemon: DaemonDocument
    """Whether it runs, and since when."""
    sources: list[SourceDocument]
    """Every source of the configuration."""
    channels: list[ChannelDocument]
    """Every channel of the configuration."""
    expected: list[ExpectedDocument]
    """When changes are meant."""
    mirrors: list[MirrorDocument]
    """Every copy of the configuration."""
    open: int
    """How many findings are open."""
    workers: WorkersDocument | None
    """The workers that may guard it beside a daemon, or in place of one; null if it is no household that workers may guard."""
