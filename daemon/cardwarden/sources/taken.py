"""An object of JSON of which parts are taken: what nobody took is known at the end, and so nothing of it gets lost."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from cardwarden.sources.json_values import JsonObject

_IMPLIED = frozenset({"@type"})  # RFC 9553, 1.3.4: it says again what stands where the object does


@dataclass(slots=True)
class Taken:
    """An object and what was taken of it; `place` is where it stands, as a JSON pointer without its first slash (RFC 6901)."""

    value: JsonObject
    place: str = ""
    _taken: set[str] = field(default_factory=set)
    _inner: dict[str, Taken] = field(default_factory=dict)
    _lists: dict[str, list[Taken]] = field(default_factory=dict)
    _is_map: bool = False

    def text(self, key: str) -> str:
        """Take a text; "" if there is none."""
        value = self.value.get(key)
        if not isinstance(value, str):
            return ""
        self._taken.add(key)
        return value

    def number(self, key: str) -> int | None:
        """Take a whole number."""
        value = self.value.get(key)
        if type(value) is not int:
            return None
        self._taken.add(key)
        return value

    def flags(self, key: str, known: Container[str] | None = None) -> list[str]:
        """Take of a set, as JSContact writes one (RFC 9553, 1.4.1), what is in it, of `known` if that is given; sorted."""
        there = self.object(key)
        names = [name for name, is_in in there.value.items() if is_in is True and (known is None or name in known)]
        there._taken.update(names)
        return sorted(names)

    def truth(self, key: str) -> bool:
        """Take a flag."""
        if self.value.get(key) is not True:
            return False
        self._taken.add(key)
        return True

    def object(self, key: str) -> Taken:
        """The object there, of which as much is taken as is asked of it; an empty one if there is none."""
        value = self.value.get(key)
        if not isinstance(value, dict):
            return Taken({})
        return self._inner.setdefault(key, Taken(value, json_pointer(self.place, key)))

    def objects(self, key: str) -> list[Taken]:
        """The objects of a list, of which as much is taken as is asked of them."""
        value = self.value.get(key)
        if not isinstance(value, list):
            return []
        there = [Taken(entry) for entry in value if isinstance(entry, dict)]
        if len(there) == len(value):
            self._lists[key] = there
        return there

    def entries(self, key: str) -> Iterator[tuple[str, Taken]]:
        """The objects of a map, by their ids, sorted. What is left of it is told object by object."""
        there = self.object(key)
        there._is_map = True
        for name in sorted(there.value, key=str):
            if isinstance(there.value[name], dict):
                yield name, there.object(name)

    def take(self, *keys: str) -> None:
        """Take what stands there, whatever it is."""
        self._taken.update(keys)

    def leave(self) -> None:
        """Give back all that was taken: it was of no use."""
        self._taken.clear()
        self._inner.clear()
        self._lists.clear()

    def rest(self) -> Iterator[tuple[str, Any]]:
        """What was not taken, and where it stands. A list is kept whole: nothing points into one (RFC 9553, 1.4.3)."""
        for key in sorted(set(self.value) - self._taken - _IMPLIED, key=str):
            inner, parts = self._inner.get(key), self._lists.get(key)
            if inner is not None and not (inner.is_whole and set(inner.value) - _IMPLIED):
                yield from inner.rest()
            elif parts is None or any(True for part in parts for _ in part.rest()):
                yield json_pointer(self.place, key), self.value[key]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it was taken."""
        if self._taken or self._is_map or not all(inner.is_whole for inner in self._inner.values()):
            return False
        return not any(parts for parts in self._lists.values())


def json_pointer(place: str, key: str) -> str:
    """Where `key` of the object at a place stands (RFC 6901)."""
    step = str(key).replace("~", "~0").replace("/", "~1")
    return f"{place}/{step}" if place else step
