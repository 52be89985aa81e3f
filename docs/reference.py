"""Pages of the guide that are made of the program's own texts: its commands, its settings, its JSON.

`make sample` writes them anew; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cardwarden.cli import contract
from cardwarden.cli.manual import Block, ManualEntry, Paragraph, Section, Typed, command_line, configuration

HERE: Final = Path(__file__).parent / "reference"
_LEFT_OUT: Final = {"See also"}
"""What only somebody at a terminal needs."""


def pages() -> dict[str, str]:
    """Every page that is made, by its name in `docs/reference`."""
    return {
        "commands.md": _page("Commands", command_line()),
        "settings.md": _page("Settings", configuration()),
        "json.md": contract.page(),
        "documents.schema.json": contract.schema_text(),
    }


def _page(title: str, blocks: Iterable[Block]) -> str:
    lines = [f"# {title}", "", "% Made of the program's own texts by docs/reference.py: make sample", ""]
    left_out = False
    for block in blocks:
        if isinstance(block, Section):
            left_out = block.title in _LEFT_OUT
        if not left_out:
            lines += [*_lines(block), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _lines(block: Block) -> list[str]:
    match block:
        case Section(title, level):
            plain = title if title[0].isupper() else f"`{title}`"
            return [f"{'#' * (level + 1)} {plain}"]
        case Paragraph(text):
            return [_safe(text)]
        case ManualEntry(name, value, about):
            names = ", ".join(f"`{one}{value}`" for one in name.split(", "))
            return [names, f": {_safe(about) or '(no more than its name says)'}"]
        case Typed(language, lines):
            return [f"```{language}", *lines, "```"]


def _safe(text: str) -> str:
    """Text in which nothing but `this` is Markdown's, and an address is a link."""
    pieces = text.split("`")
    for number in range(0, len(pieces), 2):
        for mark in "\\*_[]<>":
            pieces[number] = pieces[number].replace(mark, f"\\{mark}")
    return "`".join(pieces)


def write() -> None:
    """Write all of them anew."""
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
