"""How far long work has come: whoever does it says so, and whoever waits decides how that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Protocol, TypeVar

Counted = TypeVar("Counted")


class Work(Enum):
    """What is being done. The words for it are made when somebody reads them."""

    READING = "reading"
    LOOKING = "looking"
    JUDGING = "judging"
    COMPARING = "comparing"
    HASHING = "hashing"
    LINKING = "linking"
    FILES = "files"
    PAGES = "pages"
    WRITING = "writing"


class Progress(Protocol):
    """Is told of long work; it may be shown, logged or ignored, and never fails."""

    def begin(self, work: Work, total: int | None = None) -> None:
        """Work begins, and with it ends what was before. `total` is how many steps it has, None if nobody knows."""

    def advance(self, count: int = 1) -> None:
        """So many steps more are done."""


class _Silent:
    def begin(self, work: Work, total: int | None = None) -> None:
        """Nobody waits."""

    def advance(self, count: int = 1) -> None:
        """Nobody waits."""


SILENT: Progress = _Silent()
"""For work that nobody waits for."""


def counted(items: Iterable[Counted], progress: Progress, work: Work, total: int | None = None) -> Iterator[Counted]:
    """The same items; each counts as done when the next one is asked for."""
    progress.begin(work, total)
    for item in items:
        yield item
        progress.advance()
