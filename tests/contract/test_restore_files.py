"""Restore into a folder, and into a file of many cards."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest

from cardwarden.writers.vcf_file import VcfFileWriter
from cardwarden.writers.writer import CardLocation, Replacement
from contract.restore_contract import Book, RestoreContract

_times = count(1_700_000_000)


def _age(path: Path) -> None:
    """Give a file times that it never had."""
    os.utime(path, (at := next(_times), at))


class Folder(Book):
    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()

    def settings(self) -> str:
        return f'type = "vdir"\npath = "{self.path}"\n'

    def put(self, name: str, data: bytes) -> None:
        path = self.path / f"{name}.vcf"
        path.write_bytes(data)
        _age(path)
        _age(self.path)  # else a card that is missed would be waited for: somebody might be writing the folder

    def delete(self, name: str) -> None:
        (self.path / f"{name}.vcf").unlink()
        _age(self.path)

    def cards(self) -> dict[str, bytes]:
        return {path.stem: path.read_bytes() for path in sorted(self.path.iterdir())}


class OneFile(Book):
    """The names are the tests' own; a file of many cards knows none. Between the cards stands what must stay there."""

    JUNK = b"\r\nX-BETWEEN: this is nobody's line\r\n"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: dict[str, bytes] = {}

    def settings(self) -> str:
        return f'type = "vcf-file"\npath = "{self.path}"\n'

    def put(self, name: str, data: bytes) -> None:
        before = self.names.get(name)
        self.names[name] = data
        there = self.path.read_bytes() if self.path.exists() else b""
        self._write(there.replace(before, data) if before and before in there else there + self.JUNK + data)

    def delete(self, name: str) -> None:
        self._write(self.path.read_bytes().replace(self.names.pop(name), b""))

    def _write(self, data: bytes) -> None:
        self.path.write_bytes(data)
        _age(self.path)

    def cards(self) -> dict[str, bytes]:
        data = self.path.read_bytes()
        parts = [part + b"END:VCARD\r\n" for part in data.replace(self.JUNK, b"").split(b"END:VCARD\r\n") if part]
        found = {part[part.index(b"\r\nUID:") + 6 :].split(b"\r\n")[0].decode().lower(): part for part in parts}
        self.names |= {name: found[name] for name in self.names.keys() & found.keys()}
        return dict(sorted(found.items()))


class TestFolder(RestoreContract):
    @pytest.fixture
    def there(self, tmp_path: Path) -> Folder:
        return Folder(tmp_path / "contacts")


class TestOneFile(RestoreContract):
    @pytest.fixture
    def there(self, tmp_path: Path) -> OneFile:
        return OneFile(tmp_path / "contacts.vcf")

    def test_only_that_card_s_bytes_change(self, there: OneFile, tmp_path: Path) -> None:
        """Of a file with junk, an old version and a broken card beside it."""
        head, tail = b"\xef\xbb\xbfBEGIN:VCARD\nVERSION:2.1\nN:A\nEND:VCARD\n\n \n", b"junk\rBEGIN:VCARD\r\nFN:broken"
        was, wanted = b"BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n", b"BEGIN:VCARD\r\nFN:longer\r\nEND:VCARD\r\n"
        there.path.write_bytes(head + was + tail)
        writer = VcfFileWriter("family", there.path)
        assert list(writer.write([Replacement(CardLocation("", "contacts.vcf", 1), was, wanted)])) == [{0: wanted}]
        assert there.path.read_bytes() == head + wanted + tail
