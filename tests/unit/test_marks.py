"""What changed inside a value, piece by piece."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.marks import Piece, marked
from cardwarden.text import harmless

LONG = "Bring the key, please. " * 200


def shown(pieces: list[Piece]) -> str:
    """The pieces with marks as brackets."""
    return "".join(f"[{piece.text}]" if piece.is_marked else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "was", "now"),
    [
        ("186090", "+186090", "186090", "[+]186090"),
        ("03-5601", "03-5607", "03-560[1]", "03-560[7]"),
        ("Jose", "Jose\u0301", "Jos[e]", "Jos[e\u0301]"),
        ("abc", "xyz", "[abc]", "[xyz]"),
        ("same", "same", "same", "same"),
        (None, "new", "", "new"),
        ("old", None, "old", ""),
        ("\u202eab", "ab", "[<U+202E>]ab", "ab"),
    ],
)
def test_only_what_changed_is_marked(before: str | None, after: str | None, was: str, now: str) -> None:
    assert tuple(map(shown, marked(before, after))) == (was, now)


@pytest.mark.parametrize("place", [0, 2_000, len(LONG)])
def test_one_letter_that_changed_in_a_long_note_is_seen_wherever_it_is(place: int) -> None:
    was, now = marked(f"{LONG[:place]}7{LONG[place:]}", f"{LONG[:place]}8{LONG[place:]}")
    assert ("[7]" in shown(was), "[8]" in shown(now)) == (True, True)
    assert max(len(shown(was)), len(shown(now))) < 400
    assert shown(was).replace("[7]", "") == shown(now).replace("[8]", "")


def test_a_long_value_that_stands_alone_is_shortened_in_its_middle() -> None:
    text = shown(marked(None, LONG)[1])
    assert text.startswith("Bring the key")
    assert " … " in text
    assert len(text) < 700


@given(st.text(max_size=40), st.text(max_size=40))
def test_marking_changes_no_character_of_a_short_value(before: str, after: str) -> None:
    was, now = marked(before, after)
    assert "".join(piece.text for piece in was) == harmless(before)
    assert "".join(piece.text for piece in now) == harmless(after)
