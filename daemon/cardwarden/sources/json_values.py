"""Values of JSON that a server sent: what is not of the kind that is asked for is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

JsonObject = Mapping[str, Any]


def mappings(value: JsonObject, key: str) -> Sequence[JsonObject]:
    """The objects of a list."""
    entries = value.get(key)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def mapping(value: JsonObject, key: str) -> JsonObject:
    """An object."""
    entry = value.get(key)
    return entry if isinstance(entry, Mapping) else {}


def string(value: JsonObject, key: str) -> str:
    """A text."""
    entry = value.get(key)
    return entry if isinstance(entry, str) else ""
