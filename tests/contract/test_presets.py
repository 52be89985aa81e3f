"""A service's own type reads the same software by a name and a password."""

from __future__ import annotations

from pathlib import Path

from cardwarden.detect.outcome import Outcome
from cardwarden.settings.load import parse
from cardwarden.wiring import Opening, assembled
from contract.on_carddav import CardDavShelf
from support.dav_servers import PASSWORD, USER, radicale
from support.fake_dav import card


def test_radicale_by_its_type(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with radicale(tmp_path / "server") as server:
        CardDavShelf(server).put("jane", card("jane"))
        text = (
            f'region = "JP"\n[store]\nurl = "sqlite:///{tmp_path}/x.db"\n[sources.home]\ntype = "radicale"\n'
            f'url = "{server.root}"\nusername = "{USER}"\npassword_env = "SECRET"\n'
        )
        settings = parse(text, tmp_path / "x.toml", {}, tmp_path)
        with assembled(settings, Opening.GUARD, environ={"SECRET": PASSWORD}) as program:
            [done] = program.check("home")
    assert (done.outcome, done.cards) == (Outcome.CLEAN, 1)
