"""A program's word for nothing, its name for a value, and codes taken for numbers."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps.placeholders import figures, placeholder, stand_in

NAME = "{{" + "n" * 60 + "}}"


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("Jane Roe", "null", "placeholder-word"),
        ("Jane Roe", "Jane null", "placeholder-word"),
        ("Jane", "Jane null", "placeholder-word"),
        ("x" * 200, "null", "placeholder-word"),
        ("null", "Jane", "placeholder-word-undone"),
        ("Jane null", "Jane", "placeholder-word-undone"),
        ("tea null cake", "tea with cake", "placeholder-word-undone"),
    ],
)
def test_a_word_for_nothing_that_came_is_told_and_one_that_went_is_a_repair(before: str, after: str, step: str) -> None:
    found = placeholder(before, after)
    assert found is not None
    assert found.name == step


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x" * 201, "null"),
        ("Jane Null", "Jane Roe"),
        ("Jane Roe", "Jane null Eve"),
        ("Jane Roe", "Jane Eve"),
        ("Nullmeier", "Null"),
        ("Jane null", "null Jane"),
        ("null Eve", "Jane Roe null"),
        ("Jane NaN", "Jane NaN NaN"),
    ],
)
def test_what_else_is_new_is_nobodys_word_for_nothing(before: str, after: str) -> None:
    assert placeholder(before, after) is None


@pytest.mark.parametrize(
    "after", ["{{name}}", "BEGIN:VCARD", "BEGIN:VCARD" + "\nNOTE:tea" * 40, NAME + " " * 136, "%s, ${b}"]
)
def test_nothing_but_a_gap_or_a_card_in_place_of_a_value_stands_in_for_it(after: str) -> None:
    found = stand_in("Jane", after)
    assert found is not None
    assert found.name == "stand-in"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "{{name}}"),
        ("{{a}}", "{{b}}"),
        ("BEGIN:VCARD", "{{b}}"),
        ("Jane", "{{name}} tea"),
        ("Jane", "Roe"),
        ("Jane", "..."),
        ("Jane", NAME + " " * 137),
    ],
)
def test_a_value_beside_a_gap_and_a_gap_that_was_one_before_are_no_stand_in(before: str, after: str) -> None:
    assert stand_in(before, after) is None


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("0012", "12", "figures"),
        ("012", "12.0", "figures"),
        ("0", "0.0", "figures"),
        ("000", "00", "figures"),
        ("12.0", "012", "figures-undone"),
        ("7.0 007", "7 7", "figures-undone"),
        ("x" * 196 + " 7", "x" * 196 + " 7.0", "figures"),
    ],
)
def test_zeros_that_a_program_dropped_or_wrote_are_told(before: str, after: str, step: str) -> None:
    found = figures(before, after)
    assert found is not None
    assert found.name == step


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12", "12"),
        ("12.00", "12.0"),
        ("12", "13"),
        ("012", "13"),
        ("012 5", "12 05"),
        ("x" * 197 + " 7", "x" * 197 + " 7.0"),
    ],
)
def test_other_numbers_are_no_zeros_of_a_program(before: str, after: str) -> None:
    assert figures(before, after) is None
