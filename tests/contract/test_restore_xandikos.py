"""Restore into a book on a real Xandikos."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.restore_contract import RestoreContract
from contract.restore_on_carddav import ServerBook
from support.dav_servers import DavServer, xandikos


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with xandikos(tmp_path_factory.mktemp("xandikos")) as running:
        yield running


class TestXandikos(RestoreContract):
    @pytest.fixture
    def there(self, server: DavServer, monkeypatch: pytest.MonkeyPatch) -> ServerBook:
        return ServerBook(server, monkeypatch)
