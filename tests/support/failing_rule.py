"""Imported by a worker of a test: one of its rules fails at every contact whose name has "Raising" in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cardwarden.detect.finding import Finding
from cardwarden.detect.rules.number_hazard import NumberHazard

_look = NumberHazard.look


def _fails(self: NumberHazard, card: Any, case: Any) -> Iterable[Finding]:
    if "Raising" in str(card):
        raise LookupError("secret of Raising")
    return _look(self, card, case)


NumberHazard.look = _fails  # type: ignore[method-assign]
