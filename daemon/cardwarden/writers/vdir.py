"""Writes into a source `vdir`: a folder of .vcf files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cardwarden.errors import RefusedError
from cardwarden.filename import name_of
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.writers import files
from cardwarden.writers.member import CardFile, Exchange
from cardwarden.writers.writer import CardLocation, Replacement, changed


class VdirWriter:
    """Replaces cards in the files of a folder, each file once; a file whose last card goes, goes too.

    A symbolic link is never written through: what it names may lie anywhere.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = os.fsencode(folder)

    def look(self, replacements: Sequence[Replacement]) -> Iterator[bytes | None]:
        members: dict[bytes, CardFile | None] = {}
        for replacement in replacements:
            path = self._path(replacement.place)
            if path not in members:
                members[path] = self._member(path)
            yield _there(members[path], replacement)

    def write(self, replacements: Sequence[Replacement]) -> Iterator[Mapping[int, bytes | None]]:
        by_path: dict[bytes, dict[int, Replacement]] = {}
        for number, replacement in enumerate(replacements):
            by_path.setdefault(self._path(replacement.place), {})[number] = replacement
        for path, numbered in by_path.items():
            yield dict(zip(numbered, self._write(path, list(numbered.values())), strict=True))

    def _write(self, path: bytes, replacements: Sequence[Replacement]) -> Sequence[bytes | None]:
        """Exchange cards of one file; gives what each became. A new file holds one card."""
        member = self._member(path)
        if member is None or any(replacement.seen is None for replacement in replacements):
            return self._create(path, member, replacements)
        spliced = member.splice([replacement.exchange for replacement in replacements])
        if spliced is None:
            raise self._changed(member, replacements)
        is_left = bool(spliced.member.strip())
        done = files.replace(path, member.data, spliced.member) if is_left else files.remove(path, member.data)
        if not done:
            raise self._changed(self._member(path), replacements)
        return spliced.cards

    def _create(
        self, path: bytes, member: CardFile | None, replacements: Sequence[Replacement]
    ) -> Sequence[bytes | None]:
        wanted = [replacement.wanted for replacement in replacements if replacement.seen is None]
        cards = [card for card in wanted if card is not None]
        if member is not None or len(cards) != len(replacements):
            raise self._changed(member, replacements)
        made = CardFile(b"").splice([Exchange(0, None, card) for card in cards])
        if made is None or not files.create(path, made.member):
            raise self._changed(self._member(path), replacements)
        return made.cards

    def _changed(self, member: CardFile | None, replacements: Sequence[Replacement]) -> RefusedError:
        compared = [(_there(member, replacement), replacement.seen) for replacement in replacements]
        return changed(self._name, next((there for there, seen in compared if there != seen), None))

    def _member(self, path: bytes) -> CardFile | None:
        data = files.read(path)
        return None if data is None else CardFile(data)

    def _path(self, place: CardLocation) -> bytes:
        name = name_of(place.href)
        if not name or b"/" in name:
            raise RefusedError(phrase("writer-no-file-name", source=Code(self._name)))
        return os.path.join(self._folder, name)  # noqa: PTH118 - names that are no UTF-8 are bytes


def _there(member: CardFile | None, replacement: Replacement) -> bytes | None:
    """What stands in a card's place; of a file that should not be there, all of it."""
    if member is None:
        return None
    there = member.card_at(replacement.exchange)
    return member.data if replacement.seen is None and there != replacement.wanted else there
