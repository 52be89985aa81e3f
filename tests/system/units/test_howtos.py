"""How-tos of the guide, typed line by line as they stand there, on a machine on which cardwarden guards a book."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import tomlkit

from support.dav_servers import PASSWORD, USER, radicale, sabredav
from support.fake_dav import TLS
from support.fake_nextcloud import nextcloud
from support.lived import lived
from support.mails import mail_server
from support.receiver import Receiver, receiving
from support.terminal import typed
from support.world import FakeClock
from system.contacts import NAMES, fill, healthy
from system.machine import Machine, booted, eventually, install_checkout
from unit.guide.test_guide import Fenced, fences

pytestmark = pytest.mark.system

BASE = """\
region = "JP"
[sources.family]
type = "vdir"
path = "/srv/contacts"
restore = true
[alerts.channels.phone]
url_file = "/etc/cardwarden/phone-url"
"""
HERE = "/root/here"


@dataclass
class Reader:
    """Somebody who types what a page says, in its order.

    answers  what is written where an editor opens, by the file's path
    instead  what this machine has for what the page makes up
    """

    machine: Machine
    phone: Receiver
    answers: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)

    def follow(self, page: str, passing: tuple[str, ...] = ()) -> dict[str, str]:
        """What each line said. A line with one of the words in `passing` is for another machine."""
        here = [fence for fence in fences() if fence.page == f"how-to/{page}.md"]
        self._settings([fence.text for fence in here if fence.language == "toml"])
        units = iter([fence.text for fence in here if fence.language == "ini"])
        said: dict[str, str] = {}
        for line in self._lines(here):
            if any(word in line for word in passing):
                continue
            if edited := re.fullmatch("sudoedit (.*)", line):
                path = self.machine.path(edited[1])
                assert path.exists(), f"{page}: nothing made {path}, so anybody could read it"
                path.write_text(self.answers[edited[1]] + "\n")
            elif unit := re.fullmatch(r"sudo systemctl edit (\S+)", line):
                self.machine.write(f"/etc/systemd/system/{unit[1]}.service.d/override.conf", next(units))
                self.machine.run("systemctl", "daemon-reload")
            elif line.endswith("cardwarden web password"):
                self._password(line)
            elif line.startswith("curl "):
                said[line] = self._curl(line)
            else:
                said[line] = self.machine.run("sh", "-c", f"cd {HERE} && {line} || test $? = 1")
        return said

    def _lines(self, here: list[Fenced]) -> Iterator[str]:
        for fence in here:
            if fence.language == "console":
                yield from (line.strip() for line in self._real(fence.text).splitlines())

    def _settings(self, texts: list[str]) -> None:
        """The settings that the machine has, and those of the page."""
        whole: dict[str, Any] = tomlkit.parse(BASE).unwrap()
        for text in texts:
            _put(whole, tomlkit.parse(self._real(text)).unwrap())
        self.machine.write("/etc/cardwarden/cardwarden.toml", tomlkit.dumps(whole))
        self.machine.run("sh", "-c", "chown -R cardwarden: /etc/cardwarden; systemctl restart cardwarden || true")

    def _real(self, text: str) -> str:
        for made_up, real in self.instead.items():
            text = text.replace(made_up, real)
        return text

    def _password(self, line: str) -> None:
        with typed(self.machine.entering("TERM=xterm", "sh", "-c", line), {"PATH": "/usr/sbin:/usr/bin"}) as terminal:
            terminal.answers("New password:", "correct horse battery")
            terminal.answers("Once more:", "correct horse battery")
            assert terminal.ends() == 0, terminal.screen

    def _curl(self, line: str) -> str:
        """The machine has none; its network is ours."""
        read = re.search(r"\$\(sudo cat (\S+)\)", line)
        assert read
        token = self.machine.path(read[1]).read_text().strip()
        url = line.rpartition(" ")[2]
        status, text = eventually(lambda: _answer(url, Authorization=f"Bearer {token}"))
        assert status == 200, text
        return text


def _answer(url: str, **headers: str) -> tuple[int, str] | None:
    try:
        answer = requests.get(url, headers=headers, timeout=10)
    except requests.ConnectionError:
        return None  # it begins to listen after the first check
    return answer.status_code, answer.text


def _put(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Tables beside those that are there; one of another type takes its place."""
    for key, value in more.items():
        there = into.get(key)
        if isinstance(value, dict) and isinstance(there, dict) and value.get("type") in {None, there.get("type")}:
            if any(name.startswith("url_") for name in value):  # an address stands in one place
                there.pop("url_file", None)
            _put(there, value)
        else:
            into[key] = value


