"""Rows stand under headings and fit the terminal."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.cli.output import Column, table
from cardwarden.cli.styled import Text
from cardwarden.text import columns

CELLS = st.text(st.sampled_from("ab 花子\n.-"), max_size=60)
ROOM = 80


def drawn(capsys: pytest.CaptureFixture[str], heads: Sequence[Column], *rows: Sequence[str | Text]) -> list[str]:
    """The lines of a table where there is no terminal."""
    table(heads, rows)
    return capsys.readouterr().out.splitlines()


def test_numbers_stand_to_the_right_and_words_to_the_left(capsys: pytest.CaptureFixture[str]) -> None:
    heads = [Column("contact"), Column("cards", right=True)]
    assert drawn(capsys, heads, ["Anna", "7"], ["花子", "1,000"]) == [
        "Contact   Cards",
        "───────────────",
        "Anna          7",
        "花子      1,000",
    ]


def test_a_long_cell_goes_on_in_the_next_line_and_a_whole_one_never(capsys: pytest.CaptureFixture[str]) -> None:
    heads = [Column("when", whole=True), Column("contact")]
    assert drawn(capsys, heads, ["27 Nov 2026 at 19:29", "word " * 20])[2:] == [
        "27 Nov 2026 at 19:29   " + "word " * 11 + "  ",
        " " * 23 + "word " * 9 + " " * 12,
    ]


def test_a_line_that_ends_in_a_cell_ends_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert drawn(capsys, [Column("contact"), Column("state")], ["one\ntwo", "open"])[2:] == [
        "one       open ",
        "two            ",
    ]


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=3))
def test_every_table_fits_and_says_all_that_its_cells_say(rows: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        said: list[str] = []
        patch.setattr("sys.stdout.write", said.append, raising=False)
        table([Column("contact"), Column("field", right=True), Column("before"), Column("state", whole=True)], rows)
    lines = "".join(said).splitlines()
    assert max(map(columns, lines)) <= ROOM
    letters = sorted("".join(cell for row in rows for cell in row).replace(" ", "").replace("\n", ""))
    assert sorted("".join(lines[2:]).replace(" ", "")) == letters
