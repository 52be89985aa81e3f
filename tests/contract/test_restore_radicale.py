"""Restore into a book on a real Radicale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.restore_contract import RestoreContract
from contract.restore_on_carddav import ServerBook
from support.dav_servers import DavServer, radicale


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


class TestRadicale(RestoreContract):
    @pytest.fixture
    def there(self, server: DavServer, monkeypatch: pytest.MonkeyPatch) -> ServerBook:
        return ServerBook(server, monkeypatch)
