"""Long work on a terminal: a bar with count, rate and time left, on standard error. The only module that draws one."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from cardwarden.cli.texts import work_text
from cardwarden.progress import SILENT, Progress, Work

PATIENCE = 0.5  # seconds: what is done sooner needs no bar
REFRESHED = 5.0  # times a second


class _Count(MofNCompleteColumn):
    def render(self, task: Task) -> Text:
        return super().render(task) if task.total is not None or task.completed else Text()


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(work_text("rate", count=f"{speed:,.0f}") if speed else "")


class _Bar:
    """Shows a bar once the work takes longer than a moment."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._began = time.perf_counter()
        self._task: TaskID | None = None
        self._work: tuple[Work, int | None] | None = None
        self._done = 0

    def begin(self, work: Work, total: int | None = None) -> None:
        self._work, self._done = (work, total), 0
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        self._show()

    def advance(self, count: int = 1) -> None:
        self._done += count
        if self._task is None:
            self._show()
        else:
            self._bars.advance(self._task, count)

    def _show(self) -> None:
        if self._work is None or time.perf_counter() - self._began < PATIENCE:
            return
        work, total = self._work
        self._task = self._bars.add_task(work_text(work.value), total=total, completed=self._done)
        self._bars.start()


@contextmanager
def showing(*, quiet: bool = False) -> Iterator[Progress]:
    """What long work tells of itself, as a bar while the block runs; nothing if standard error is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield SILENT
        return
    bars = Bars(
        TextColumn("{task.description}"), BarColumn(bar_width=None), _Count(), _Rate(), TimeRemainingColumn(),
        console=Console(file=sys.stderr, force_terminal=True), transient=True, refresh_per_second=REFRESHED,
    )  # fmt: skip
    try:
        yield _Bar(bars)
    finally:
        bars.stop()