@pytest.fixture(scope="module")
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
        machine.run("systemctl", "reset-failed")
        yield Reader(machine, phone, instead={"ntfys://ntfy.sh/a-secret-topic": phone.url})


def test_systemd(reader: Reader) -> None:
    said = reader.follow("systemd", passing=("make install", "cardwarden init"))
    assert "The daemon runs" in next(text for line, text in said.items() if line.endswith("cardwarden status"))
    reader.machine.path("/srv/contacts/anna.vcf").unlink()
    eventually(lambda: any("Anna" in str(told) for told in reader.phone.requests))  # by the credential's address


def test_putting_back(reader: Reader) -> None:
    before = reader.machine.path("/srv/contacts/anna.vcf").read_text()
    said = reader.follow("put-back")
    assert "901820" in said["sudo cardwarden restore e1 --dry-run"]
    assert "901820" not in before
    assert "Anna Müller" in reader.machine.path(f"{HERE}/family-before.vcf").read_text()


def test_evidence(reader: Reader) -> None:
    said = reader.follow("evidence")
    assert said["cardwarden verify evidence.zip"]


def test_copies_and_exports(reader: Reader) -> None:
    exported = "\n".join(path.read_text() for path in sorted(reader.machine.path("/srv/contacts").glob("*.vcf")))
    reader.machine.write(
        "/srv/sync/phone/contacts-1.vcf", exported.replace("TEL;TYPE=HOME:+49 30", "TEL;TYPE=HOME:+149 30")
    )
    for name in ("old.vcf", "new.vcf"):
        reader.machine.write(f"{HERE}/{name}", exported)
    said = reader.follow("copies")
    assert "+149 30" in said["sudo -u cardwarden cardwarden diff --source family --source phone"]
    reader.instead["--at 1d"] = "--at 0m"  # the copy's history began now
    reader.follow("exports")
    assert "Anna" in reader.machine.path(f"{HERE}/yesterday.vcf").read_text()


def test_messages_monitoring_and_ntfy(reader: Reader) -> None:
    reader.machine.path("/etc/cardwarden/templates").mkdir()
    said = reader.follow("messages")
    assert "Anna" in said["sudo -u cardwarden cardwarden alert preview e1 --language ja"]
    reader.answers["/etc/cardwarden/ping-url"] = reader.phone.url.replace("json:", "http:")
    said = reader.follow("monitoring", passing=("doctor",))
    with_topics = {"ntfys://ntfy.sh/family-$(openssl rand -hex 12)": reader.phone.url}
    reader.instead |= with_topics
    said = reader.follow("ntfy")
    assert any(told.get("title") == "cardwarden can reach you here" for told in reader.phone.requests)
    assert (
        len(reader.machine.path("/etc/cardwarden/phone-answers").read_text().strip())
        > len("ntfys://ntfy.sh/answers-") + 20
    )


def test_mail(reader: Reader) -> None:
    with mail_server() as (port, mails):
        reader.answers["/etc/cardwarden/mail-url"] = (
            f"mailto://127.0.0.1:{port}/?from=a@example.org&to=b@example.org&smtp=127.0.0.1&mode=insecure"
        )
        reader.follow("mail")
    assert "cardwarden can reach you here" in [mail["Subject"] for mail in mails]


def test_scripts_and_webhooks(reader: Reader) -> None:
    reader.answers |= {"/etc/cardwarden/mqtt-password": "x", "/etc/cardwarden/hook-url": reader.phone.url}
    said = reader.follow("home-assistant")
    assert [text for line, text in said.items() if "api/status" in line]


