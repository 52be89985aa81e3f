"""What happened to one, said of several."""

from __future__ import annotations

import pytest

from cardwarden.detect.words import opening, several


@pytest.mark.parametrize(
    ("noun", "verb", "said"),
    [
        ("number", "gained a +", "numbers gained a +"),
        ("birthday", "lost its year", "birthdays lost their year"),
        ("address", "was changed", "addresses were changed"),
        ("category", "was lost", "categories were lost"),
        ("text", "shows =XX codes", "texts show =XX codes"),
    ],
)
def test_nouns_and_verbs_take_their_plural(noun: str, verb: str, said: str) -> None:
    assert several(noun, verb) == said


def test_a_sentence_opens_with_a_capital_and_keeps_the_others() -> None:
    assert opening("embedded XML") == "Embedded XML"
