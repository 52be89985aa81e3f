"""The story of a damaged copy between a real Radicale and a file, and between a Google account and a real Radicale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cardwarden.sources.presets import PRESETS
from contract.on_carddav import CardDavShelf
from contract.test_carddav_google import kept
from support.dav_servers import PASSWORD, USER, radicale
from support.fake_dav import TLS
from support.fake_google import USER as GOOGLE_USER
from support.fake_google import google
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


class OfGoogle(Mirrored):
    """The origin is a Google account, its copy the book "cloud" of a server."""

    server: str = ""

    def text(self) -> str:
        return (
            f'{self.settings}[store]\nurl = "sqlite:///{self.root}/state/cardwarden.db"\n'
            f'[sources.anna]\ntype = "google"\nusername = "{GOOGLE_USER}"\nlogin_file = "{self.root}/login"\n'
            f'tls_ca = "{TLS}/certificate.pem"\n'
            f'[sources.cloud]\ntype = "carddav"\nurl = "{self.server}"\nusername = "{USER}"\n'
            f'password_file = "{self.root}/password"\n[mirrors.cloud]\norigin = "anna"\ncopy = "cloud"\n'
        )


def test_the_same_story_between_a_google_account_and_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with radicale(tmp_path) as server, google() as account:
        monkeypatch.setitem(PRESETS, "google", replace(PRESETS["google"], url=account.well_known))
        shelf = CardDavShelf(server)
        for name, lines in (people() | SAVED).items():
            account.dav.put(name, card(name, *lines))
            damaged = (lines[0].replace(":186", ":+186"), *lines[1:])
            shelf.put(name, card(name, *damaged, uid=f"{name}-of-the-server"))
        world = OfGoogle(tmp_path / "world")
        world.server = server.book
        account.refresh.append("refresh-0")
        secrets = {"password": PASSWORD, "login": kept(account, "refresh-0")}
        for name, secret in secrets.items():
            (tmp_path / "world" / name).write_text(secret)
            (tmp_path / "world" / name).chmod(0o600)
        world.look("anna", "cloud")
        drifted = [f for f in world.open() if f.finding.kind == "drift"]
        assert len(drifted) == 20
        assert {(f.source, f.finding.rule) for f in drifted} == {("cloud", "number-plus-added")}
        for name, lines in SAVED.items():
            shelf.put(name, card(name, *lines, uid=f"{name}-of-the-server"))
        world.look("anna", "cloud")
        assert [f for f in world.open() if f.finding.kind == "drift"] == []
