"""What every command prints with: plain lines, tables and JSON that no name or terminal can break.

What goes to a file or a pipe is written here; what is styled, or has to be fitted into a terminal, is drawn (`drawing`).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from cardwarden.cli.speech import BOUND, bound, sentence
from cardwarden.cli.wrapping import wrapped
from cardwarden.phrases.phrase import Value, phrase

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from cardwarden.actions.queries.documents import Document

# `drawing` loads rich, which who writes into a pipe mostly does without.

INDENT: Final = 5
"""Columns from the left to what stands below a head, such as an event's."""
WIDTH: Final = 80
"""Columns of what is no terminal."""
_BETWEEN: Final = 3  # columns between two of a table
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


def say(text: str | Text = "", style: str = "") -> None:
    """A line or a paragraph, wrapped on a terminal and whole elsewhere; the caller made a card's text harmless."""
    if not sys.stdout.isatty():
        write([unbound(_plain(text))])
        return
    from cardwarden.cli import drawing  # noqa: PLC0415

    drawing.draw_paragraph(text, style=style)


def say_whole(line: str, by: int = 0, style: str = "") -> None:
    """What is typed or written as it stands, on a line of its own: it is never broken, so that it can be copied."""
    if not sys.stdout.isatty():
        write([" " * by + line])
        return
    from cardwarden.cli import drawing  # noqa: PLC0415

    drawing.draw_line(" " * by + line, style)


def tell(said: Value, style: str = "") -> None:
    """A line or a paragraph, wrapped on a terminal; a command in it stays in one piece, to be copied."""
    say(bound(said), style)


def say_indented(text: str | Text, by: int, style: str = "") -> None:
    """Paragraphs that are wrapped, to 80 columns if there is no terminal, and begin `by` columns from the left."""
    if not sys.stdout.isatty():
        write(" " * by + unbound(line) for line in wrapped(_plain(text), WIDTH - by))
        return
    from cardwarden.cli import drawing  # noqa: PLC0415

    drawing.draw_paragraph(text, by, style)


def say_value(text: str | Text, by: int) -> None:
    """What a contact says: as an indented paragraph, of which a long word goes on in the next line.

    If no styles can be shown, as in a pipe, what is marked has carets below it.
    """
    from cardwarden.cli import drawing  # noqa: PLC0415

    drawing.draw_value(text, by)


def tell_indented(said: Value, by: int, style: str = "") -> None:
    """The same as `tell`, `by` columns from the left."""
    say_indented(bound(said), by, style)


def say_hanging(head: str, text: str, style: str = "") -> None:
    """A paragraph that stands to the right of its head, such as "ok  "."""
    if not sys.stdout.isatty():
        write([head + text])
        return
    from cardwarden.cli import drawing  # noqa: PLC0415

    drawing.draw_hanging(head, text, style)


def within(text: str, margin: int = 0) -> str:
    """A text in lines that fit the terminal, for what does not print by itself, such as a prompt."""
    from cardwarden.cli import drawing  # noqa: PLC0415

    return "\n".join(wrapped(text, drawing.width() - margin))


def show(drawn: RenderableType) -> None:
    """Anything that rich can draw."""
    from cardwarden.cli import drawing  # noqa: PLC0415

    drawing.draw(drawn)


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> None:
    """Rows under headings, within the terminal's width (80 columns elsewhere); long cells go on in the next line."""
    heads = [sentence(phrase(f"column-{column.name}")) for column in columns]
    cells = list(rows)
    if not sys.stdout.isatty() and (lines := lined_up(columns, heads, cells)) is not None:
        write(lines)
        return
    from cardwarden.cli import drawing  # noqa: PLC0415

    drawing.draw_table(columns, heads, cells)


def lined_up(columns: Sequence[Column], heads: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> list[str] | None:
    """The lines of a table as rich draws it without styles; None if something is wider than there is room."""
    from rich.cells import cell_len  # noqa: PLC0415 - that much of rich loads at once

    if not (sys.stdout.encoding or "utf-8").lower().startswith("utf"):
        return None  # rich draws its rule with other signs then
    cells = [[[head] for head in heads], *([_plain(cell).split("\n") for cell in row] for row in rows)]
    widths = [max(cell_len(line) for row in cells for line in row[place]) for place in range(len(columns))]
    room = sum(widths) + _BETWEEN * (len(columns) - 1)
    if room > WIDTH:
        return None
    lines: list[str] = []
    for row in cells:
        for number in range(max(map(len, row))):
            line = []
            for column, width, cell in zip(columns, widths, row, strict=True):
                piece = cell[number] if number < len(cell) else ""
                piece = piece.rstrip() if column.right else piece
                blank = " " * (width - cell_len(piece))
                line.append(blank + piece if column.right else piece + blank)
            lines.append((" " * _BETWEEN).join(line))
    return [lines[0], "─" * room, *lines[1:]]


def write(lines: Iterable[str]) -> None:
    """Lines as they stand, at once: what goes to standard error stays behind them."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def unbound(text: str) -> str:
    """With blanks again if no line may break."""
    return text.replace(BOUND, " ")


def _plain(text: str | Text) -> str:
    return text if isinstance(text, str) else text.plain


def print_json(document: Document) -> None:
    """One JSON object, indented, in every script's own letters; what could act on a terminal is escaped, not lost."""
    from cardwarden.actions.queries.documents import json_value  # noqa: PLC0415 - only for `--json`

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(json_value(document), ensure_ascii=not utf8, indent=2)
    click.echo(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))
