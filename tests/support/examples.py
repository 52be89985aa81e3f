"""How many examples a law looks at."""

from __future__ import annotations

from hypothesis import settings

_USUAL = 150  # of the profile that runs everywhere


def examples(count: int) -> settings:
    """So many in the ordinary run, and in a search as many times more as its profile has of others."""
    return settings(max_examples=count * settings().max_examples // _USUAL)
