"""The first ten minutes: README's short way on a bare machine, answered as a person would, until the phone shows a change."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from support.dav_servers import PASSWORD, USER, radicale, sabredav
from support.fake_dav import TLS
from support.fake_nextcloud import nextcloud
from support.receiver import Receiver, receiving
from support.terminal import Terminal, typed
from system.contacts import NAMES, damage, damaged, fill, healthy, wait_for_alert
from system.machine import CHECKED_OUT, CHECKOUT, Machine, booted, copy_checkout, tried

pytestmark = pytest.mark.system

TEN_MINUTES = 600.0
README = Path(CHECKOUT, "README.md").read_text("utf-8")
MADE = (
    "/etc/cardwarden /var/lib/cardwarden /srv/contacts /etc/systemd/system/cardwarden* /etc/sysusers.d/cardwarden.conf"
)
SHORT_WAY = re.search(r"The short way is `sudo (make install)`, then `sudo (cardwarden init)`", README)


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def bare(request: pytest.FixtureRequest) -> Iterator[tuple[Machine, float]]:
    """A machine on which only `make install` was typed, and how long that took."""
    assert SHORT_WAY
    with booted(request.param) as machine:
        copy_checkout(machine)
        began = time.monotonic()
        tried(lambda: machine.run("sh", "-c", f"cd {CHECKED_OUT} && sudo {SHORT_WAY[1]}"))
        yield machine, time.monotonic() - began


@pytest.fixture
def machine(bare: tuple[Machine, float]) -> Iterator[Machine]:
    """It, as if nobody had answered yet."""
    machine, _ = bare
    yield machine
    machine.run(
        "sh", "-c", f"systemctl disable --now cardwarden; userdel cardwarden; rm -rf {MADE}; systemctl daemon-reload"
    )


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with receiving() as phone:
        yield phone


def asked(machine: Machine, phone: Receiver, about_the_book: Callable[[Terminal], None], *options: str) -> None:
    """`sudo cardwarden init`, with the answer that is ready wherever there is one, until the service runs."""
    assert SHORT_WAY
    command = machine.entering("TERM=xterm", "LANG=C.UTF-8", *SHORT_WAY[2].split(), *options)
    with typed(command, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}) as terminal:
        terminal.answers("Your choice [1]:")
        terminal.answers("Your country", "jp")
        about_the_book(terminal)
        terminal.sees(f"contacts {len(NAMES)}")
        terminal.answers("messages")
        terminal.answers("Your choice [1]:", "2")
        terminal.answers("not shown):", phone.url)
        terminal.answers("test message now [Y/n]:")
        terminal.answers("Did it arrive [Y/n]:", "y")
        terminal.answers("start", "y")
        terminal.answers("Shall it be done [Y/n]:")
        terminal.sees("Done", patience=120)
        assert terminal.ends() == 0, terminal.screen
    assert [message["title"] for message in phone.requests] == ["cardwarden can reach you here"]
    assert machine.of("cardwarden", "ActiveState") == "active"
    doctor = machine.run("sh", "-c", "cardwarden doctor || true")
    assert [line for line in doctor.splitlines() if line.startswith("!!") and "No time server" not in line] == []
    assert "The daemon runs" in machine.run("sudo", "-u", "cardwarden", "cardwarden", "status")


def test_a_folder_is_guarded(bare: tuple[Machine, float], machine: Machine, phone: Receiver) -> None:
    began = time.monotonic() - bare[1]
    fill(machine.path("/srv/contacts"))
    asked(machine, phone, lambda terminal: terminal.answers("The address book", "/srv/contacts"))
    damage(machine.path("/srv/contacts"), "Aoi")
    wait_for_alert(phone, "Aoi")
    assert time.monotonic() - began < TEN_MINUTES


def put(book: str, auth: tuple[str, str] = (USER, PASSWORD)) -> None:
    for name in NAMES:
        assert requests.put(f"{book}{name}.vcf", healthy(name), auth=auth, timeout=10).status_code < 300


def check_and_wait(machine: Machine, phone: Receiver) -> None:
    """What the daemon does every quarter of an hour, now."""
    machine.run("sh", "-c", "sudo -u cardwarden cardwarden check; test $? = 1")
    wait_for_alert(phone, "Aoi")


def test_a_radicale_is_guarded(bare: tuple[Machine, float], machine: Machine, phone: Receiver, tmp_path: Path) -> None:
    began = time.monotonic() - bare[1]
    with radicale(tmp_path) as server:
        put(server.book)

        def about_the_book(terminal: Terminal) -> None:
            terminal.answers("The address book", server.root.removeprefix("http://").rstrip("/"))
            terminal.answers("user name", USER)
            terminal.answers("password", PASSWORD)

        asked(machine, phone, about_the_book)
        requests.put(f"{server.book}Aoi.vcf", damaged("Aoi"), auth=(USER, PASSWORD), timeout=10)
        check_and_wait(machine, phone)
    assert time.monotonic() - began < TEN_MINUTES


def test_a_nextcloud_is_guarded(bare: tuple[Machine, float], machine: Machine, phone: Receiver, tmp_path: Path) -> None:
    """Its login in a browser is played; the books are its library's, SabreDAV."""
    began = time.monotonic() - bare[1]
    certificate = TLS / "certificate.pem"
    machine.write("/usr/local/share/home.pem", certificate.read_text())
    with sabredav(tmp_path, "/remote.php/dav/") as behind, nextcloud() as server:
        server.behind = behind.root.partition("/remote.php")[0]
        put(behind.book)

        def about_the_book(terminal: Terminal) -> None:
            terminal.answers("The address book", server.root)
            terminal.answers("Your choice [1]:")
            terminal.sees("/login/v2/flow/a-long-word")
            requests.get(f"{server.root}/login/v2/flow/a-long-word", verify=str(certificate), timeout=10)

        asked(machine, phone, about_the_book, "--tls-ca", "/usr/local/share/home.pem")
        requests.put(f"{behind.book}Aoi.vcf", damaged("Aoi"), auth=(USER, PASSWORD), timeout=10)
        check_and_wait(machine, phone)
    secrets = machine.run("sh", "-c", "stat -c '%U %a' /etc/cardwarden/anna-password")
    assert secrets.split() == ["cardwarden", "600"]
    assert time.monotonic() - began < TEN_MINUTES
