"""Rule value-added."""

from __future__ import annotations

from cardwarden.detect.finding import Severity
from cardwarden.detect.rules.value_added import ValueAdded
from support.judging import edited, judged, person, said


def test_an_added_value_is_a_notice() -> None:
    assert said(edited([], "EMAIL:jane@example.org")) == [("value-added", "notice", "Mail address was added")]


def test_a_property_that_no_table_knows_is_recorded_only() -> None:
    assert said(edited([], "X-SOME-PROGRAM:1")) == [("value-added", "info", "Some program was added")]


def test_both_severities_are_settings() -> None:
    rule = ValueAdded(severity=Severity.WARNING, unknown_severity=Severity.CRITICAL)
    before, after = person("Jane"), person("Jane", "NOTE:hi", "X-SOME-PROGRAM:1")
    found = judged(before, after, rules=[rule])
    assert [finding.severity for finding in found] == [Severity.WARNING, Severity.CRITICAL]


def test_a_property_of_the_standard_that_no_table_knows_is_told() -> None:
    [found] = edited([], "HEADLINE:tea")
    assert (found.severity, found.per_card) == (Severity.NOTICE, True)
