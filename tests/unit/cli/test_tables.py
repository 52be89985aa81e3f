"""A table in a pipe is drawn without rich if all of it has room, and is the one that rich draws."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.cli.drawing import draw_table
from cardwarden.cli.output import Column, lined_up
from cardwarden.text import harmless

COLUMNS = [Column("id", right=True, whole=True), Column("contact"), Column("what")]
HEADS = ["ID", "連絡先", "What"]


def drawn(rows: list[list[str]]) -> list[str]:
    with redirect_stdout(io.StringIO()) as out:
        draw_table(COLUMNS, HEADS, rows)
    return out.getvalue().splitlines()


LINES = st.text(max_size=24).map(harmless)
CELLS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)


@given(st.lists(st.tuples(LINES, CELLS, CELLS).map(list), max_size=4))
def test_what_has_room_is_lined_up_as_rich_draws_it(rows: list[list[str]]) -> None:
    lines = lined_up(COLUMNS, HEADS, rows)
    assert lines is None or lines == drawn(rows)


@pytest.mark.parametrize("name", ["Anna Müller", "山田 花子", "विजय कुमार", "👩‍👩‍👧 Family", "e\u0301" * 8, ""])
def test_names_in_all_scripts_are_lined_up_as_rich_draws_them(name: str) -> None:
    rows = [["1", name, "was 1\nis 2"], ["12", "Tom", name]]
    lines = lined_up(COLUMNS, HEADS, rows)
    assert lines
    assert lines == drawn(rows)


def test_what_has_no_room_is_left_to_rich() -> None:
    room = 80 - len("ID") - len("What") - 2 * 3
    assert lined_up(COLUMNS, HEADS, [["1", "x" * room, ""]]) == drawn([["1", "x" * room, ""]])
    assert lined_up(COLUMNS, HEADS, [["1", "x" * (room + 1), ""]]) is None
