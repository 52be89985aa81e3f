"""Hypothesis looks at the same examples everywhere, so that a red run can be seen again."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "cardwarden",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("cardwarden")
