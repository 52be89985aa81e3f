"""The unit for one user, whose books are in a home that is closed to others."""

from __future__ import annotations

import json

import pytest

from system.contacts import damage, fill, wait_for_alert
from system.home import Home
from system.machine import eventually

pytestmark = pytest.mark.system

SETTINGS = """\
region = "JP"
[sources.own]
type = "vdir"
path = "~/contacts"
every = "12h"
[alerts.channels.phone]
url_env = "PHONE"
"""


def test_a_user_s_own_daemon_becomes_ready_finds_a_change_reloads_and_stops(home: Home) -> None:
    machine = home.machine
    machine.run("useradd", "--create-home", "berta")
    machine.run("chmod", "700", "/home/berta")
    machine.run("loginctl", "enable-linger", "berta")
    uid = machine.run("id", "-u", "berta").strip()

    def berta(*command: str) -> str:
        environ = (f"XDG_RUNTIME_DIR=/run/user/{uid}", "HOME=/home/berta")
        return machine.run("runuser", "-u", "berta", "--", "env", *environ, *command)

    machine.write("/home/berta/.config/cardwarden/cardwarden.toml", SETTINGS)
    machine.write("/home/berta/.config/cardwarden/environment", f"PHONE={home.phone.url}\n", mode=0o600)
    fill(machine.path("/home/berta/contacts"))
    machine.run("chown", "-R", "berta:berta", "/home/berta")
    berta("cardwarden", "systemd", "install", "--user")
    # Lingering begins the user's systemd in its own time; this is the socket on which it listens, with or without a bus.
    there = f"test -S /run/user/{uid}/systemd/private && echo there || true"
    eventually(lambda: machine.run("sh", "-c", there).strip())
    berta("systemctl", "--user", "daemon-reload")
    berta("systemctl", "--user", "enable", "--now", "cardwarden.service")
    eventually(lambda: json.loads(berta("cardwarden", "status", "--json"))["sources"][0]["books"])
    damage(machine.path("/home/berta/contacts"), "Ichiro")
    wait_for_alert(home.phone, "Ichiro")
    berta("systemctl", "--user", "reload", "cardwarden.service")
    berta("systemctl", "--user", "stop", "cardwarden.service")
    shown = berta("systemctl", "--user", "show", "--value", "--property", "Result", "cardwarden.service")
    assert shown.strip() == "success"
