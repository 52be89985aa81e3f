"""Which piece of a text is gone, came or changed places: what programs cut is told from what people shorten."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps.pieces import is_wide, pieced


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("Anna B", "B", "beginning-lost"),
        ("A Berg", "Berg", "shortened"),
        ("Annas Bert", "Bert", "beginning-lost"),
        ("xA Berg", "A Berg", "beginning-lost"),
        ("tea and cake", " and cake", "shortened"),
        ("ab太郎山田", "太郎山田", "shortened"),
        ("山田太郎先生", "山田太郎", "shortened"),
        ("山田太郎御先生", "山田太郎", "cut"),
        ("abcd efgh", "abcd", "cut"),
        ("abcd fgh", "abcd", "shortened"),
        ("abcd!efg", "abcd!", "shortened"),
        ("the quick brown fox", "the qrown fox", "torn"),
        ("the quick brown fox", "the brown fox", "shortened"),
        ("abcx bcd", "abcd", "torn"),
        ("Call \U0001f600 me", "Call", "cut"),
        ("Call me at home", "Call me at", "shortened"),
        ("ab-efg", "ab-e", "cut"),
        ("a-bc defg", "a-efg", "shortened"),
        ("abcdefgh ij", "abfgh ij", "shortened"),
    ],
)
def test_what_a_program_cut_is_told_from_what_somebody_shortened(before: str, after: str, step: str) -> None:
    chain = pieced(before, after)
    assert chain is not None
    assert [each.name for each in chain.steps] == [step]


@pytest.mark.parametrize("before", ["tea", "five", "tea five", "te", "t five"])
def test_a_text_that_another_one_goes_on_before_behind_or_inside_is_extended(before: str) -> None:
    chain = pieced(before, "tea at five")
    assert chain is not None
    assert [each.name for each in chain.steps] == ["extended"]


@pytest.mark.parametrize(
    ("before", "after"), [("taat", "tea at five"), ("tea", "coffee"), ("tteas", "tea time"), ("", "tea")]
)
def test_a_text_whose_letters_stand_apart_in_the_other_is_no_piece_of_it(before: str, after: str) -> None:
    assert pieced(before, after) is None


@pytest.mark.parametrize(
    ("once", "several"), [("Jane", "Jane Jane"), ("Jo", "JoJo"), ("Jan", "JanJanJan"), ("tea", "tea, tea\n- tea")]
)
def test_a_text_two_times_or_more_is_doubled(once: str, several: str) -> None:
    chain = pieced(once, several)
    assert chain is not None
    assert [each.name for each in chain.steps] == ["doubled"]


@pytest.mark.parametrize(("before", "after"), [("a", "aa"), ("Jane", "Jane -")])
def test_one_letter_again_and_a_separator_alone_are_no_second_copy(before: str, after: str) -> None:
    chain = pieced(before, after)
    assert chain is not None
    assert [each.name for each in chain.steps] == ["extended"]


@pytest.mark.parametrize(
    ("several", "once", "step"),
    [
        ("Jo Jo", "Jo", "copy-dropped"),
        ("AnnasAnnas", "Annas", "copy-dropped"),
        ("太郎太郎", "太郎", "copy-dropped"),
        ("太a太a", "太a", "copy-dropped"),
        ("BabaBaba", "Baba", "cut"),
        ("Mimi", "Mi", "cut"),
        ("a太a太", "a太", "cut"),
    ],
)
def test_a_copy_that_went_is_a_repair_and_a_syllable_that_went_is_a_cut(several: str, once: str, step: str) -> None:
    chain = pieced(several, once)
    assert chain is not None
    assert [each.name for each in chain.steps] == [step]


@pytest.mark.parametrize(
    ("before", "after"),
    [("Jane Roe", "Roe, Jane"), ("ab", "ba"), ("太郎山田", "山田太郎"), ("tea cake tea", "cake tea tea")],
)
def test_the_same_words_or_two_pieces_in_another_order_are_reordered(before: str, after: str) -> None:
    chain = pieced(before, after)
    assert chain is not None
    assert [each.name for each in chain.steps] == ["reordered"]


@pytest.mark.parametrize(("before", "after"), [("a", "b"), ("tea cake", "cake cake"), ("...", "!!!"), ("Jane", "JANE")])
def test_other_words_or_the_same_ones_in_place_are_in_no_other_order(before: str, after: str) -> None:
    assert pieced(before, after) is None


def test_the_wide_letters_begin_with_the_parts_of_chinese_ones() -> None:
    assert [is_wide(character) for character in "\u2e7f\u2e80山カ"] == [False, True, True, True]
