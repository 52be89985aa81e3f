"""A message that says one paragraph."""

from __future__ import annotations

from typing import Any

from cardwarden.alerts.message import Message, Occasion
from cardwarden.detect.finding import Severity


def message(title: str = "t", body: str = "b", severity: Severity = Severity.CRITICAL, **more: Any) -> Message:
    """An alarm whose body is that one paragraph."""
    return Message(Occasion.ALARM, severity, title, why=(body,), **more)
