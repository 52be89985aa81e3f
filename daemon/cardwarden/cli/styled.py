"""Text of which some parts have a style, and how a terminal is told to show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ATTRIBUTES: Final = {"bold": "1", "dim": "2", "underline": "4"}
_COLOURS: Final = {"red": "31", "green": "32", "yellow": "33", "cyan": "36"}
"""What a terminal calls them: ECMA-48, 8.3.117 (SGR)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The letters from `start` up to `end` have a style, such as "bold red": words that `shown` knows."""

    start: int
    end: int
    style: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and the styles of its parts, in their order; they do not overlap."""

    plain: str = ""
    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.plain)

    def __add__(self, other: Text | str) -> Text:
        if isinstance(other, str):
            return Text(self.plain + other, self.spans)
        return Text(self.plain + other.plain, self.spans + tuple(_moved(other.spans, len(self.plain))))

    def part(self, start: int, end: int) -> Text:
        """The letters from `start` up to `end`, with their styles."""
        within = (Span(max(span.start, start), min(span.end, end), span.style) for span in self.spans)
        return Text(self.plain[start:end], tuple(_moved((span for span in within if span.start < span.end), -start)))


def _moved(spans: Iterator[Span] | tuple[Span, ...], by: int) -> Iterator[Span]:
    return (Span(span.start + by, span.end + by, span.style) for span in spans)


def styled(text: str, style: str) -> Text:
    """A text that has one style throughout; "" is none."""
    return Text(text, (Span(0, len(text), style),) if text and style else ())


def shown(text: Text, style: str = "", *, colours: bool) -> str:
    """A text as a terminal shows it with its styles, all of it in `style`, too; a part's own colour goes before that one."""
    pieces: list[str] = []
    place = 0
    for span in text.spans:
        pieces.append(_coded(text.plain[place : span.start], style, colours=colours))
        pieces.append(_coded(text.plain[span.start : span.end], f"{style} {span.style}", colours=colours))
        place = span.end
    return "".join([*pieces, _coded(text.plain[place:], style, colours=colours)])


def _coded(text: str, style: str, *, colours: bool) -> str:
    words = style.split()
    attributes = [_ATTRIBUTES[word] for word in dict.fromkeys(words) if word not in _COLOURS]
    colour = [_COLOURS[word] for word in words if word in _COLOURS][-1:] if colours else []
    codes = ";".join([*attributes, *colour])
    return f"\x1b[{codes}m{text}\x1b[0m" if text and codes else text
