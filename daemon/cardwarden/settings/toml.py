"""Values and tables written as TOML, which the standard library only reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from cardwarden.detect.finding import Severity

_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def toml(value: object) -> str:
    """A value as cardwarden.toml writes it: severities as words, durations such as "1h30m"."""
    match value:
        case Severity():
            return toml(value.word)
        case bool() | int() | float():
            return json.dumps(value)
        case str() | Path():
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
        case timedelta():
            return toml(_duration(value))
        case set() | frozenset():
            return toml(sorted(value))
        case list() | tuple():
            return f"[{', '.join(map(toml, value))}]"
    raise TypeError(f"there is no way to write {type(value).__name__} in TOML")


def toml_table(name: str, items: Iterable[tuple[str, object]]) -> str:
    """A table with its heading; a key whose value is None is left out, as it would be in the file."""
    lines = [f"[{name}]", *(f"{key} = {toml(value)}" for key, value in items if value is not None)]
    return "\n".join(lines) + "\n"


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    parts = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
