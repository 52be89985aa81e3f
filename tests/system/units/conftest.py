"""The machines: the oldest systemd that is supported, 252, and 257; and somebody who follows the guide on one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.lived import lived
from support.receiver import receiving
from support.world import FakeClock
from system.home import Home, guarded_home
from system.machine import Machine, booted, install_checkout
from system.reader import HERE, Reader


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def home(request: pytest.FixtureRequest) -> Iterator[Home]:
    with guarded_home(request.param) as home:
        yield home


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """The oldest Debian; the service's own tests are made on a newer one, too."""
    with booted("bookworm") as machine:
        install_checkout(machine)
        machine.run("cardwarden", "systemd", "install")
        machine.run("systemd-sysusers")
        machine.run("systemctl", "daemon-reload")
        yield machine


@pytest.fixture
def reader(machine: Machine, tmp_path: Path) -> Iterator[Reader]:
    """On that machine a book was guarded for twenty days, and something is open."""
    clock = FakeClock()
    clock.at = datetime.now(UTC) - timedelta(days=20, hours=2)
    world = lived(tmp_path / "lived", clock=clock)
    machine.run(
        "sh", "-c", "systemctl stop cardwarden; rm -rf /etc/cardwarden /var/lib/cardwarden /srv/* /mnt/* " + HERE
    )
    machine.run("rm", "-rf", "/etc/systemd/system/cardwarden.service.d")
    for folder in (HERE, "/mnt/disk", "/srv/sync/phone", "/srv/books", "/var/lib/cardwarden", "/etc/cardwarden"):
        machine.path(folder).mkdir(parents=True)
    shutil.copytree(world.book, machine.path("/srv/contacts"))
    shutil.copytree(world.root / "state", machine.path("/var/lib/cardwarden"), dirs_exist_ok=True)
    machine.run("sh", "-c", "chown -R cardwarden: /var/lib/cardwarden /srv/contacts")
    with receiving() as phone:
        machine.write("/etc/cardwarden/phone-url", phone.url + "\n", mode=0o600)
        machine.run("sh", "-c", "systemctl daemon-reload; systemctl reset-failed")  # what a page's drop-in said is gone
        yield Reader(machine, phone, instead={"ntfys://ntfy.sh/a-secret-topic": phone.url})
