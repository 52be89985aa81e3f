"""How garbled a text looks: text of any one script does not, a misread one does."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps.garbled import pairs_of, wrongness


@pytest.mark.parametrize(
    "text",
    [
        "Muller", "Müller", "Сергей Љубица", "Ωμέγα Ͱͱ", "À la carte", "カー",
        "aー", "Aḁ", "aỿ", "山田太郎", "ʰello", "שרה", "ɐɐ", "aḀ", "αϿ", "бЀԯ",
    ],
)  # fmt: skip
def test_text_in_one_script_looks_in_no_way_garbled(text: str) -> None:
    assert wrongness(text) == 0


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("MÃ¼ller", 3),  # one pair, and a sign in a word
        ("Ñåðãåé", 6),  # accents alone
        ("аb", 1),
        ("bа", 1),
        ("aΩ", 1),
        ("яΩ", 1),
        ("aͰ", 1),
        ("aϿ", 1),
        ("aЀ", 1),
        ("aԯ", 1),
        ("太a", 1),
        ("aɐ", 1),
        ("a я", 0),
        ("a1я", 0),
        ("a\ufffd\x80", 2),
        ("a─я Ωb", 2),
    ],
)
def test_each_sign_of_a_misreading_counts(text: str, wrong: int) -> None:
    assert wrongness(text) == wrong


def test_a_letter_in_two_bytes_that_was_misread_is_a_pair() -> None:
    assert [pairs_of(text) for text in ("Müller", "MÃ¼ller", "GrÃ¼ÃŸe")] == [0, 1, 2]
