"""The contract for the source carddav on a real Xandikos."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.on_carddav import CardDavContract, CardDavShelf
from support.dav_servers import DavServer, xandikos


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with xandikos(tmp_path_factory.mktemp("xandikos")) as running:
        yield running


class TestXandikos(CardDavContract):
    @pytest.fixture
    def shelf(self, server: DavServer) -> CardDavShelf:
        return CardDavShelf(server)
