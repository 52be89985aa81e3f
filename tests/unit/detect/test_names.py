"""Whether a card is called like somebody else."""

from __future__ import annotations

import pytest

from cardwarden.detect.case import CardChange
from cardwarden.detect.names import is_another_name, is_reading, is_same_name
from support.cards import card
from support.judging import case


def changed(before: list[str], after: list[str]) -> CardChange:
    """A card that had some lines and has others now."""
    [found] = case(card("UID:1", *before), card("UID:1", *after)).cards
    return found


def renamed(before: str, after: str, *more: str) -> CardChange:
    """A card that keeps some lines, and whose FN changed."""
    return changed([f"FN:{before}", *more], [f"FN:{after}", *more])


def test_all_other_words_in_the_place_of_a_name_are_another_name() -> None:
    assert is_another_name(renamed("Jane Stone", "Mark Power"))


def test_a_name_that_stayed_is_no_other_whatever_else_the_card_says_now() -> None:
    kept = changed(["FN:Jane Stone", "NOTE:Likes green tea"], ["FN:Jane Stone", "NOTE:Walks two dogs"])
    assert not is_another_name(kept)


def test_a_card_whose_name_in_parts_stayed_is_called_like_nobody_else() -> None:
    assert not is_another_name(renamed("Jane Stone", "Mark Power", "N:Stone;Jane;;;"))


def test_one_short_word_that_gets_a_proper_name_is_called_like_nobody_else() -> None:
    assert not is_another_name(renamed("Klempner", "Mark Power"))
    assert is_another_name(renamed("Bergsteiger", "Mark Power"))


def test_a_name_that_the_card_carried_before_is_no_other_and_a_word_of_its_note_is_no_name() -> None:
    assert not is_another_name(renamed("Jane Stone", "Sissi Power", "NICKNAME:Sissi"))
    assert is_another_name(renamed("Jane Stone", "Mark Power", "NOTE:Mark"))


def test_a_name_that_shares_a_word_is_no_other() -> None:
    assert not is_another_name(renamed("Jane Stone", "Jane Power"))


def test_a_name_six_tenths_of_whose_letters_stayed_is_no_other() -> None:
    assert not is_another_name(renamed("Rosa Braun", "Mira Bauer"))


def test_a_name_in_kana_that_is_how_the_one_in_kanji_is_read_is_the_same() -> None:
    read = renamed("山田 太郎", "やまだ たろう")
    assert (is_another_name(read), is_same_name(read)) == (False, True)


def test_a_name_in_other_letters_is_the_same_and_one_of_other_words_is_not() -> None:
    assert is_same_name(renamed("Сергей Иванов", "Sergey Ivanov"))
    assert not is_same_name(renamed("Jane Stone", "Mark Power"))


@pytest.mark.parametrize(
    ("kanji", "kana", "fits"),
    [("津", "つ", True), ("志", "こころざし", True), ("志", "こころざしを", False), ("津田", "つ", False)],
)
def test_a_kanji_is_read_as_one_to_five_kana(kanji: str, kana: str, fits: bool) -> None:
    assert is_reading(kanji, kana, renamed(kanji, kana)) == fits
