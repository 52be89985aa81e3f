"""Rule address-changed."""

from __future__ import annotations

import pytest

from support.judging import edited, said


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
