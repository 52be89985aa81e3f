"""Workers as units of a real systemd, two of them on one machine, at a real PostgreSQL."""

from __future__ import annotations

import shutil

import pytest

from support.postgresql import running
from support.receiver import receiving
from support.world import card
from system.machine import CHECKED_OUT, Machine, booted, copy_checkout, eventually, tried

pytestmark = pytest.mark.system

UNITS = ("cardwarden-worker@1.service", "cardwarden-worker@2.service")
RIGHT, PLUS = "TEL;TYPE=CELL:080-1234-5602", "TEL;TYPE=CELL:+186080-1234-5602"
HOUSEHOLDS = ("jones", "smith")


def test_two_workers_guard_households_are_killed_and_come_back_and_drain() -> None:
    with running() as postgres, receiving() as phone, booted("trixie") as machine:
        copy_checkout(machine)
        tried(lambda: machine.run("make", "-C", CHECKED_OUT, "install", "WITH=fleet"))
        machine.run("cardwarden", "systemd", "install")
        machine.run("systemd-sysusers")
        shutil.copy(
            machine.path(f"{CHECKED_OUT}/systemd/{UNITS[0].replace('1', '')}"), machine.path("/etc/systemd/system")
        )
        machine.write(
            "/etc/cardwarden/cardwarden.toml",
            f'households = "/etc/cardwarden/households"\nbooks = "/srv/books"\n[store]\nurl = "{postgres.url()}"\n'
            'state = "/var/lib/cardwarden"\n',
        )
        for name in HOUSEHOLDS:
            machine.write(f"/srv/books/{name}/anna.vcf", card(f"Anna {name.title()}", RIGHT).decode())
            machine.write(f"/etc/cardwarden/households/{name}/phone", phone.url)
            machine.write(
                f"/etc/cardwarden/households/{name}.toml",
                f'region = "JP"\n[sources.family]\ntype = "vdir"\npath = "/srv/books/{name}"\nevery = "2s"\n'
                '[alerts.channels.phone]\nurl_file = "~/phone"\n',
            )
        machine.run("chown", "-R", "cardwarden:cardwarden", "/etc/cardwarden/households")
        machine.run("chmod", "-R", "go-rwx", "/etc/cardwarden/households")
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "enable", "--now", *UNITS)
        eventually(lambda: all(f"checked household={name}" in logged(machine) for name in HOUSEHOLDS), 120)
        assert [machine.of(unit, "NotifyAccess") for unit in UNITS] == ["main", "main"]
        for unit in UNITS:
            machine.run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", unit)
        eventually(lambda: all(machine.of(unit, "NRestarts") == "1" for unit in UNITS))
        for name in HOUSEHOLDS:
            machine.write(f"/srv/books/{name}/anna.vcf", card(f"Anna {name.title()}", PLUS).decode())
        eventually(lambda: len(phone.requests) == len(HOUSEHOLDS), 180)
        machine.run("systemctl", "stop", *UNITS)
        assert [machine.of(unit, "Result") for unit in UNITS] == ["success", "success"]
        assert "Traceback" not in logged(machine)


def logged(machine: Machine) -> str:
    """What both workers said."""
    return "".join(machine.journal(unit) for unit in UNITS)
