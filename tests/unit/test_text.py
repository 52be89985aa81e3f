"""Text from cards is shown without doing anything."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.text import clip, columns, harmless, plural, visible

NASTY = "\x00\x1b\x7f\x85\r\n\t\u200b\u200e\u202e\u2066\u2028\ufeff\ud800\u3164\U000e0041"
_texts = st.text(st.characters() | st.sampled_from(NASTY), max_size=60)


@given(_texts)
def test_nothing_that_acts_or_hides_is_left(text: str) -> None:
    shown = harmless(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
    assert not [c for c in shown if unicodedata.category(c) == "Cf" and c not in "\u200c\u200d"]
    assert harmless(shown) == shown
    shown.encode()


def test_a_plain_character_is_as_wide_alone_as_beside_others() -> None:
    assert [c for c in map(chr, range(128)) if columns(c) != columns(f"{c}é") - columns("é")] == []


@given(_texts, st.integers(-1, 70))
def test_a_clipped_text_fits_and_is_not_clipped_again(text: str, width: int) -> None:
    shown = clip(text, width)
    assert columns(shown) <= max(width, 0)
    assert clip(shown, width) == shown
    assert harmless(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jane", "Jane"),
        ("a\tb\r\nc\nd", "a b ⏎ c ⏎ d"),
        ("\x1b[2J", "<U+001B>[2J"),
        ("\u202egpj.exe", "<U+202E>gpj.exe"),
        ("Ja\u200bne", "Ja<U+200B>ne"),
        ("\u3164", "<U+3164>"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("山田　太郎", "山田　太郎"),
    ],
)  # fmt: skip
def test_what_is_hidden_is_named_and_what_is_written_stays(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("山田\u3000太郎", "山田\u3000太郎"),
        ("a\x1b[31m\u202eb\u200b", "a[31mb"),
        ("one\r\ntwo", "one two"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_nobody_sees_is_left_out_of_what_somebody_asks_for(text: str, seen: str) -> None:
    assert visible(text) == seen == harmless(seen)


def test_wide_characters_take_two_columns() -> None:
    assert columns("山田 Jane") == 9
    assert clip("山田太郎", 5) == "山田…"


def test_a_heap_of_marks_without_width_is_cut() -> None:
    assert len(clip("a" + "\u0301" * 10_000, 10)) <= 80


def test_counts_are_words() -> None:
    assert [plural(1, "card"), plural(2, "card"), plural(1234, "entry", "entries")] == [
        "1 card",
        "2 cards",
        "1,234 entries",
    ]
