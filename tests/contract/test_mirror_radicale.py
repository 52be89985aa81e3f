"""The story of a damaged copy, where the address book lies on a real Radicale and the app's copy is a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.on_carddav import CardDavShelf
from support.dav_servers import PASSWORD, USER, radicale
from support.mirrored import Mirrored, exported, people
from support.world import card

SAVED = {f"Guest No{number}": (f"TEL;TYPE=CELL:186090-1234-{5600 + number}",) for number in range(20)}


class OnServer(Mirrored):
    """The origin is the book "cloud" of a server."""

    server: str = ""

    def text(self) -> str:
        return (
            f'{self.settings}[store]\nurl = "sqlite:///{self.root}/state/cardwarden.db"\n'
            f'[sources.cloud]\ntype = "carddav"\nurl = "{self.server}"\nusername = "{USER}"\n'
            f'password_file = "{self.root}/password"\n'
            f'[sources.phone]\ntype = "vcf-file"\npath = "{self.export}"\nrestore = true\n'
            '[mirrors.phone]\norigin = "cloud"\ncopy = "phone"\n'
        )


def test_the_app_that_puts_a_plus_before_the_copies_of_numbers_is_found(tmp_path: Path) -> None:
    with radicale(tmp_path) as server:
        shelf = CardDavShelf(server)
        for name, lines in (people() | SAVED).items():
            shelf.put(name, card(name, *lines))
        world = OnServer(tmp_path / "world")
        world.server = server.book
        (tmp_path / "world/password").write_text(PASSWORD)
        (tmp_path / "world/password").chmod(0o600)
        world.copy(exported(people() | {name: (lines[0].replace(":186", ":+186"),) for name, lines in SAVED.items()}))
        world.look("cloud", "phone")
        drifted = [f for f in world.open() if f.finding.kind == "drift"]
        assert len(drifted) == 20
        assert {(f.source, f.finding.rule, f.event_id) for f in drifted} == {
            ("phone", "number-plus-added", drifted[0].event_id)
        }
        world.copy(exported(people() | SAVED))
        world.look("cloud", "phone")
        assert [f for f in world.open() if f.finding.kind == "drift"] == []


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
