"""Parts of a text have styles, and a terminal is told so in its own codes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.cli.styled import Span, Text, shown, styled

STYLES = ("", "bold", "dim", "cyan", "bold red", "red underline", "green underline", "yellow")
TEXTS = st.lists(st.tuples(st.text(st.characters(exclude_characters="\x1b"), max_size=4), st.sampled_from(STYLES)))


def joined(parts: list[tuple[str, str]]) -> Text:
    """Parts with their styles as one text."""
    return sum((styled(text, style) for text, style in parts), Text())


def letters(text: Text) -> list[tuple[str, str]]:
    """Each letter with its style."""
    styles = {place: span.style for span in text.spans for place in range(span.start, span.end)}
    return [(letter, styles.get(place, "")) for place, letter in enumerate(text.plain)]


@given(TEXTS)
def test_parts_keep_their_styles_when_they_are_joined(parts: list[tuple[str, str]]) -> None:
    assert letters(joined(parts)) == [(letter, style) for text, style in parts for letter in text]


@given(TEXTS, st.integers(0, 20), st.integers(0, 20))
def test_a_part_has_the_letters_and_styles_that_it_had(parts: list[tuple[str, str]], start: int, size: int) -> None:
    whole = joined(parts)
    part = whole.part(start, start + size)
    assert letters(part) == letters(whole)[start : start + size]
    assert all(0 <= span.start < span.end <= len(part.plain) for span in part.spans)


@given(TEXTS, st.sampled_from(STYLES), st.booleans())
def test_a_terminal_shows_all_letters_and_ends_each_style(
    parts: list[tuple[str, str]], style: str, colours: bool
) -> None:
    said = shown(joined(parts), style, colours=colours)
    assert re.sub(r"\x1b\[[0-9;]*m", "", said) == joined(parts).plain
    begun = re.findall(r"\x1b\[([0-9;]*)m", said)
    assert begun[1::2] == ["0"] * (len(begun) // 2)
    assert colours or not any(len(code) == 2 for codes in begun for code in codes.split(";"))


@pytest.mark.parametrize(
    ("text", "style", "codes"),
    [
        (Text("a"), "", "a"),
        (styled("a", "bold red"), "", "\x1b[1;31ma\x1b[0m"),
        (Text("12") + styled("3", "red underline"), "", "12\x1b[4;31m3\x1b[0m"),
        (Text("a") + styled("b", "yellow") + "c", "bold", "\x1b[1ma\x1b[0m\x1b[1;33mb\x1b[0m\x1b[1mc\x1b[0m"),
        (Text("a") + styled("b", "green underline"), "yellow", "\x1b[33ma\x1b[0m\x1b[4;32mb\x1b[0m"),
        (Text(""), "bold", ""),
    ],
)
def test_a_style_is_told_in_the_codes_of_ecma_48(text: Text, style: str, codes: str) -> None:
    assert shown(text, style, colours=True) == codes


def test_without_colours_what_is_marked_stays_underlined() -> None:
    assert shown(styled("3", "red underline"), colours=False) == "\x1b[4m3\x1b[0m"


def test_a_style_that_is_none_is_a_bug() -> None:
    with pytest.raises(KeyError):
        shown(Text("a", (Span(0, 1, "boldly"),)), colours=True)
