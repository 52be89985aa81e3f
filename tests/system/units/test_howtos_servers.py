"""How-tos about services of the internet, typed as they stand there: what the tests play is reached under the services' names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from support import fake_jmap, fake_services
from support.dav_servers import PASSWORD, USER, radicale, sabredav
from support.fake_dav import TLS
from support.fake_graph import graph
from support.fake_jmap import jmap
from support.fake_people import people
from support.fake_services import LAYOUTS, service
from support.fronts import Behind, fronts
from support.postgresql import running as postgresql
from support.terminal import Terminal
from system.contacts import NAMES, healthy
from system.machine import Machine, eventually, tried
from system.reader import HERE, Reader, of_page

pytestmark = pytest.mark.system

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
# What lets pip reach its index is put in the place of the machine's own; so it is not changed there, but taken over.
TRUSTING = f"""\
cat {BUNDLE} >/tmp/before
if mountpoint -q {BUNDLE}; then umount {BUNDLE}; fi
update-ca-certificates --fresh && cat /tmp/before >>{BUNDLE}
"""


@contextmanager
def reached(machine: Machine, folder: Path, names: Mapping[str, Behind]) -> Iterator[None]:
    """On the machine these names lead to these servers, and it trusts their authority."""
    with fronts(folder, names) as found:
        usual = "127.0.0.1 localhost\n"  # the machine has none of its own
        machine.write("/etc/hosts", usual + found.hosts)
        machine.write("/usr/local/share/ca-certificates/house.crt", found.authority.read_text())
        machine.run("sh", "-c", TRUSTING)
        try:
            yield
        finally:
            machine.write("/etc/hosts", usual)


def checked(machine: Machine, source: str = "anna") -> str:
    """What a check of a source says. There it is clean, or something looks wrong at the first look."""
    return machine.run("sh", "-c", f"sudo -u cardwarden cardwarden check --source {source} || test $? = 1")


def wrong(said: dict[str, str], *sources: str) -> list[str]:
    """What `doctor`, which looked at these sources, finds wrong with them."""
    [doctor] = [text for line, text in said.items() if line == "sudo cardwarden doctor"]
    assert all(f"{source}:" in doctor for source in sources), doctor
    return [
        line for line in doctor.splitlines() if line.startswith("!!") and any(f"{name}:" in line for name in sources)
    ]


def layout(kind: str) -> fake_services.Layout:
    return next(layout for layout in LAYOUTS if layout.kind == kind)


def test_icloud(reader: Reader, tmp_path: Path) -> None:
    with service(layout("icloud")) as fake:
        names = {
            "contacts.icloud.com": Behind(fake.entry.port),
            "p42-contacts.icloud.com": Behind(fake.dav.port),
        }
        fake.dav.host = "p42-contacts.icloud.com:443"
        for name in NAMES:
            fake.dav.put(f"{name}.vcf", healthy(name))
        reader.answers["/etc/cardwarden/anna-icloud"] = fake_services.PASSWORD
        reader.instead["anna@icloud.com"] = fake_services.USER
        with reached(reader.machine, tmp_path, names):
            assert wrong(reader.follow("icloud"), "anna") == []
            assert f"{len(NAMES)} cards" in checked(reader.machine)


def test_fastmail(reader: Reader, tmp_path: Path) -> None:
    with service(layout("fastmail")) as fake:
        for name in NAMES:
            fake.dav.put(f"{name}.vcf", healthy(name))
        reader.answers["/etc/cardwarden/anna-mail"] = fake_services.PASSWORD
        # No DNS of ours says where the mail's domain has its books.
        there = "discover https://carddav.fastmail.com --username anna@example.org"
        reader.instead["discover anna@example.org"] = there
        with reached(reader.machine, tmp_path, {"carddav.fastmail.com": Behind(fake.entry.port)}):
            said = reader.follow("fastmail", settings=slice(1))
            assert "Family" in next(text for line, text in said.items() if "discover" in line)
            assert f"{len(NAMES)} cards" in checked(reader.machine)


def test_fastmail_by_jmap(reader: Reader, tmp_path: Path) -> None:
    machine = reader.machine
    with jmap() as fake:
        fake.dav.host = "api.fastmail.com"
        for name in NAMES:
            fake.put(name, {"uid": name, "name": {"full": name}})
        machine.write("/etc/cardwarden/anna-token", fake_jmap.TOKEN, mode=0o600)
        with reached(machine, tmp_path, {"api.fastmail.com": Behind(fake.dav.port)}):
            reader.follow("fastmail", passing=("anna-mail",), settings=slice(1, 2))
            assert f"{len(NAMES)} cards" in checked(machine)


class Browser:
    """A person in a browser: opens the page that is shown, and follows its one link."""

    def __init__(self, names: Mapping[str, Behind]) -> None:
        self.names = names

    def _get(self, url: str) -> requests.Response:
        port = self.names[urlsplit(url).hostname or ""].port
        here = urlsplit(url)._replace(netloc=f"127.0.0.1:{port}").geturl()
        return requests.get(here, verify=str(TLS / "certificate.pem"), timeout=10)

    def link(self, terminal: Terminal) -> str:
        terminal.sees("https://")
        [url] = eventually(lambda: re.findall(r"https://\S+\?\S+(?=\n)", terminal.screen) or more(terminal))
        [link] = re.findall('href="([^"]+)"', self._get(url).text)
        return str(urljoin(url, link.replace("&amp;", "&")))

    def agrees(self, terminal: Terminal) -> None:
        requests.get(self.link(terminal), timeout=10)

    def pastes(self, terminal: Terminal) -> None:
        terminal.types(self.link(terminal))


def more(terminal: Terminal) -> list[str]:
    terminal.sees("\n")
    return []


def test_google(reader: Reader, tmp_path: Path) -> None:
    machine = reader.machine
    with people() as fake:
        server = fake.account.dav
        names = {"www.googleapis.com": Behind(server.port), "people.googleapis.com": Behind(server.port)}
        server.host = "www.googleapis.com"
        for name in NAMES:
            server.put(f"{name}.vcf", healthy(name))
            fake.put(name, names=[{"displayName": name}])
        machine.write(f"{HERE}/client.json", fake.account.client_file())
        browser = Browser(names)
        reader.instead["anna@gmail.com"] = "anna@example.org"
        reader.asked = {"--paste": browser.pastes, "cardwarden login": browser.agrees}
        with reached(machine, tmp_path, names):
            assert wrong(reader.follow("google"), "anna") == []  # the other is signed in to later
            for source in ("anna", "anna-people"):
                assert f"{len(NAMES)} cards" in checked(machine, source)
    assert machine.run("stat", "-c", "%U %a", "/var/lib/cardwarden/anna-login").split() == ["cardwarden", "600"]


def test_microsoft(reader: Reader, tmp_path: Path) -> None:
    with graph() as fake:
        names = dict.fromkeys(("graph.microsoft.com", "login.microsoftonline.com"), Behind(fake.dav.port))
        fake.dav.host = "graph.microsoft.com"
        for name in NAMES:
            fake.put(name, displayName=name)
        fake.answers = ["authorization_pending"]
        with reached(reader.machine, tmp_path, names):
            said = reader.follow("microsoft")
            assert "FJC-3W8" in next(text for line, text in said.items() if "login" in line)
            assert wrong(said, "anna") == []
            assert f"{len(NAMES)} cards" in checked(reader.machine)


def test_baikal(reader: Reader, tmp_path: Path) -> None:
    with sabredav(tmp_path, "/dav.php/") as server:
        for name in NAMES:
            requests.put(f"{server.book}{name}.vcf", healthy(name), auth=(USER, PASSWORD), timeout=10)
        reader.answers["/etc/cardwarden/anna-baikal"] = PASSWORD
        reader.instead |= {'username = "anna"': f'username = "{USER}"', "--username anna": f"--username {USER}"}
        port = urlsplit(server.root).port
        assert port
        with reached(reader.machine, tmp_path, {"dav.example.org": Behind(port, tls=False)}):
            said = reader.follow("baikal")
            assert "Contacts" in next(text for line, text in said.items() if "discover" in line)
            assert f"{len(NAMES)} cards" in checked(reader.machine)


VDIRSYNCER = """\
[general]
status_path = "~/.vdirsyncer"
[pair contacts]
a = "server"
b = "folder"
collections = [["family", "contacts", "family"]]
[storage server]
type = "carddav"
url = "{root}"
username = "{user}"
password = "{password}"
[storage folder]
type = "filesystem"
path = "~/.contacts"
fileext = ".vcf"
"""


def test_vdirsyncer(reader: Reader, tmp_path: Path) -> None:
    """By somebody who is signed in, and whose folder vdirsyncer has brought from a Radicale."""
    machine = reader.machine
    machine.run("sh", "-c", "id berta 2>/dev/null || useradd --create-home --shell /bin/bash berta")
    machine.write("/etc/sudoers.d/berta", "berta ALL=(ALL) NOPASSWD: ALL\n", mode=0o440)
    tried(
        lambda: machine.run(
            "sh", "-c", "python3 -m venv /opt/vdirsyncer && /opt/vdirsyncer/bin/pip install -q vdirsyncer==0.21.0"
        )
    )
    uid = machine.run("id", "-u", "berta").strip()
    machine.run("systemctl", "start", f"user@{uid}.service")

    def berta(line: str) -> str:
        environ = ("USER=berta", f"XDG_RUNTIME_DIR=/run/user/{uid}", "HOME=/home/berta", "LANG=C.UTF-8")
        return machine.run("runuser", "-u", "berta", "--", "env", *environ, "sh", "-c", f"cd && {line}")

    with radicale(tmp_path) as server:
        for name in NAMES:
            requests.put(f"{server.book}{name}.vcf", healthy(name), auth=(USER, PASSWORD), timeout=10)
        machine.write(
            "/home/berta/.config/vdirsyncer/config",
            VDIRSYNCER.format(root=server.root, user=USER, password=PASSWORD),
        )
        machine.run("chown", "-R", "berta:", "/home/berta")
        berta("yes | /opt/vdirsyncer/bin/vdirsyncer discover contacts; /opt/vdirsyncer/bin/vdirsyncer sync")
        said = reader.follow_as("vdirsyncer", berta, "/home/berta/.config/cardwarden/cardwarden.toml")
        assert "valid" in said["cardwarden config validate"]
        assert machine.run("loginctl", "show-user", "--value", "--property=Linger", "berta").strip() == "yes"
        eventually(lambda: f"{len(NAMES)}" in berta("cardwarden status"))


def test_households(reader: Reader, tmp_path: Path) -> None:
    machine = reader.machine
    with postgresql() as database, sabredav(tmp_path, "/remote.php/dav/") as server:
        for name in NAMES:
            requests.put(f"{server.book}{name}.vcf", healthy(name), auth=(USER, PASSWORD), timeout=10)
        port = urlsplit(server.root).port
        assert port
        reader.instead |= {
            "sudo make install": "sudo make -C /usr/src/cardwarden install",
            "@db.example.org/families": f"@127.0.0.1:{database.port}/cardwarden",
            'username = "smith"': f'username = "{USER}"',
        }
        with reached(machine, tmp_path, {"cloud.example.org": Behind(port, tls=False)}):
            reader.answers |= {
                "/etc/cardwarden/households/smith/cloud-password": PASSWORD,
                "/etc/cardwarden/households/smith/phone-url": reader.phone.url,
            }
            server_s, household_s = [fence.text for fence in of_page("households") if fence.language == "toml"]
            machine.write("/etc/cardwarden/cardwarden.toml", server_s)
            machine.write(f"{HERE}/smith.toml", household_s.replace('"smith"', f'"{USER}"'))
            reader.asked["household remove"] = lambda terminal: terminal.answers("]: ", "y")
            said = reader.follow("households", passing=("web --listen",), settings=None)
    assert f"{len(NAMES)}" in next(text for line, text in said.items() if "check --household smith" in line)
    assert not machine.path("/etc/cardwarden/households/smith.toml").exists()
    assert machine.path("/mnt/disk/smith.db").exists()
