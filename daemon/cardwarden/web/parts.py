"""What the program is made of, as the distributions that are installed say of themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata

_REQUIRED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)""")
_OURS = "cardwarden"
_NOT_SHIPPED = frozenset({"dev", "docs"})  # extras of ours that only who works on it has
_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A distribution, and the licence that it names (SPDX if it says so)."""

    name: str
    version: str
    licence: str


@cache
def parts() -> tuple[Part, ...]:
    """The program's distribution, then all that it stands on here, and what that stands on, by name."""
    parts_by_id: dict[str, Part] = {}
    waiting: list[tuple[str, frozenset[str] | None]] = [(_OURS, None)]
    looked: set[tuple[str, frozenset[str] | None]] = set()
    while waiting:
        looked.add(checked := waiting.pop())
        name, extras = checked
        if (head := _head(name)) is None:
            continue
        parts_by_id[name] = Part(name, head["version"][0], _licence(head))
        wanted = (_wanted(line, extras) for line in head.get("requires-dist", ()))
        waiting += [part for part in wanted if part is not None and part not in looked]
    return (parts_by_id.pop(_OURS), *sorted(parts_by_id.values(), key=lambda part: part.name))


def _wanted(line: str, extras: frozenset[str] | None) -> tuple[str, frozenset[str]] | None:
    """The part that a line of Requires-Dist asks for, if one asked for these extras; `extras` None for all that is shipped."""
    part, extra = _REQUIRED.match(line), _EXTRA.search(line)
    if part is None or (extra and (extra[1] in _NOT_SHIPPED if extras is None else extra[1] not in extras)):
        return None
    return _plain(part[1]), frozenset(_plain(name.strip()) for name in (part[2] or "").split(",") if name.strip())


def _head(name: str) -> Mapping[str, Sequence[str]] | None:
    """The fields of a distribution's metadata by name, lower case; None if it is not installed."""
    try:
        installed = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    text = installed.read_text("METADATA") or installed.read_text("PKG-INFO") or ""
    fields: dict[str, list[str]] = {}
    for line in text.partition("\n\n")[0].split("\n"):
        key, colon, value = line.partition(":")
        if colon and not key[:1].isspace():
            fields.setdefault(key.lower(), []).append(value.strip())
    return fields


def _licence(head: Mapping[str, Sequence[str]]) -> str:
    said = (*head.get("license-expression", ()), *head.get("license", ()))
    classified = (line.rpartition(":: ")[2] for line in head.get("classifier", ()) if line.startswith("License ::"))
    return next((text[:_WIDTH] for text in (*said, *classified) if text), "")


def _plain(name: str) -> str:
    """A name as an index writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
