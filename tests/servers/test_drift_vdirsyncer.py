"""A month of ordinary edits, synchronised by vdirsyncer between a real Radicale and a folder, gives no drift."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from support.dav_servers import PASSWORD, USER, DavServer, radicale
from support.month import LANDS, Got, Household, Land, ordinary, somebody
from support.receiver import receiving
from support.world import World

pytestmark = pytest.mark.servers
VDIRSYNCER = os.environ.get("VDIRSYNCER") or shutil.which("vdirsyncer") or "build/vdirsyncer/bin/vdirsyncer"
_CONFIG = """\
[general]
status_path = "{root}/status"
[pair book]
a = "folder"
b = "server"
collections = null
conflict_resolution = "a wins"
[storage folder]
type = "filesystem"
path = "{folder}"
fileext = ".vcf"
[storage server]
type = "carddav"
url = "{url}"
username = "{user}"
password = "{password}"
"""


class Synchronised(World):
    """The folder "family" is the copy of the server's book "cloud"."""

    server: str = ""

    def text(self) -> str:
        return (
            f'{super().text()}[sources.cloud]\ntype = "carddav"\nurl = "{self.server}"\nusername = "{USER}"\n'
            f'password_file = "{self.root}/password"\n[mirrors.home]\norigin = "cloud"\ncopy = "family"\n'
        )


def synchronise(world: Synchronised, server: DavServer) -> None:
    config = world.root / "vdirsyncer"
    if not config.exists():
        config.write_text(
            _CONFIG.format(root=world.root, folder=world.book, url=server.book, user=USER, password=PASSWORD)
        )
        subprocess.run([VDIRSYNCER, "-c", str(config), "discover"], check=True, capture_output=True, timeout=60)
    subprocess.run(
        [VDIRSYNCER, "-c", str(config), "sync", "--force-delete"], check=True, capture_output=True, timeout=120
    )


def nothing() -> None:
    """What happens before the first look."""


def drifts(world: World) -> list[str]:
    return [str(f.finding) for f in world.open() if f.finding.kind == "drift" or f.finding.rule == "copies-apart"]


@pytest.mark.parametrize("land", LANDS[:1], ids=lambda land: land.region)
def test_a_month_of_ordinary_edits_gives_no_drift(tmp_path: Path, land: Land) -> None:
    if not Path(VDIRSYNCER).exists():
        pytest.skip("there is no vdirsyncer (make test-servers)")
    with radicale(tmp_path) as server, receiving() as receiver:
        world = Synchronised(tmp_path / "world", settings=f'region = "{land.region}"\n', phone=receiver.url)
        world.server = server.book
        (world.root / "password").write_text(PASSWORD)
        (world.root / "password").chmod(0o600)
        random = Random(13)
        # Radicale refuses some ways to write a picture, and vdirsyncer then synchronises nothing.
        home = Household(world, land, random, receiver, Got(land.region, 60), has_pictures=False)
        for number in range(60):
            home.save(somebody(random, land, f"p-{number}"))
        synchronise(world, server)
        for what, happens in [("the first look", nothing), *ordinary(home)]:
            happens()
            world.check()
            assert drifts(world) == [], f"{what}, not synchronised yet"
            synchronise(world, server)
            with world.program() as program:
                program.check("cloud")
                program.check("family")
            assert drifts(world) == [], what
            world.clock.at += timedelta(hours=17)
        with world.program() as program:
            program.check("cloud")
            program.check("family")
        assert drifts(world) == []
