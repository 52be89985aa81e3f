"""Restore into a book on a real Cyrus, which Debian has: run by "make test-servers"."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.restore_contract import RestoreContract
from contract.restore_on_carddav import ServerBook
from support.dav_servers import DavServer, cyrus


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with cyrus(tmp_path_factory.mktemp("cyrus")) as running:
        yield running


pytestmark = pytest.mark.servers


class TestCyrus(RestoreContract):
    @pytest.fixture
    def there(self, server: DavServer, monkeypatch: pytest.MonkeyPatch) -> ServerBook:
        return ServerBook(server, monkeypatch)
