"""Writes into a source `vcf-file`: one file with many cards."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.writers import files
from cardwarden.writers.member import CardFile
from cardwarden.writers.writer import Replacement, changed


class VcfFileWriter:
    """Replaces cards in one file, all of them at once; every other byte of it stays."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = os.fsencode(path)

    def look(self, replacements: Sequence[Replacement]) -> Iterator[bytes | None]:
        member = self._member()
        return (member.card_at(replacement.exchange) for replacement in replacements)

    def write(self, replacements: Sequence[Replacement]) -> Iterator[Mapping[int, bytes | None]]:
        member = self._member()
        exchanges = [replacement.exchange for replacement in replacements]
        for exchange in exchanges:
            there = member.card_at(exchange)
            if there != exchange.seen:
                raise changed(self._name, there)
        spliced = member.splice(exchanges)
        if spliced is None:
            raise changed(self._name, None)
        if not files.replace(self._path, member.data, spliced.member, follow=True):
            now = self._member()
            raise changed(
                self._name,
                next((now.card_at(exchange) for exchange in exchanges if now.card_at(exchange) != exchange.seen), None),
            )
        yield dict(enumerate(spliced.cards))

    def _member(self) -> CardFile:
        data = files.read(self._path, follow=True)
        if data is None:
            path = Code(os.fsdecode(self._path))
            raise RefusedError(phrase("writer-file-gone", path=path, source=Code(self._name)))
        return CardFile(data)
