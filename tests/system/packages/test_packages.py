"""What is handed out, built and installed on an empty Debian: wheel, sdist and .deb, with Python 3.11 and 3.13."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from system.machine import CHECKOUT, Machine, booted, copy_checkout, tried

pytestmark = pytest.mark.system

HERE = "/usr/src/cardwarden"
SETTINGS = 'region = "JP"\n[sources.family]\ntype = "vdir"\npath = "/srv/contacts"\n'
LEFT = ("/opt", "/usr/bin", "/usr/lib/systemd", "/usr/lib/sysusers.d", "/usr/share/doc", "/usr/share/man", "/etc/systemd",
        "/usr/share/bash-completion", "/usr/share/zsh", "/usr/share/fish", "/var/lib/cardwarden", "/etc/cardwarden")  # fmt: skip


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """A machine of a Debian release on which the packages were built."""
    with booted(request.param) as machine:
        copy_checkout(machine)
        tried(lambda: machine.run("make", "-C", HERE, "PYTHON=/usr/bin/python3", "wheel", "deb"))
        yield machine


def files(machine: Machine) -> set[str]:
    """Everything that stands where a package puts something."""
    return set(machine.run("find", *[place for place in LEFT if machine.path(place).exists()]).splitlines())


def test_a_wheel_installs_alone_and_plays_its_story(machine: Machine) -> None:
    machine.run("sh", "-c", "python3 -m venv /tmp/tools && /tmp/tools/bin/pip install --quiet pipx")
    tried(lambda: machine.run("sh", "-c", f"/tmp/tools/bin/pipx install --force {HERE}/dist/*.whl"))
    assert "+186090" in machine.run("/root/.local/bin/cardwarden", "demo")


def test_a_wheel_brings_all_its_extras(machine: Machine) -> None:
    extras = tomllib.loads(Path(CHECKOUT, "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = ",".join(sorted(extras.keys() - {"dev", "docs"}))
    wheel = f'python3 -m venv /tmp/all && /tmp/all/bin/pip install --quiet "$(ls {HERE}/dist/*.whl)[{named}]"'
    tried(lambda: machine.run("sh", "-c", wheel))
    imported = "import cardwarden.web.server, paho.mqtt.client, prometheus_client, psycopg"
    machine.run("/tmp/all/bin/python", "-c", imported)


def test_an_sdist_builds_the_same_program(machine: Machine) -> None:
    sdist = f"python3 -m venv /tmp/sdist && /tmp/sdist/bin/pip install --quiet {HERE}/dist/cardwarden-*.tar.gz"
    tried(lambda: machine.run("sh", "-c", sdist))
    assert machine.run("/tmp/sdist/bin/cardwarden", "--version").startswith("cardwarden ")
    units = "import cardwarden, pathlib; print(*pathlib.Path(cardwarden.__file__).parent.glob('units/*'))"
    assert "cardwarden.service" in machine.run("/tmp/sdist/bin/python", "-c", units)


def test_a_deb_installs_guards_and_goes_without_a_trace(machine: Machine) -> None:
    before = files(machine)
    machine.run("sh", "-c", f"dpkg -i {HERE}/dist/*.deb")
    assert "+186090" in machine.run("cardwarden", "demo")
    assert machine.run("getent", "passwd", "cardwarden")
    contents = machine.run("sh", "-c", f"dpkg-deb --contents {HERE}/dist/*.deb")  # this machine leaves manuals out
    for place in ("man/man1/cardwarden.1.gz", "man/man5/cardwarden.toml.5.gz", "bash-completion/completions/cardwarden",
                  "zsh/site-functions/_cardwarden", "fish/vendor_completions.d/cardwarden.fish"):  # fmt: skip
        assert f"./usr/share/{place}\n" in contents
    machine.write("/srv/contacts/a.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nEND:VCARD\n")
    machine.write("/etc/cardwarden/cardwarden.toml", SETTINGS)
    machine.run("systemctl", "enable", "--now", "cardwarden")
    assert machine.of("cardwarden", "ActiveState") == "active"
    assert "family" in machine.run("sudo", "-u", "cardwarden", "cardwarden", "status")

    machine.run("sh", "-c", f"dpkg -i {HERE}/dist/*.deb")  # an upgrade: it goes on
    assert machine.of("cardwarden", "ActiveState") == "active"

    machine.run("dpkg", "--remove", "cardwarden")
    assert machine.of("cardwarden", "ActiveState") == "inactive"
    assert machine.path("/var/lib/cardwarden/cardwarden.db").exists()
    assert machine.path("/etc/cardwarden/cardwarden.toml").exists()
    machine.run("dpkg", "--purge", "cardwarden")
    assert files(machine) - before == set()
