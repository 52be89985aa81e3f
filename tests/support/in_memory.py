"""A source that is a value of the test's: what it has none of is said here once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cardwarden.sources.source import BookRef, Fetched, Missed
from cardwarden.sources.watched import WatchTarget


class InMemory:
    """What every source has, for one that lies on no disk and asks no server; `books` and `observe` are the test's."""

    name: str = "memory"
    host: str = ""
    path: Path | None = None
    watch: WatchTarget | None = None

    def begin(self) -> None:
        """It counts nothing."""

    def close(self) -> None:
        """It holds nothing open."""

    def keeps(self, book: BookRef) -> bool:
        return True

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        return frozenset()

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> Iterable[Fetched | Missed]:
        return ()
