"""A copy follows later: what changed a short while ago is expected to come, and only what is older is drift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.detect.finding import Severity


@dataclass(frozen=True, slots=True)
class Changed:
    """When the card of each side was last seen to change; None if it is as it was at its book's first look."""

    origin: datetime | None = None
    copy: datetime | None = None


def waits_since(severity: Severity, changed: Changed) -> datetime | None:
    """Since when the two sides may still come to agree by themselves; None if nothing is to be waited for.

    A change in the copy may be an edit that goes back to the origin; but what no owner does by hand is told at once.
    """
    own = None if severity >= Severity.CRITICAL else changed.copy
    return max((at for at in (changed.origin, own) if at is not None), default=None)


def is_due(since: datetime | None, lag: timedelta, now: datetime) -> bool:
    """Whether a difference that waits since then (None: for nothing) is older than the copy may lag behind."""
    return since is None or now - since >= lag
