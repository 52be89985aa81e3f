"""The contract for the source vdir."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.sources.vdir import Vdir
from cardwarden.sources.vdir_options import VdirOptions
from contract.on_files import FilesContract, FilesShelf


class VdirShelf(FilesShelf):
    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = self.whole = root
        self.source = Vdir("family", VdirOptions(type="vdir", path=root), self.clock)

    def file(self, name: str) -> Path:
        return self.root / f"{name}.vcf"

    def put(self, name: str, card: bytes) -> None:
        self.file(name).write_bytes(card)

    def delete(self, name: str) -> None:
        self.file(name).unlink()

    def href(self, name: str) -> str:
        return f"{name}.vcf"

    def members(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.root.glob("*.vcf")}


class TestVdir(FilesContract):
    kind = "vdir"

    @pytest.fixture
    def shelf(self, open_folder: Path) -> VdirShelf:
        return VdirShelf(open_folder)
