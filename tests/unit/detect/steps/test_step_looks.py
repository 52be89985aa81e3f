"""Other looks of the same letters: which step made them, and which way it went."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps.looks import (
    folded,
    folded_but_case,
    is_emoji,
    light,
    looks_like,
    piece_like,
    romanised,
    script,
)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Roe!", "Roe 😀😀😀", ["emoji-added", "punctuation-lost"]),
        ("Müller", "Muller!!!", ["punctuation-added", "accents"]),
        ("Tess 🐝", "Tess 💛", ["emoji-lost"]),
        ("ABCDEFG", "A B C D E F G", ["letters-apart"]),
        ("ABCDEF", "A B C D E F", ["spacing"]),
        ("abcde", "a b c d e", ["letters-apart"]),
        ("Joe", "J o e", ["spacing"]),
        ("abcdefgh", "a b c d e f gh", ["spacing"]),
        ("abcdefghij", "a b c d e f g h ij", ["spacing"]),
        ("abcdefghelloworld", "a b c d e f g hello world", ["spacing"]),
        ("山田 太郎", "山田太郎", ["blanks-of-wide-letters"]),
        ("ä\u200bb", "äb", ["invisible-removed"]),
        ("Müller", "Mueller", ["transliterated"]),
        ("øl\x7f", "oł\x7f", ["spelling"]),
        ("Эми", "Emmi", ["transliterated"]),
        ("Борис", "Borys", ["transliterated"]),
    ],
)
def test_what_changed_the_look_of_a_text_is_known(before: str, after: str, names: list[str]) -> None:
    chain = looks_like(before, after)
    assert chain is not None
    assert [step.name for step in chain.steps] == names


@pytest.mark.parametrize(
    ("before", "after"),
    [("Müller", '"Mueller"'), ("Müller", "MÃ¼ller"), ("Сергей", "Сергеi"), ("!!!", "???"), ("é", "山")],
)
def test_other_letters_or_signs_alone_are_no_look(before: str, after: str) -> None:
    assert looks_like(before, after) is None


def test_the_letters_alone_are_what_is_left_of_a_text() -> None:
    assert [folded(text) for text in ("a.b", r"a\b", "5$", "1+2", "ぁゖ", "Ä r\nG")] == [
        "ab", r"a\b", "5$", "1+2", "ァヶ", "arg",
    ]  # fmt: skip
    assert folded_but_case("Müller 😀") == "Muller"
    assert [light(text) for text in ("山田 太郎", "ä\u200bb\nc", "👩\u200d🔧")] == ["山田 太郎", "äb\nc", "👩\u200d🔧"]


def test_twelve_letters_are_enough_to_know_a_piece_again_and_the_whole_is_no_piece() -> None:
    assert piece_like("abcdefghijkl mno", "ABCDEFGHIJKL") == "abcdefghijkl"
    assert piece_like("mno abcdefghijkl", "ABCDEFGHIJKL") == "abcdefghijkl"
    assert piece_like("abcdefghijk mno", "ABCDEFGHIJK") is None
    assert piece_like("abcdefghijkl", "ABCDEFGHIJKL") is None


def test_what_belongs_to_an_emoji_is_one() -> None:
    assert all(map(is_emoji, "🐝\ufe00\ufe0f\u200d\u20e3\U000e0020\U000e007f"))
    assert not any(map(is_emoji, "a\xb4\xa9\u200c\ufe10\U000e001f\U000e0080é"[:4]))


def test_a_text_has_the_script_of_its_first_letter() -> None:
    assert [script(text) for text in ("1 Анна", "Anna Б", "山", "ひ", "カ", "", "12")] == [
        "CYRILLIC", "LATIN", "CJK", "CJK", "CJK", "", "",
    ]  # fmt: skip


def test_kana_are_read_as_hepburn_writes_them() -> None:
    assert [romanised(text) for text in ("ぁ", "シツ", "ヿ", "Сергей", "é")] == ["a", "shitsu", "koto", "sergei", "e"]
