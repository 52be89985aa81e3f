"""Rule address-changed."""

from __future__ import annotations

import pytest

from cardwarden.detect.finding import Severity
from support.judging import edited, said
from support.words import reason


@pytest.mark.parametrize(
    ("after", "severity", "title"),
    [
        (";;;1 Road;Town;;12", "notice", "Address was shifted into other fields"),
        (";;1 Road\\, Town\\, 12;;;;", "notice", "Address was thrown together"),
        (";;1 Road;;;12;", "warning", "Address lost a part"),
        (";;9 Lane;City;;99;", "notice", "Address was changed"),
    ],
)
def test_a_change_is_named_and_weighed(after: str, severity: str, title: str) -> None:
    assert said(edited("ADR:;;1 Road;Town;;12;", f"ADR:{after}")) == [("address-changed", severity, title)]


@pytest.mark.parametrize(
    ("before", "after"), [("1 Road\\nDoor 2", "1 Road,Door 2"), ("1 Road\\, Door 2", "1 Road Door 2")]
)
def test_other_signs_between_the_same_words_of_a_field_are_recorded_and_not_sent(before: str, after: str) -> None:
    for was, now in ((before, after), (after, before)):
        found = edited(f"ADR:;;{was};Town;;12;", f"ADR:;;{now};Town;;12;")
        assert said(found) in ([("address-changed", "info", "Address is written differently")], [])


def test_the_same_words_of_a_field_in_another_order_are_told() -> None:
    assert [severity for _, severity, _ in said(edited("ADR:;;1 Road 23;Town;;12;", "ADR:;;23 Road 1;Town;;12;"))] == [
        "notice"
    ]


def test_a_part_that_was_written_over_another_one_is_lost() -> None:
    was, now = "ADR:;;1 Main St;Boston;MA;02108;USA", "ADR:;;1 Main St;Boston;Boston;02108;USA"
    assert said(edited(was, now)) == [("address-changed", "warning", "Address lost a part")]


def test_words_that_were_glued_together_in_one_field_are_thrown_together() -> None:
    assert said(edited("ADR:;;1 Road;Town;;12;", "ADR:;;1 RoadTown;;;12;")) == [
        ("address-changed", "notice", "Address was thrown together")
    ]


def test_a_word_more_of_those_that_it_has_is_no_loss() -> None:
    was, now = "ADR:;;1 Main St;Boston;MA;02108;USA", "ADR:;;1 Main St Boston;Boston;MA;02108;USA"
    assert said(edited(was, now)) == [("address-changed", "notice", "Address was changed")]


@pytest.mark.parametrize(
    ("after", "says_both", "in_bulk"),
    [
        (";;;1 Road;Town;;12", False, Severity.WARNING),
        (";;1 Road;;;12;", True, Severity.WARNING),
        (";;9 Lane;City;;99;", True, None),
    ],
)
def test_damage_to_many_addresses_is_a_warning_and_moving_is_not(
    after: str, says_both: bool, in_bulk: Severity | None
) -> None:
    [found] = edited("ADR:;;1 Road;Town;;12;", f"ADR:{after}")
    assert found.in_bulk is in_bulk
    assert reason(found)
    assert ("became" in reason(found)) == says_both
