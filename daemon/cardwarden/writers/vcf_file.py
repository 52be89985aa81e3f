"""Writes into a source `vcf-file`: one file with many cards."""

from __future__ import annotations

import os
from pathlib import Path

from cardwarden.errors import RefusedError
from cardwarden.text import harmless
from cardwarden.writers import files
from cardwarden.writers.member import card_at, splice
from cardwarden.writers.writer import CardLocation, changed


class VcfFileWriter:
    """Replaces single cards in one file; every other byte of it stays."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = os.fsencode(path)

    def look(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        return card_at(self._member(), place.ordinal, seen, wanted)

    def write(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        member = self._member()
        there = card_at(member, place.ordinal, seen, wanted)
        spliced = splice(member, place.ordinal, seen, wanted) if there == seen else None
        if spliced is None:
            raise changed(self._name, there)
        if not files.replace(self._path, member, spliced.member):
            raise changed(self._name, self.look(place, seen, wanted))
        return spliced.card

    def _member(self) -> bytes:
        member = files.read(self._path)
        if member is None:
            raise RefusedError(
                f"{harmless(os.fsdecode(self._path))} does not exist, so nothing can be put back into it. "
                f"Correct `path` in [sources.{self._name}]; a pattern with * names exports, which are not written to."
            )
        return member
