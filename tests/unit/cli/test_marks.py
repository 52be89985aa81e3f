"""What changed inside a value is marked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from cardwarden.cli import plain_marks
from cardwarden.cli.marks import carets, marked_texts, marked_within
from cardwarden.text import columns
from support.command import program
from support.lived import lived
from support.terminal import copy_on_terminal


def what(text: Text) -> str:
    """The text with its marks as brackets."""
    plain = text.plain
    for span in sorted(text.spans, key=lambda span: -span.start):
        plain = f"{plain[: span.start]}[{plain[span.start : span.end]}]{plain[span.end :]}"
    return plain.replace("[]", "")


@pytest.mark.parametrize(
    ("before", "after", "was", "now"),
    [
        ("186090-1234-6000", "+186090-1234-6000", "186090-1234-6000", "[+]186090-1234-6000"),
        ("03-1234-5601", "03-1234-5607", "03-1234-560[1]", "03-1234-560[7]"),
        ("佐藤 花子", "佐藤 花代", "佐藤 花[子]", "佐藤 花[代]"),
        ("Jose", "Jose\u0301", "Jos[e]", "Jos[e\u0301]"),
        ("same", "same", "same", "same"),
        ("abc", "xyz", "abc", "xyz"),
        ("", "new", "", "new"),
    ],
)
def test_only_what_changed_is_marked(before: str, after: str, was: str, now: str) -> None:
    assert tuple(map(what, marked_texts(before, after))) == (was, now)


def test_a_line_with_both_values_is_marked_in_both() -> None:
    assert what(marked_within("Tel: 12345 → 12346", "12345", "12346")) == "Tel: 1234[5] → 1234[6]"


@pytest.mark.parametrize(("before", "after"), [(None, "1"), ("1", None), ("12", "99"), ("cut…", "1")])
def test_a_line_without_both_values_stays_as_it_is(before: str | None, after: str | None) -> None:
    assert what(marked_within("Tel: 12 → 13", before, after)) == "Tel: 12 → 13"


def test_one_letter_is_found_in_a_long_value() -> None:
    assert what(marked_texts("a" * 100_000, "b" + "a" * 100_000)[1]).startswith("[b]aa")


def test_two_long_values_are_not_compared_letter_by_letter() -> None:
    assert "[" not in what(marked_texts("ab" * 50_000, "ba" * 50_001)[1])


@pytest.mark.parametrize(
    ("line", "before", "after", "encoding", "below"),
    [
        ("was 12345 → 12346", "12345", "12346", "utf-8", "        ^       ^"),
        ("佐藤 花子 → 佐藤 花代", "佐藤 花子", "佐藤 花代", "utf-8", "       ^^          ^^"),
        ("Jose → Jose\u0301", "Jose", "Jose\u0301", "utf-8", "   ^      ^"),
        ("Jose → Josa", "Jose", "Josa", "ascii", "   ^       ^"),
        ("花1 → 花2", "花1", "花2", "ascii", "      ^          ^"),
        ("Tel: 12 → 13", None, "13", "utf-8", ""),
    ],
)
def test_where_no_style_can_be_shown_carets_stand_below_what_changed(
    line: str, before: str | None, after: str | None, encoding: str, below: str
) -> None:
    plain_marks.register()
    assert carets(marked_within(line, before, after), encoding, plain_marks.ERRORS) == below


@pytest.mark.parametrize("words", [("show", "1"), ("history", "--card", "anna")])
def test_a_pipe_gets_carets_and_no_styles(tmp_path: Path, words: tuple[str, ...]) -> None:
    world = lived(tmp_path / "world")
    with program(*words, "--config", str(world.config)) as process:
        lines = process.communicate(timeout=30)[0].splitlines()
    [place] = [number for number, line in enumerate(lines) if line.endswith("+49 30 901821")]
    assert lines[place + 1] == " " * (len(lines[place]) - 1) + "^"
    assert "\x1b" not in "".join(lines)


def test_the_list_of_findings_says_from_what_to_what_and_fits(tmp_path: Path) -> None:
    world = lived(tmp_path / "world")
    with program("findings", "--config", str(world.config)) as process:
        said = process.communicate(timeout=30)[0]
    assert "+49 30 901820 → +49 30 901821" in said
    assert max(map(columns, said.splitlines())) <= 80
    with copy_on_terminal("findings", HOME=str(tmp_path), CARDWARDEN_CONFIG=str(world.config)) as terminal:
        assert terminal.ends() == 0
    assert re.search(rb"90182\x1b\[4;31m0\x1b\[0m \S+ \+49 30 90182\x1b\[4;32m1\x1b\[0m", terminal.raw)


@given(st.text(max_size=30), st.text(max_size=30))
def test_marking_changes_no_character(before: str, after: str) -> None:
    was, now = marked_texts(before, after)
    assert (was.plain, now.plain) == (Text(before).plain, Text(after).plain)
