"""What every command prints with: plain lines, tables and JSON that no name or terminal can break."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

import click

from cardwarden.cli.marks import carets
from cardwarden.cli.speech import BOUND, bound, sentence
from cardwarden.cli.styled import Text, shown, styled
from cardwarden.cli.wrapping import wrapped
from cardwarden.detect.finding import Severity
from cardwarden.phrases.phrase import Value, phrase
from cardwarden.text import columns

if TYPE_CHECKING:
    from cardwarden.actions.queries.documents import Document

_STYLES = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan", Severity.INFO: "dim"}
INDENT: Final = 5
"""Columns from the left to what stands below a head, such as an event's."""
_WIDTH: Final = 80
_GAP: Final = "   "
_WITHOUT_STYLES: Final = {"dumb", "unknown"}
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


@dataclass(frozen=True, slots=True)
class _Screen:
    """Standard output as it is now: 80 columns and no styles if it is no terminal, only underlined and bold with NO_COLOR."""

    width: int
    is_terminal: bool
    has_styles: bool
    has_colours: bool

    def write(self, line: Text, style: str = "") -> None:
        """Write a line as it is, at once: what goes to standard error stays behind it."""
        sys.stdout.write((shown(line, style, colours=self.has_colours) if self.has_styles else line.plain) + "\n")
        sys.stdout.flush()


def _screen() -> _Screen:
    if not sys.stdout.isatty():
        return _Screen(_WIDTH, is_terminal=False, has_styles=False, has_colours=False)
    width = shutil.get_terminal_size((_WIDTH, 0)).columns
    has_styles = os.environ.get("TERM", "") not in _WITHOUT_STYLES
    return _Screen(width, is_terminal=True, has_styles=has_styles, has_colours=not os.environ.get("NO_COLOR"))


def say(text: str | Text = "", style: str = "") -> None:
    """A line or a paragraph, wrapped on a terminal and whole elsewhere; the caller made a card's text harmless."""
    screen = _screen()
    for line in _wrapped(text, screen.width) if screen.is_terminal else [_unbound(text)]:
        screen.write(line, style)


def say_whole(line: str, by: int = 0, style: str = "") -> None:
    """What is typed or written as it stands, on a line of its own: it is never broken, so that it can be copied."""
    _screen().write(Text(" " * by + line), style)


def tell(said: Value, style: str = "") -> None:
    """A line or a paragraph, wrapped on a terminal; a command in it stays in one piece, to be copied."""
    say(bound(said), style)


def say_indented(text: str | Text, by: int, style: str = "") -> None:
    """Paragraphs that are wrapped, to 80 columns if there is no terminal, and begin `by` columns from the left."""
    screen = _screen()
    for line in _wrapped(text, screen.width - by):
        screen.write(Text(" " * by) + line, style)


def say_value(text: str | Text, by: int) -> None:
    """What a contact says: as an indented paragraph, of which a long word goes on in the next line.

    If no styles can be shown, as in a pipe, what is marked has carets below it.
    """
    screen = _screen()
    for line in _wrapped(text, screen.width - by, whole=False):
        indented = Text(" " * by) + line
        screen.write(indented)
        if not screen.has_styles and (
            below := carets(indented, sys.stdout.encoding or "utf-8", sys.stdout.errors or "strict")
        ):
            screen.write(Text(below))


def tell_indented(said: Value, by: int, style: str = "") -> None:
    """The same, `by` columns from the left."""
    say_indented(bound(said), by, style)


def say_hanging(head: str, text: str, style: str = "") -> None:
    """A paragraph that stands to the right of its head, such as "ok  "."""
    screen = _screen()
    first, *others = _wrapped(text, screen.width - columns(head)) if screen.is_terminal else [Text(text)]
    screen.write(Text(head) + first, style)
    for line in others:
        screen.write(Text(" " * columns(head)) + line, style)


