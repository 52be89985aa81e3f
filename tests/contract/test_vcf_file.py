"""The contract for the source vcf-file, with a plain path and with a pattern."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.sources.vcf_file import VcfFile
from cardwarden.sources.vcf_file_options import VcfFileOptions
from contract.on_files import FilesContract, FilesShelf


class VcfFileShelf(FilesShelf):
    apart = False  # there is but one

    def __init__(self, root: Path, path: str) -> None:
        super().__init__()
        self.root, self.whole = root, root / "contacts.vcf"
        self.path = path
        self.source = VcfFile("phone", VcfFileOptions(type="vcf-file", path=root / path), self.clock)
        self.cards: dict[str, bytes] = {}

    def file(self, name: str) -> Path:
        return self.root / "contacts.vcf"

    def put(self, name: str, card: bytes) -> None:
        self.cards[name] = card
        self._export()

    def delete(self, name: str) -> None:
        del self.cards[name]
        self._export()

    def _export(self) -> None:
        self.file("").write_bytes(b"".join(self.cards.values()))

    def href(self, name: str) -> str:
        return self.path

    def members(self) -> dict[str, bytes]:
        return {self.path: self.file("").read_bytes()}


class TestVcfFile(FilesContract):
    kind = "vcf-file"

    @pytest.fixture(params=["contacts.vcf", "cont*.vcf"])
    def shelf(self, open_folder: Path, request: pytest.FixtureRequest) -> VcfFileShelf:
        return VcfFileShelf(open_folder, request.param)
