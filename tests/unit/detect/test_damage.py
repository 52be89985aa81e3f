"""What damage is seen in a text, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.detect.damage import Damage, damage_of

LETTERS = {Damage.LOW_BYTES, Damage.ACCENTS, Damage.LETTERS_DROPPED, Damage.MOJIBAKE, Damage.REPLACED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Müller,Jörg", "Müller, Jörg"),
        ("für Anna\nTür 3", "für Anna Tür 3"),
        ("Новая Эра", "НоваяЭра"),
        ("山田太郎", "山田 太郎"),
    ],
)
def test_a_blank_or_a_line_break_is_no_letter(before: str, after: str) -> None:
    assert damage_of(before, after) not in LETTERS
    assert damage_of(after, before) not in LETTERS


@given(st.lists(st.text("aäß山Новa", min_size=1, max_size=5), min_size=2, max_size=4), st.data())
def test_no_blanks_make_letter_damage(words: list[str], data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from([" ", "\n", ""])).join(words) for _ in range(2))
    assert damage_of(one, other) not in LETTERS
