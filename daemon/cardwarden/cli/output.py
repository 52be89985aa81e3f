"""What every command prints with: plain lines, tables and JSON that no name or terminal can break."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NoReturn, TextIO

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cardwarden.cli.marks import carets
from cardwarden.cli.speech import BOUND, bound, sentence
from cardwarden.cli.wrapping import wrapped
from cardwarden.detect.finding import Severity
from cardwarden.phrases.phrase import Value, phrase
from cardwarden.text import columns

if TYPE_CHECKING:
    from cardwarden.actions.queries.documents import Document

_STYLES = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan", Severity.INFO: "dim"}
INDENT: Final = 5
"""Columns from the left to what stands below a head, such as an event's."""
# Control characters, direction marks, line separators and lone surrogates: JSON may hold them, a terminal should not.
_UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, headed by the phrase `column-NAME`.

    right  its cells stand to the right
    whole  they are never broken or cut
    """

    name: str
    right: bool = False
    whole: bool = False


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
        width=None if terminal else 80,
        markup=False,
        highlight=False,
        emoji=False,
    )


def _write(console: Console, line: Text, style: str = "") -> None:
    """Write a line as it is, at once: what goes to standard error stays behind it."""
    if console.color_system is not None:
        console.print(line, style=style or None, soft_wrap=True)
        return
    console.file.write(f"{line.plain}\n")
    console.file.flush()


def say(text: str | Text = "", style: str = "") -> None:
    """A line or a paragraph, wrapped on a terminal and whole elsewhere; the caller made a card's text harmless."""
    console = _console()
    lines = _wrapped(text, console.width) if console.is_terminal else [_unbound(text)]
    for line in lines:
        _write(console, line, style)


def say_whole(line: str, by: int = 0, style: str = "") -> None:
    """What is typed or written as it stands, on a line of its own: it is never broken, so that it can be copied."""
    _write(_console(), Text(" " * by + line), style)


def tell(said: Value, style: str = "") -> None:
    """A line or a paragraph, wrapped on a terminal; a command in it stays in one piece, to be copied."""
    say(bound(said), style)


def say_indented(text: str | Text, by: int, style: str = "") -> None:
    """Paragraphs that are wrapped, to 80 columns if there is no terminal, and begin `by` columns from the left."""
    console = _console()
    for line in _wrapped(text, console.width - by):
        _write(console, Text(" " * by).append_text(line), style)


def say_value(text: str | Text, by: int) -> None:
    """What a contact says: as an indented paragraph, of which a long word goes on in the next line.

    If no styles can be shown, as in a pipe, what is marked has carets below it.
    """
    console = _console()
    for line in _wrapped(text, console.width - by, whole=False):
        whole = Text(" " * by).append_text(line)
        _write(console, whole)
        if console.color_system is None and (
            below := carets(whole, sys.stdout.encoding or "utf-8", sys.stdout.errors or "strict")
        ):
            _write(console, Text(below))


def tell_indented(said: Value, by: int, style: str = "") -> None:
    """The same, `by` columns from the left."""
    say_indented(bound(said), by, style)


def say_hanging(head: str, text: str, style: str = "") -> None:
    """A paragraph that stands to the right of its head, such as "ok  "."""
    console = _console()
    first, *others = _wrapped(text, console.width - columns(head)) if console.is_terminal else [Text(text)]
    _write(console, Text(head).append_text(first), style)
    for line in others:
        _write(console, Text(" " * columns(head)).append_text(line), style)


def _wrapped(text: str | Text, width: int, *, whole: bool = True) -> list[Text]:
    """Lines that keep their styles."""
    styled = text if isinstance(text, Text) else Text(text)
    lines: list[Text] = []
    place = 0
    for line in wrapped(styled.plain, width, whole=whole):
        place = styled.plain.index(line, place)
        lines.append(_unbound(styled[place : place + len(line)]))
        place += len(line)
    return lines


def _unbound(text: str | Text) -> Text:
    """With blanks again if no line may break."""
    if isinstance(text, str):
        return Text(text.replace(BOUND, " "))
    return Text(text.plain.replace(BOUND, " "), style=text.style, spans=text.spans)


def within(text: str, margin: int = 0) -> str:
    """A text in lines that fit the terminal, for what does not print by itself, such as a prompt."""
    return "\n".join(wrapped(text, _console().width - margin))


def show(drawing: RenderableType) -> None:
    """Anything that rich can draw."""
    _console().print(drawing)


def table(columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> None:
    """Rows under headings, within the terminal's width (80 columns elsewhere); long cells go on in the next line."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        heading = Text(sentence(phrase(f"column-{column.name}")))
        side: Literal["left", "right"] = "right" if column.right else "left"
        grid.add_column(heading, justify=side, no_wrap=column.whole, overflow="fold")
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    _console().print(grid)


def severity(value: Severity) -> Text:
    """A severity's word in its colour."""
    return Text(sentence(phrase(f"severity-{value.word}")), style=_STYLES[value])


def print_json(document: Document) -> None:
    """One JSON object, indented, in every script's own letters; what could act on a terminal is escaped, not lost."""
    from cardwarden.actions.queries.documents import json_value  # noqa: PLC0415 - only for `--json`

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(json_value(document), ensure_ascii=not utf8, indent=2)
    click.echo(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))
