"""How often authorities are read that connections trust, by whomever."""

from __future__ import annotations

import gc
import ssl
from typing import Any

import pytest


def readings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each reading from now on, until the test ends."""
    gc.collect()  # what earlier tests read may be there still
    read: list[object] = []
    before = ssl.SSLContext.load_verify_locations

    def counted(context: ssl.SSLContext, *places: Any, **named: Any) -> None:
        read.append((places, named))
        before(context, *places, **named)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    return read
