"""Rule value-changed: what no other rule has a name for."""

from __future__ import annotations

from cardwarden.detect.rules.value_changed import ValueChanged
from support.judging import edited, judged, person, said


def test_an_ordinary_edit_is_a_notice() -> None:
    assert said(edited("TITLE:Baker", "TITLE:Smith")) == [("value-changed", "notice", "Job title was changed")]


def test_an_unknown_property_is_compared_as_text_and_never_dropped() -> None:
    assert said(edited("X-SOME-PROGRAM:1", "X-SOME-PROGRAM:2"))[0][0] == "value-changed"


def test_a_line_that_no_grammar_knows_is_compared_too() -> None:
    assert edited("this is no vCard line 1", "this is no vCard line 2") != []


def test_a_value_that_came_or_went_was_not_changed() -> None:
    tea, nothing = person("Jane", "NOTE:tea"), person("Jane")
    assert judged(tea, nothing, rules=[ValueChanged()]) == judged(nothing, tea, rules=[ValueChanged()]) == []
    [found] = edited("TITLE:Baker", "TITLE:Smith")
    assert found.per_card
