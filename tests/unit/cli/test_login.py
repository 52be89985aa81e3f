"""`cardwarden login`: in a browser on this machine, by pasting, and at a Nextcloud."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
import requests

from support.command import program
from support.fake_dav import TLS
from support.fake_google import USER, FakeGoogle, google
from support.fake_graph import FakeGraph, graph
from support.fake_nextcloud import PASSWORD, FakeNextcloud, nextcloud
from support.kept_sign_in import refresh_token

CERTIFICATE = TLS / "certificate.pem"


def config(folder: Path, source: str, language: str = "en") -> Path:
    path = folder / "cardwarden.toml"
    path.write_text(
        f'region = "JP"\nlanguage = "{language}"\n[store]\nurl = "sqlite:///{folder}/x.db"\n[sources.anna]\n'
        f'tls_ca = "{CERTIFICATE}"\n{source}\n',
        "utf-8",
    )
    return path


def for_google(folder: Path, fake: FakeGoogle, language: str = "en") -> Path:
    (folder / "client.json").write_text(fake.client_file(), "utf-8")
    return config(folder, f'type = "google"\nusername = "{USER}"\nlogin_file = "{folder}/anna-login"', language)


def for_nextcloud(folder: Path, fake: FakeNextcloud, username: str = "anna") -> Path:
    source = f'type = "nextcloud"\nurl = "{fake.root}"\nusername = "{username}"\npassword_file = "{folder}/anna-cloud"'
    return config(folder, source)


def address(running: subprocess.Popen[str]) -> str:
    """What the person is to open."""
    assert running.stdout
    for line in running.stdout:
        if line.startswith("https://"):
            return line.strip()
    raise AssertionError(running.communicate()[1])


def agree(url: str) -> requests.Response:
    """What a person does in a browser: open the page, follow its one link."""
    page = requests.get(url, verify=str(CERTIFICATE), timeout=10)
    [link] = re.findall('href="([^"]+)"', page.text)
    return requests.get(urljoin(url, link.replace("&amp;", "&")), timeout=10)


def test_a_sign_in_in_a_browser_of_this_machine_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    with google() as fake:
        path = for_google(tmp_path, fake)
        running = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(path))
        thanks = agree(address(running))
        out, err = running.communicate(timeout=20)
        assert running.returncode == 0, err
        assert "You are signed in" in thanks.text
        kept = tmp_path / "anna-login"
        assert refresh_token(kept) == "refresh-0"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert "refresh-0" not in out + err

        again = program("login", "anna", "--config", str(path))  # access was lost: the client is known by now
        agree(address(again))
        again.communicate(timeout=20)
        assert again.returncode == 0
        assert refresh_token(kept) == "refresh-1"


def test_a_sign_in_that_is_to_be_a_credential_is_encrypted_by_systemd_and_stands_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin/systemd-creds"
    tool.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/given\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    with google() as fake:
        (tmp_path / "client.json").write_text(fake.client_file(), "utf-8")
        path = config(tmp_path, f'type = "google"\nusername = "{USER}"\nlogin_credential = "anna-login"')
        running = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(path))
        agree(address(running))
        out, err = running.communicate(timeout=20)
        assert running.returncode == 0, err
        assert "LoadCredentialEncrypted=anna-login:/etc/credstore.encrypted/anna-login" in out
        asked = (tmp_path / "asked").read_text().split()
        assert asked == ["encrypt", "--name=anna-login", "-", "/etc/credstore.encrypted/anna-login"]
        assert json.loads((tmp_path / "given").read_text())["refresh_token"] == "refresh-0"
        tool.write_text("#!/bin/sh\necho no key here >&2\nexit 1\n")
        again = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(path))
        agree(address(again))
        _, err = again.communicate(timeout=20)
        assert again.returncode != 0
        assert "no key here" in err


@pytest.mark.parametrize("language", ["en", "ja", "de"])
def test_where_no_browser_is_the_address_is_pasted(tmp_path: Path, language: str) -> None:
    with google() as fake:
        path = for_google(tmp_path, fake, language)
        arguments = ("login", "anna", "--paste", "--client", str(tmp_path / "client.json"), "--config", str(path))
        running = subprocess.Popen(
            program_arguments(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        page = requests.get(address(running), verify=str(CERTIFICATE), timeout=10)
        [link] = re.findall('href="([^"]+)"', page.text)
        _, err = running.communicate(link.replace("&amp;", "&") + "\n", timeout=20)
        assert running.returncode == 0, err
        assert (tmp_path / "anna-login").exists()


def program_arguments(*arguments: str) -> list[str]:
    import sys

    return [sys.executable, "-m", "cardwarden", *arguments]


def test_who_declines_is_told_so_and_nothing_is_kept(tmp_path: Path) -> None:
    with google() as fake:
        fake.consents = False
        path = for_google(tmp_path, fake)
        running = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(path))
        agree(address(running))
        _, err = running.communicate(timeout=20)
        assert running.returncode == 3
        assert "declined" in err
        assert not (tmp_path / "anna-login").exists()


def test_an_answer_to_another_request_is_not_taken(tmp_path: Path) -> None:
    with google() as fake:
        path = for_google(tmp_path, fake)
        running = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(path))
        [redirect] = re.findall(r"redirect_uri=([^&]+)", address(running))
        requests.get(unquote(redirect) + "?code=stolen&state=mine", timeout=10)
        _, err = running.communicate(timeout=20)
        assert running.returncode == 3
        assert "stolen" not in err
        assert not (tmp_path / "anna-login").exists()


def test_ctrl_c_ends_it_and_nothing_is_kept(tmp_path: Path) -> None:
    with google() as fake:
        path = for_google(tmp_path, fake)
        running = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(path))
        address(running)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=10)
        assert running.returncode != 0
        assert not (tmp_path / "anna-login").exists()


@pytest.mark.parametrize("what", ["", "not json", '{"web": {}}', '{"installed": {"client_id": "x"}}'])
def test_a_file_that_is_no_client_is_said_to_be_none(tmp_path: Path, what: str) -> None:
    with google() as fake:
        path = for_google(tmp_path, fake)
        (tmp_path / "client.json").write_text(what, "utf-8")
        running = program("login", "anna", "--client", str(tmp_path / "client.json"), "--config", str(path))
        _, err = running.communicate(timeout=20)
        assert running.returncode == 2
        assert "client.json" in err


def test_the_first_time_says_where_a_client_comes_from(tmp_path: Path) -> None:
    with google() as fake:
        running = program("login", "anna", "--config", str(for_google(tmp_path, fake)))
        _, err = running.communicate(timeout=20)
    assert running.returncode == 2
    assert "console.cloud.google.com" in err


def test_a_nextcloud_makes_an_app_password(tmp_path: Path) -> None:
    with nextcloud() as fake:
        running = program("login", "anna", "--config", str(for_nextcloud(tmp_path, fake)))
        requests.get(address(running), verify=str(CERTIFICATE), timeout=10)
        out, err = running.communicate(timeout=20)
        assert running.returncode == 0, err
        kept = tmp_path / "anna-cloud"
        assert kept.read_text("utf-8").strip() == PASSWORD
        assert kept.stat().st_mode & 0o777 == 0o600
        assert PASSWORD not in out + err


def test_a_nextcloud_that_knows_her_by_another_name_says_so(tmp_path: Path) -> None:
    with nextcloud() as fake:
        running = program("login", "anna", "--config", str(for_nextcloud(tmp_path, fake, "anna@example.org")))
        requests.get(address(running), verify=str(CERTIFICATE), timeout=10)
        out, _ = running.communicate(timeout=20)
    assert "username" in out


def test_a_login_that_leads_to_another_server_is_not_followed(tmp_path: Path) -> None:
    with nextcloud() as fake, nextcloud() as thief:
        fake.other = thief.root.replace("127.0.0.1", "localhost")
        running = program("login", "anna", "--config", str(for_nextcloud(tmp_path, fake)))
        _, err = running.communicate(timeout=20)
        assert running.returncode == 3
        assert "another server" in err
        assert thief.polls == 0


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('type = "radicale"\nurl = "https://127.0.0.1:1"\nusername = "a"\npassword_env = "P"', "needs no sign-in"),
        ('type = "nextcloud"\nurl = "https://127.0.0.1:1"\nusername = "a"\npassword_env = "P"', "password_file"),
    ],
)
def test_what_cannot_be_signed_in_to_is_said(tmp_path: Path, source: str, says: str) -> None:
    running = program("login", "anna", "--config", str(config(tmp_path, source)))
    _, err = running.communicate(timeout=20)
    assert running.returncode == 2
    assert says in err


def for_microsoft(folder: Path, fake: FakeGraph) -> Path:
    login = f'login_file = "{folder}/anna-login"\nlogin_url = "{fake.root}/common/oauth2/v2.0/"'
    return config(folder, f'type = "microsoft"\n{login}')


def test_a_code_typed_in_any_browser_signs_in_to_microsoft(tmp_path: Path) -> None:
    with graph() as fake:
        fake.answers = ["authorization_pending", "authorization_pending"]
        path = str(for_microsoft(tmp_path, fake))
        running = program("login", "anna", "--client-id", "app", "--config", path)
        out, err = running.communicate(timeout=30)
        assert running.returncode == 0, err
        assert "FJC-3W8" in out
        assert f"{fake.root}/devicelogin" in out
        assert refresh_token(tmp_path / "anna-login") == "refresh-0"

        again = program("login", "anna", "--config", path)  # access was lost: the application is known by now
        again.communicate(timeout=30)
        assert again.returncode == 0


@pytest.mark.parametrize(
    ("answer", "says"), [("authorization_declined", "declined"), ("expired_token", "Nobody"), ("x", "(x)")]
)
def test_a_sign_in_to_microsoft_that_comes_to_nothing_is_said(tmp_path: Path, answer: str, says: str) -> None:
    with graph() as fake:
        fake.answers = [answer]
        running = program("login", "anna", "--client-id", "app", "--config", str(for_microsoft(tmp_path, fake)))
        _, err = running.communicate(timeout=30)
        assert running.returncode == 3
        assert says in err
        assert not (tmp_path / "anna-login").exists()


def test_microsoft_the_first_time_says_where_an_application_comes_from(tmp_path: Path) -> None:
    with graph() as fake:
        running = program("login", "anna", "--config", str(for_microsoft(tmp_path, fake)))
        _, err = running.communicate(timeout=20)
    assert running.returncode == 2
    assert "entra.microsoft.com" in err
