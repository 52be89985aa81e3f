"""What drifts between copies: damage of the copy is told, another writing, a poorer format and a short lag are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardwarden.detect.drift.lag import Changed, is_due, waits_since
from cardwarden.detect.finding import Finding, FindingKind, Severity
from support.copies import cards, drift, held, stranger
from support.words import title

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
LAG = timedelta(days=1)
AT_LEAST = {"critical": Severity.CRITICAL, "high": Severity.WARNING, "medium": Severity.NOTICE}

Case = dict[str, Any]


def all_cases() -> Iterator[Any]:
    file = Path(__file__).parent / "drift.yaml"
    for case in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader):
        yield pytest.param(case, id=case["id"])


def told(case: Case, now: datetime = NOW) -> list[Finding]:
    """What is told of two copies at a time."""
    ago = {side: NOW - timedelta(hours=hours) for side, hours in case.get("changed", {}).items()}
    return [
        finding
        for finding in found(case)
        if is_due(waits_since(finding.severity, Changed(ago.get("origin"), ago.get("copy"))), LAG, now)
    ]


def found(case: Case) -> Sequence[Finding]:
    strangers = [stranger(number) for number in range(case.get("padding", 12))]
    format_ = {name: case[name] for name in ("keeps", "most", "longest", "uids") if name in case}
    others = [held(lines, **format_) for lines in strangers]
    if case.get("reachable"):
        strangers.append(["UID:unreachable", "FN:Nobody Else", "EMAIL:nobody@example.org"])
    own = case["copy"]
    if case.get("exact"):
        own = [held(lines, **format_) for lines in case["origin"]]
    return drift(cards([*case["origin"], *strangers]), cards([*own, *others]), case["region"])


@pytest.mark.parametrize("case", list(all_cases()))
def test_damage_of_the_copy_is_told_and_nothing_else(case: Case) -> None:
    findings = told(case)
    said = [f"{f.rule}={f.severity.word}: {title(f)}" for f in findings]
    assert all(finding.kind is FindingKind.DRIFT for finding in findings)
    worst = max((finding.severity for finding in findings), default=Severity.INFO)
    if case["verdict"] == "damage":
        assert worst >= AT_LEAST[case["severity"]], said
    else:
        assert worst < Severity.WARNING, said
    if case.get("later"):
        assert max(finding.severity for finding in told(case, NOW + LAG)) >= Severity.WARNING


def test_there_are_as_many_cases_as_the_kinds_need() -> None:
    verdicts = [param.values[0]["verdict"] for param in all_cases()]
    assert verdicts.count("damage") >= 30
    assert verdicts.count("harmless") >= 20
    limited = {"keeps", "most", "longest", "reachable", "changed"}
    assert sum(bool(limited & param.values[0].keys()) for param in all_cases()) >= 10
