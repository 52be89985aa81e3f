"""The contract for each service that has a type: a name and a password lead to its books, on a server that plays it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cardwarden.errors import SourceError
from cardwarden.settings.load import parse
from cardwarden.sources import presets
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.presets import PRESETS
from cardwarden.sources.source import Known
from contract.on_played import PlayedDavShelf
from contract.source_contract import SourceContract, look, remember
from support.fake_dav import TLS, FakeDav, StillClock
from support.fake_services import LAYOUTS, PASSWORD, USER, FakeService, service


class ServiceShelf(PlayedDavShelf):
    """The account's one book, written by the phone."""

    def __init__(self, fake: FakeService, password: str = PASSWORD) -> None:
        self.fake = fake
        kind = fake.layout.kind
        url = "" if PRESETS[kind].url else f'url = "{fake.root}"\n'
        text = (
            f'[store]\nurl = "sqlite:////x.db"\n[sources.cloud]\ntype = "{kind}"\n{url}username = "{USER}"\n'
            f'password_env = "SECRET"\ntls_ca = "{TLS / "certificate.pem"}"\n'
        )
        options = parse(text, Path("/x.toml"), {}, Path("/")).sources["cloud"]
        assert isinstance(options, CarddavOptions)
        self.source = CardDav("cloud", options, lambda _: password, StillClock())

    def hosts(self) -> list[FakeDav]:
        return [self.fake.entry, self.fake.dav]

    def put(self, name: str, card: bytes) -> None:
        self.fake.dav.put(name, card)

    def delete(self, name: str) -> None:
        self.fake.dav.delete(name)

    def href(self, name: str) -> str:
        return self.fake.path(self.fake.layout.book) + name

    def members(self) -> dict[str, bytes]:
        return {self.href(name): card for name, card in self.fake.dav.cards.items()}

    def trace(self) -> object:
        return {name: hashlib.sha256(card).hexdigest() for name, card in self.fake.dav.cards.items()}


@pytest.fixture(params=LAYOUTS, ids=lambda layout: layout.kind)
def shelf(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceShelf]:
    layout = request.param
    with service(layout) as fake:
        preset = presets.PRESETS[layout.kind]
        if preset.url:  # the service's own address, and the hosts that get its password
            shard = (f"127.0.0.1:{fake.dav.port}",) if layout.has_shard else ()
            here = replace(preset, url=f"{fake.root}{layout.entry}", credential_hosts=shard)
            monkeypatch.setitem(presets.PRESETS, layout.kind, here)
        yield ServiceShelf(fake)


class TestServices(SourceContract):
    kind = "carddav"

    def test_its_one_book_is_found_and_nothing_else(self, shelf: ServiceShelf) -> None:
        assert [book.title for book in shelf.source.books()] == ["Family"]

    def test_a_wrong_password_is_access_lost(self, shelf: ServiceShelf) -> None:
        with pytest.raises(SourceError, match="refused the user name or the password"):
            ServiceShelf(shelf.fake, "guessed").source.books()

    def test_nothing_changed_is_one_request(self, shelf: ServiceShelf) -> None:
        known = remember(shelf)
        shelf.fake.dav.requests.clear()
        look(shelf, known, deep=False)
        assert len(shelf.fake.dav.requests) == 1

    def test_the_first_look_at_a_book_costs_few_requests(self, shelf: ServiceShelf) -> None:
        look(shelf, Known({}), deep=False)
        hosts = {id(host): host for host in (shelf.fake.entry, shelf.fake.dav)}
        assert sum(len(host.requests) for host in hosts.values()) <= 10


def test_every_type_of_a_service_is_played_or_is_the_software_itself() -> None:
    assert {layout.kind for layout in LAYOUTS} | {"radicale", "google"} == set(PRESETS)
