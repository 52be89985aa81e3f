"""A source that tells how far its reading has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from cardwarden.progress import Progress, Work
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation, Source


def counted_source(source: Source, progress: Progress) -> Source:
    """The same source; each member that is read is a step, and after the last one the judging begins."""
    return cast("Source", _Counted(source, progress))


class _Counted:
    """Hands everything on but what reads, whatever else a source can be asked."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self._source = source
        self._progress = progress

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        self._progress.begin(Work.READING)
        return self._source.unchanged(tokens)

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        self._progress.begin(Work.READING)
        seen = self._source.observe(book, known, deep=deep)
        only = seen.only
        return replace(
            seen,
            bodies=self._bodies(lambda: seen.bodies, lambda: len(seen.members) if deep or not known.members else None),
            only=(lambda hrefs: self._bodies(lambda: only(hrefs), lambda: None)) if only else None,
        )

    def _bodies(
        self, bodies: Callable[[], Iterable[Fetched | Missed]], total: Callable[[], int | None]
    ) -> Iterator[Fetched | Missed]:
        self._progress.begin(Work.READING, total())
        for body in bodies():
            yield body
            self._progress.advance()
        self._progress.begin(Work.JUDGING)
