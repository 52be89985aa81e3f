"""What a command logs is read by a person: a phrase in their language, and nothing twice."""

from __future__ import annotations

from pathlib import Path

from support.command import program
from support.fake_dav import card, serving
from support.ports import free_port
from support.world import World


def test_a_channel_that_fails_is_told_once_and_in_the_readers_language(world: World) -> None:
    world.phone = "set"
    world.put("Yamada", "TEL;TYPE=CELL:+186080-1234-5602")
    phone = f"json://127.0.0.1:{free_port()}"
    with program("check", "--config", str(world.config), PHONE=phone, LANG="de_DE.UTF-8") as ran:
        out, err = ran.communicate(timeout=60)
    assert err == ""
    assert out.count("Noch nicht zugestellt") == 1
    assert "json://" not in out


def test_what_nothing_else_tells_is_said_in_the_readers_language(tmp_path: Path) -> None:
    config = tmp_path / "cardwarden.toml"
    with serving() as dav:
        dav.cards["jane.vcf"] = card("jane")
        config.write_text(
            f'[store]\nurl = "sqlite:///{tmp_path}/cardwarden.db"\n[sources.home]\ntype = "carddav"\nurl = "{dav.url}"\n'
            'access_log = "/nowhere/access.log"\n'
        )
        with program("check", "--config", str(config), LANG="de_DE.UTF-8") as ran:
            _, err = ran.communicate(timeout=60)
    said = [line for line in err.splitlines() if line.startswith("cardwarden: ")]
    assert err.splitlines() == said
    assert said[0].startswith("cardwarden: Das Zugriffsprotokoll /nowhere/access.log ist nicht lesbar (")
