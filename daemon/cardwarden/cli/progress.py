"""Long work on a terminal: a bar with count, rate and time left, on standard error. The only module that shows one."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cardwarden.cli.texts import work_text
from cardwarden.progress import SILENT, Progress, Work

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

PATIENCE = 0.5  # seconds: what is done sooner needs no bar
REFRESHED = 5.0  # times a second


class _Bar:
    """Shows a bar once the work takes longer than a moment."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._began = time.perf_counter()
        self._task: TaskID | None = None
        self._work: tuple[Work, int | None] | None = None
        self._done = 0

    def begin(self, work: Work, total: int | None = None) -> None:
        self._work, self._done = (work, total), 0
        if self._bars is not None and self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        self._show()

    def advance(self, count: int = 1) -> None:
        self._done += count
        if self._bars is None or self._task is None:
            self._show()
        else:
            self._bars.advance(self._task, count)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()

    def _show(self) -> None:
        if self._work is None or time.perf_counter() - self._began < PATIENCE:
            return
        if self._bars is None:
            from cardwarden.cli.bars import bars  # noqa: PLC0415 - most work is done before there is a bar

            self._bars = bars(REFRESHED)
        work, total = self._work
        self._task = self._bars.add_task(work_text(work.value), total=total, completed=self._done)
        self._bars.start()


@contextmanager
def showing(*, quiet: bool = False) -> Iterator[Progress]:
    """What long work tells of itself, as a bar while the block runs; nothing if standard error is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield SILENT
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.stop()
