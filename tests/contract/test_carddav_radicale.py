"""The contract for the source carddav on a real Radicale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.on_carddav import CardDavContract, CardDavShelf
from support.dav_servers import DavServer, radicale


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


class TestRadicale(CardDavContract):
    @pytest.fixture
    def shelf(self, server: DavServer) -> CardDavShelf:
        return CardDavShelf(server)
