"""README's own road, typed line by line as it stands there, on a machine with a real systemd."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import pytest

from support.receiver import receiving
from system.contacts import damage, fill, wait_for_alert
from system.machine import CHECKED_OUT, CHECKOUT, booted, copy_checkout, tried

pytestmark = pytest.mark.system

ADDRESS = "ntfys://ntfy.sh/a-secret-topic"  # README's example of one


def blocks() -> list[str]:
    """The indented blocks of README's section on the installation, in order."""
    text = (CHECKOUT / "README.md").read_text("utf-8")
    section = text.partition("\n## Install\n")[2].partition("\n## ")[0]
    found = re.findall(r"(?:^(?: {4}.*)?\n)+", section, re.MULTILINE)
    return [textwrap.dedent(block).strip() for block in found if block.strip()]


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_every_line_of_the_road_does_what_it_is_there_for(suite: str) -> None:
    typed, settings, rest = blocks()
    assert "[alerts.channels.phone]" in settings
    said: dict[str, str] = {}
    with receiving() as phone, booted(suite) as machine:
        copy_checkout(machine)
        fill(machine.path("/srv/contacts"))

        def type_(line: str) -> None:
            command = f"cd {CHECKED_OUT} && {line.replace(ADDRESS, phone.url)} 2>&1"
            downloads = "make install" in line
            said[line] = (tried if downloads else once)(lambda: machine.run("sh", "-c", command))

        for line in typed.splitlines():
            type_(line)
        machine.write("/etc/cardwarden/cardwarden.toml", settings + "\n")  # "Edit the file"
        for line in rest.splitlines():
            type_(line)
        assert any(ADDRESS in line for line in said), "the line that writes the address is not README's any more"
        secret = machine.run("stat", "-c", "%U %a", "/etc/cardwarden/phone-url").split()
        assert secret == ["cardwarden", "600"]
        [validated] = [text for line, text in said.items() if "config validate" in line]
        assert "is valid." in validated
        assert "will fail" not in validated
        assert len(phone.requests) == 1, "the test message"
        [status] = [text for line, text in said.items() if line.endswith("cardwarden status")]
        assert "The daemon runs" in status
        assert "family" in status
        damage(machine.path("/srv/contacts"), "Aoi")
        wait_for_alert(phone, "Aoi")


def once(step: Callable[[], str]) -> str:
    """What a step says that must succeed at once."""
    return step()
