"""Lines that fit, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.cli.wrapping import wrapped
from cardwarden.text import columns

TEXTS = st.text(st.sampled_from("ab 、。（）漢字カーé\u0301-/\n"), max_size=80)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("", 7, [""]),
        ("  in\nnext", 7, ["  in", "next"]),
        ("漢字漢字漢字", 5, ["漢字", "漢字", "漢字"]),
        ("漢字漢字。", 8, ["漢字漢", "字。"]),
        ("（漢字）漢", 6, ["（漢", "字）漢"]),
        ("CardDAVの箱です", 9, ["CardDAVの", "箱です"]),
        ("see /a/long/path now", 6, ["see", "/a/long/path", "now"]),
    ],
)
def test_a_line_is_broken_where_its_script_breaks_lines(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(TEXTS, st.integers(6, 30))
def test_nothing_but_blanks_is_lost_and_what_can_be_broken_fits(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert all(columns(line) <= width or not set(line.strip()[1:-1]) & set(" ") for line in lines)


@given(TEXTS, st.integers(6, 30))
def test_where_words_may_be_cut_every_line_fits(text: str, width: int) -> None:
    lines = wrapped(text, width, whole=False)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert all(columns(line) <= width for line in lines)


def test_a_long_word_begins_behind_what_stands_before_it() -> None:
    assert wrapped("- " + "x" * 12, 8, whole=False) == ["- xxxxxx", "xxxxxx"]
