"""Every field of a finding that is stored comes back."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from cardwarden.detect.finding import CardRef, Finding, FindingKind, Severity, Urgency
from cardwarden.detect.outcome import Doubt
from cardwarden.phrases.phrase import Person, phrase
from cardwarden.store.engine import Store
from cardwarden.store.findings import find_finding
from support.store import finding, opened

OTHER: dict[str, list[Any]] = {
    "kind": [FindingKind.HAZARD, FindingKind.DRIFT],
    "rule": ["another-rule"],
    "severity": list(Severity),
    "title": [phrase("became", before="a\x1fb", after="山田"), phrase("nameless")],
    "reason": [None, phrase("then", first=phrase("nameless"), second=phrase("forgotten"))],
    "card": [CardRef("k2", "u\u200b2", "", "b c.vcf"), CardRef("k1", "u1", "\udc80 odd", "k1.vcf")],
    "prop": ["", "X-ODD"],
    "before": [None, "", "'; DROP TABLE findings", phrase("nameless")],
    "after": [None, "", "\u202e", Person("Anna", "k1")],
    "alike": [phrase("nameless"), None],
    "per_card": [True, False],
    "of_two": [True, False],
    "whole_card": [True, False],
    "already": [True, False],
    "in_bulk": [None, Severity.NOTICE],
    "by_owner": [None, Severity.INFO],
    "urgency": list(Urgency),
    "doubt": list(Doubt),
    "with_origin": [True, False],
    "identity": ["", "é" * 500],
    "meaning": ["", "1|2\x1f3"],
}
"""Values that differ from the default; a new field needs some here."""
OF_A_CHECK = {"changes", "in_bulk", "by_owner", "of_two"}
"""What only the check that found it uses: it is judged by them once, and they are not kept."""


def test_every_field_of_a_finding_is_tried() -> None:
    fields = {field.name for field in dataclasses.fields(Finding)}
    assert fields == OTHER.keys() | {"changes"}, (
        "Give the new field values in OTHER, or say in OF_A_CHECK why it is not kept"
    )


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in OTHER.items() for value in values], ids=repr
)
def test_a_field_comes_back_as_it_was(store: Store, name: str, value: Any) -> None:
    given = finding(**{name: value})
    with store.write() as connection:
        _, [number] = opened(connection, given)
        stored = find_finding(connection, number)
    assert stored is not None
    kept = {
        field.name: getattr(given, field.name) for field in dataclasses.fields(Finding) if field.name not in OF_A_CHECK
    }
    assert {field: getattr(stored.finding, field) for field in kept} == kept