def _wrapped(text: str | Text, width: int, *, whole: bool = True) -> list[Text]:
    """Lines that keep their styles."""
    styled_text = text if isinstance(text, Text) else Text(text)
    lines: list[Text] = []
    place = 0
    for line in wrapped(styled_text.plain, width, whole=whole):
        place = styled_text.plain.index(line, place)
        lines.append(_unbound(styled_text.part(place, place + len(line))))
        place += len(line)
    return lines


def _unbound(text: str | Text) -> Text:
    """With blanks again if no line may break."""
    if isinstance(text, str):
        return Text(text.replace(BOUND, " "))
    return Text(text.plain.replace(BOUND, " "), text.spans)


def within(text: str, margin: int = 0) -> str:
    """A text in lines that fit the terminal, for what does not print by itself, such as a prompt."""
    return "\n".join(wrapped(text, _screen().width - margin))


def show_panel(text: Text, width: int, title: str = "") -> None:
    """A text in a frame of at most so many columns, as a screen shows a message, with a title in its edge."""
    screen = _screen()
    width = min(width, screen.width)
    edge = f" {title} " if title else ""
    screen.write(Text(f"╭─{edge}{'─' * (width - 3 - columns(edge))}╮"))
    for line in _wrapped(text, width - 4, whole=False):
        screen.write(Text("│ ") + line + " " * (width - 4 - columns(line.plain)) + " │")
    screen.write(Text(f"╰{'─' * (width - 2)}╯"))


def table(columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> None:
    """Rows under headings, within the terminal's width (80 columns elsewhere); long cells go on in the next line."""
    screen = _screen()
    headings = [styled(sentence(phrase(f"column-{column.name}")), "bold") for column in columns]
    cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    widths = _widths(columns, [headings, *cells], screen.width - len(_GAP) * (len(columns) - 1))
    for line in _lines(columns, headings, widths):
        screen.write(line)
    screen.write(Text("─" * (sum(widths) + len(_GAP) * (len(widths) - 1))))
    for row in cells:
        for line in _lines(columns, row, widths):
            screen.write(line)


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Text]], room: int) -> list[int]:
    """How wide each column is if all have so much room: the widest are narrowed first, those that stay whole last."""
    widths = [max(1, min(room, max(map(_width_of, cells)))) for cells in zip(*rows, strict=True)]
    for narrowed in ([place for place, column in enumerate(columns) if not column.whole], range(len(columns))):
        while sum(widths) > room and any(widths[place] > 1 for place in narrowed):
            widths[max(narrowed, key=widths.__getitem__)] -= 1
    return widths


def _width_of(cell: Text) -> int:
    return max(map(columns, cell.plain.split("\n")))


def _lines(columns: Sequence[Column], row: Sequence[Text], widths: Sequence[int]) -> Iterator[Text]:
    """A row's lines: the cells side by side."""
    broken = [_broken(cell, width) for cell, width in zip(row, widths, strict=True)]
    for lines in zip_longest(*broken, fillvalue=Text()):
        placed = [_placed(*cell) for cell in zip(lines, widths, columns, strict=True)]
        yield reduce(lambda left, right: left + _GAP + right, placed)


def _broken(cell: Text, width: int) -> list[Text]:
    return [cell] if _width_of(cell) <= width and "\n" not in cell.plain else _wrapped(cell, width, whole=False)


def _placed(line: Text, width: int, column: Column) -> Text:
    blanks = " " * (width - columns(line.plain))
    return Text(blanks) + line if column.right else line + blanks


def severity(value: Severity) -> Text:
    """A severity's word in its colour."""
    return styled(sentence(phrase(f"severity-{value.word}")), _STYLES[value])


def print_json(document: Document) -> None:
    """One JSON object, indented, in every script's own letters; what could act on a terminal is escaped, not lost."""
    from cardwarden.actions.queries.documents import plain  # noqa: PLC0415 - only for `--json`

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(plain(document), ensure_ascii=not utf8, indent=2)
    click.echo(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))
