"""A home that cardwarden guards: a machine with the service installed as the README says, and the owner's phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.receiver import Receiver, receiving
from system.contacts import fill
from system.machine import Machine, booted, eventually, install_checkout

SERVICE = "cardwarden.service"
SETTINGS = """\
region = "JP"
[sources.family]
type = "vdir"
path = "/srv/contacts"
every = "12h"
[alerts.channels.phone]
url_credential = "phone"
"""
SECRET = """\
[Service]
LoadCredential=phone:/etc/cardwarden/secrets/phone
"""
QUICK = """\
[Service]
WatchdogSec=5s
RestartSec=500ms
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A machine on which cardwarden guards a folder, and the phone of its owner."""

    machine: Machine
    phone: Receiver

    @property
    def contacts(self) -> Path:
        return self.machine.path("/srv/contacts")

    @property
    def pid(self) -> str:
        return self.machine.of(SERVICE, "MainPID")

    def keeper(self, *arguments: str, fails: bool = False) -> str:
        """What the keeper sees who types `sudo -u cardwarden cardwarden ...`."""
        return self.machine.run("sudo", "-u", "cardwarden", "cardwarden", *arguments, fails=fails)

    def status(self) -> dict[str, Any]:
        """What `cardwarden status` says."""
        answer: dict[str, Any] = json.loads(self.keeper("status", "--json"))
        return answer


@contextmanager
def guarded_home(suite: str) -> Iterator[Home]:
    """A home on a fresh machine of a Debian release, with the daemon running and the first look done."""
    with receiving() as phone, booted(suite) as machine:
        install_checkout(machine)
        machine.run("cardwarden", "systemd", "install")
        machine.run("systemd-sysusers")
        machine.run("systemctl", "daemon-reload")
        machine.write("/etc/cardwarden/cardwarden.toml", SETTINGS)
        machine.write("/etc/cardwarden/secrets/phone", phone.url, mode=0o600)
        machine.write("/etc/systemd/system/cardwarden.service.d/secret.conf", SECRET)
        machine.write("/etc/systemd/system/cardwarden-check.service.d/secret.conf", SECRET)
        machine.write("/etc/systemd/system/cardwarden.service.d/quick.conf", QUICK)
        fill(machine.path("/srv/contacts"))
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "enable", "--now", SERVICE)
        home = Home(machine, phone)
        eventually(lambda: "checked" in machine.journal(SERVICE))
        yield home
