"""How-tos of the guide, typed line by line as they stand there, on a machine on which cardwarden guards a book."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from support.dav_servers import PASSWORD, USER, radicale, sabredav
from support.fake_dav import TLS
from support.fake_nextcloud import nextcloud
from support.mails import mail_server
from system.contacts import NAMES, fill, healthy
from system.machine import eventually
from system.reader import HERE, Reader, answer

pytestmark = pytest.mark.system


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
    _, text = eventually(lambda: answer("http://127.0.0.1:9219/", **through))
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
