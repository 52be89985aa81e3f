"""Every severity is the settings', and a rule that is turned off is silent: shown on every case of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pytest

from cardwarden.detect.case import Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.judge import judge
from cardwarden.detect.rule import Rule
from catalogue.test_catalogue import cases
from support.judging import EVERY_RULE, case

BOOKS = [
    (
        "".join(f"{text.rstrip()}\n" for text in told["before"]).encode(),
        "".join(f"{text.rstrip()}\n" for text in told["after"]).encode(),
        told.get("region") or "US",
    )
    for param in cases()
    for told in [param.values[0]]
    if "sequence" not in told and "earlier" not in told and len(told["before"]) <= 5
]


def everywhere(severity: Severity) -> list[Any]:
    """Every rule with each of its severities set to one."""
    return [
        replace(rule, **{f.name: severity for f in fields(rule) if isinstance(getattr(rule, f.name), Severity)})  # type: ignore[type-var, arg-type]
        for rule in EVERY_RULE
    ]


@cache
def compared() -> tuple[Case, ...]:
    """The states of each book, compared once for whatever rules."""
    return tuple(case(before, after, region) for before, after, region in BOOKS)


def found(rules: Sequence[Rule]) -> list[Finding]:
    return [finding for states in compared() for finding in judge(states, rules)]


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.CRITICAL])
def test_no_finding_has_another_severity_than_the_settings_say(severity: Severity) -> None:
    assert {finding.severity for finding in found(everywhere(severity))} == {severity}


def test_a_rule_that_is_off_is_silent_and_its_changes_fall_to_later_rules() -> None:
    quiet = [replace(rule, enabled=rule.name == "value-changed") for rule in EVERY_RULE]  # type: ignore[type-var]
    assert {finding.rule for finding in found(quiet)} == {"value-changed"}
    assert found([replace(rule, enabled=False) for rule in EVERY_RULE]) == []  # type: ignore[type-var]
