"""What rich draws for a terminal, and what has marks or no room elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NoReturn, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cardwarden.cli.marks import carets
from cardwarden.cli.output import WIDTH, Column, unbound, write
from cardwarden.cli.wrapping import wrapped
from cardwarden.text import columns


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError  # rich would end the program with 1, which says that something is open


def _console() -> Console:
    """Standard output as it is now: 80 columns and no styles if it is no terminal, only underlined and bold with NO_COLOR."""
    return _console_on(sys.stdout, plain=bool(os.environ.get("NO_COLOR")))


@lru_cache(maxsize=1)
def _console_on(file: TextIO, *, plain: bool) -> Console:
    """One for all lines: to make it takes longer than to print with it."""
    terminal = file.isatty()
    return _Console(
        file=file,
        force_terminal=terminal,
        color_system="auto" if terminal else None,
        no_color=plain,
        width=None if terminal else WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
    )


def width() -> int:
    """The columns that there are."""
    return _console().width


def draw(drawing: RenderableType) -> None:
    """Anything that rich can draw."""
    _console().print(drawing)


def draw_line(line: str | Text, style: str = "") -> None:
    """A line as it is."""
    console = _console()
    text = Text(line) if isinstance(line, str) else line
    if console.color_system is None:
        write([text.plain])
    else:
        console.print(text, style=style or None, soft_wrap=True)


def draw_paragraph(text: str | Text, by: int = 0, style: str = "") -> None:
    """Paragraphs that are wrapped, `by` columns from the left."""
    for line in _wrapped(text, width() - by):
        draw_line(Text(" " * by).append_text(line), style)


def draw_value(text: str | Text, by: int) -> None:
    """What a contact says, wrapped so; if no styles can be shown, what is marked has carets below it."""
    console = _console()
    for line in _wrapped(text, console.width - by, whole=False):
        whole = Text(" " * by).append_text(line)
        draw_line(whole)
        if console.color_system is None and (
            below := carets(whole, sys.stdout.encoding or "utf-8", sys.stdout.errors or "strict")
        ):
            draw_line(below)


def draw_hanging(head: str, text: str, style: str = "") -> None:
    """A paragraph that stands to the right of its head."""
    first, *others = _wrapped(text, width() - columns(head))
    draw_line(Text(head).append_text(first), style)
    for line in others:
        draw_line(Text(" " * columns(head)).append_text(line), style)


def draw_table(kinds: Sequence[Column], heads: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Rows under headings; long cells go on in the next line."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column, head in zip(kinds, heads, strict=True):
        side: Literal["left", "right"] = "right" if column.right else "left"
        grid.add_column(Text(head), justify=side, no_wrap=column.whole, overflow="fold")
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    draw(grid)


def _wrapped(text: str | Text, width: int, *, whole: bool = True) -> list[Text]:
    """Lines that keep their styles."""
    styled = text if isinstance(text, Text) else Text(text)
    lines: list[Text] = []
    place = 0
    for line in wrapped(styled.plain, width, whole=whole):
        place = styled.plain.index(line, place)
        piece = styled[place : place + len(line)]
        lines.append(Text(unbound(piece.plain), style=piece.style, spans=piece.spans))
        place += len(line)
    return lines
