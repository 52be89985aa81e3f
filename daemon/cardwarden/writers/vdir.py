"""Writes into a source `vdir`: a folder of .vcf files."""

from __future__ import annotations

import os
from pathlib import Path

from cardwarden.errors import RefusedError
from cardwarden.filename import name_of
from cardwarden.writers import files
from cardwarden.writers.member import card_at, splice
from cardwarden.writers.writer import CardLocation, changed


class VdirWriter:
    """Replaces single cards in the files of a folder; a file whose last card goes, goes too."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = os.fsencode(folder)

    def look(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        member = files.read(self._path(place))
        if member is None:
            return None
        if seen is None:
            return wanted if card_at(member, place.ordinal, None, wanted) == wanted else member
        return card_at(member, place.ordinal, seen, wanted)

    def write(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        path = self._path(place)
        member = files.read(path)
        if seen is None:
            if member is not None or wanted is None or not files.create(path, wanted):
                raise changed(self._name, files.read(path))
            return wanted
        spliced = splice(member, place.ordinal, seen, wanted) if member is not None else None
        if member is None or spliced is None:
            raise changed(self._name, self.look(place, seen, wanted))
        empty = not spliced.member.strip()
        done = files.remove(path, member) if empty else files.replace(path, member, spliced.member)
        if not done:
            raise changed(self._name, self.look(place, seen, wanted))
        return spliced.card

    def _path(self, place: CardLocation) -> bytes:
        name = name_of(place.href)
        if not name or b"/" in name:
            raise RefusedError(f"A contact in {self._name} has a name that is no file's. It was left as it is.")
        return os.path.join(self._folder, name)  # noqa: PTH118 - names that are no UTF-8 are bytes
