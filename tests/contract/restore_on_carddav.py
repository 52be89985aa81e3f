"""A book on a server, written by another client, for the contract of restore."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardwarden.carddav import hosts
from contract.on_carddav import CardDavShelf
from contract.restore_contract import Book
from support.dav_servers import PASSWORD, USER, DavServer


class ServerBook(Book):
    """Empty at first. The server is the tests' own, and asked without a pause: `tests/unit/carddav/test_hosts.py` tries those."""

    def __init__(self, server: DavServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOOK_PASSWORD", PASSWORD)
        monkeypatch.setattr(hosts, "UNATTENDED", replace(hosts.UNATTENDED, per_second=0.0))
        self.url = server.book
        self.shelf = CardDavShelf(server)

    def settings(self) -> str:
        return f'type = "carddav"\nurl = "{self.url}"\nusername = "{USER}"\npassword_env = "BOOK_PASSWORD"\n'

    def put(self, name: str, data: bytes) -> None:
        self.shelf.put(name, data)

    def delete(self, name: str) -> None:
        self.shelf.delete(name)

    def cards(self) -> dict[str, bytes]:
        members = self.shelf.members().items()
        return {href.rpartition("/")[2].removesuffix(".vcf"): data for href, data in sorted(members)}
