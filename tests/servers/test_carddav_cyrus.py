"""The contract for the source carddav on a real Cyrus, which Debian has: run by "make test-servers"."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.on_carddav import CardDavContract, CardDavShelf
from support.dav_servers import DavServer, cyrus

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with cyrus(tmp_path_factory.mktemp("cyrus")) as running:
        yield running


class TestCyrus(CardDavContract):
    @pytest.fixture
    def shelf(self, server: DavServer) -> CardDavShelf:
        return CardDavShelf(server)
