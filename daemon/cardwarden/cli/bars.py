"""How a bar looks that shows long work on a terminal. Apart from what shows it, for drawing it takes long to load."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from cardwarden.cli.texts import work_text


class _Count(MofNCompleteColumn):
    def render(self, task: Task) -> Text:
        return super().render(task) if task.total is not None or task.completed else Text()


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(work_text("rate", count=f"{speed:,.0f}") if speed else "")


def bars(refreshed: float) -> Progress:
    """Bars on standard error, drawn anew so many times a second; nothing is left of them when they stop."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=None), _Count(), _Rate(), TimeRemainingColumn(),
        console=Console(file=sys.stderr, force_terminal=True), transient=True, refresh_per_second=refreshed,
    )  # fmt: skip