def test_the_page_and_the_family(reader: Reader) -> None:
    reader.machine.path("/srv/mother").mkdir()
    for secret in ("mother-url", "family-radicale"):
        reader.machine.write(f"/etc/cardwarden/{secret}", reader.phone.url, mode=0o600)
    reader.follow("family")
    through = {"Host": "home.example.org", "X-Forwarded-For": "203.0.113.5"}
    _, text = eventually(lambda: _answer("http://127.0.0.1:9219/", **through))
    assert 'type="password"' in text
    reader.follow("reverse-proxy")


def test_several_people(reader: Reader) -> None:
    fill(reader.machine.path("/srv/books/mother"))
    for secret in ("keeper-url", "anna-phone", "anna-cloud"):
        reader.machine.write(f"/etc/cardwarden/{secret}", reader.phone.url, mode=0o600)
    reader.machine.run("chown", "-R", "cardwarden:", "/srv/books")
    reader.instead["https://cloud.example.org"] = "https://127.0.0.1:9"
    reader.follow("people")


def test_moving(reader: Reader) -> None:
    reader.instead["| ssh newhost 'umask 077; cat > cardwarden.tar.gz'"] = (
        "| sh -c 'umask 077; cat > cardwarden.tar.gz'"
    )
    reader.instead["sudo tar -xzf cardwarden.tar.gz -C /"] = (
        "sudo rm -rf /etc/cardwarden /var/lib/cardwarden && sudo tar -xzf cardwarden.tar.gz -C /"
    )
    reader.follow("move", passing=("source rename",))
    assert reader.machine.of("cardwarden", "ActiveState") == "active"
    config = reader.machine.path("/etc/cardwarden/cardwarden.toml")
    config.write_text(config.read_text().replace("[sources.family]", "[sources.home]"))
    reader.machine.run("sudo", "-u", "cardwarden", "cardwarden", "source", "rename", "family", "home")


def test_nextcloud(reader: Reader, tmp_path: Path) -> None:
    machine = reader.machine
    machine.write("/usr/local/share/home.pem", (TLS / "certificate.pem").read_text())
    with sabredav(tmp_path, "/remote.php/dav/") as behind, nextcloud() as cloud:
        cloud.behind, cloud.agreed = behind.root.partition("/remote.php")[0], True
        for name in NAMES:
            requests.put(f"{behind.book}{name}.vcf", healthy(name), auth=(USER, PASSWORD), timeout=10)
        reader.instead |= {
            "https://cloud.example.org --": f"{cloud.root} --tls-ca /usr/local/share/home.pem --",
            'url = "https://cloud.example.org"': f'url = "{cloud.root}"\ntls_ca = "/usr/local/share/home.pem"',
        }
        said = reader.follow("nextcloud")
        assert "Contacts" in next(text for line, text in said.items() if "discover" in line)
        assert f"{len(NAMES)} cards" in machine.run(
            "sudo", "-u", "cardwarden", "cardwarden", "check", "--source", "anna"
        )
    secret = machine.run("stat", "-c", "%U %a", "/var/lib/cardwarden/anna-cloud").split()
    assert secret == ["cardwarden", "600"]


def test_radicale(reader: Reader, tmp_path: Path) -> None:
    with radicale(tmp_path) as server:
        for name in NAMES:
            requests.put(f"{server.book}{name}.vcf", healthy(name), auth=(USER, PASSWORD), timeout=10)
        reader.answers |= {"/etc/cardwarden/anna-radicale": PASSWORD}
        reader.instead |= {
            "https://dav.example.org": server.root.rstrip("/"), 'username = "anna"': f'username = "{USER}"',
            "/var/lib/radicale/collections/collection-root/anna/contacts": "/srv/contacts",
        }  # fmt: skip
        reader.machine.run("groupadd", "--force", "radicale")
        reader.follow("radicale", passing=("edit radicale", "restart radicale"))
        said = reader.machine.run("sudo", "-u", "cardwarden", "cardwarden", "check", "--source", "anna")
        assert f"{len(NAMES)} cards" in said
