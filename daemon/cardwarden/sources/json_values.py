"""Values of JSON that a server sent: what is not of the kind that is asked for is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Value = Mapping[str, Any]


def mappings(value: Value, key: str) -> Sequence[Value]:
    """The objects of a list."""
    entries = value.get(key)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def mapping(value: Value, key: str) -> Value:
    """An object."""
    entry = value.get(key)
    return entry if isinstance(entry, Mapping) else {}


def string(value: Value, key: str) -> str:
    """A text."""
    entry = value.get(key)
    return entry if isinstance(entry, str) else ""
