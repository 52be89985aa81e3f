"""A phone's lock screen: which lines of a message it shows."""

from __future__ import annotations

from cardwarden.text import columns

WIDTH, LINES = 40, 4


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """Lines as a phone breaks them: between words if it can, and anywhere in what has no blanks (Japanese)."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            joined = f"{line} {word}" if line else word
            if columns(joined) <= width:
                line = joined
                continue
            if line and (columns(word) <= width and word.isascii()):
                lines.append(line)
                line = word
                continue
            for character in f" {word}" if line else word:
                if columns(line + character) > width:
                    lines.append(line)
                    line = ""
                line += character
        lines.append(line)
    return lines


def shown(body: str) -> str:
    """What stands below the title, as one text without line breaks."""
    return "".join(wrapped(body)[:LINES]).replace(" ", "")
