"""`cardwarden discover`, as it is called."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.actions.queries.documents import DOCUMENTS
from cardwarden.actions.queries.documents.setup import DiscoveredDocument
from cardwarden.cli.main import run
from support.contract import kind_of
from support.fake_dav import FakeDav, Reply, Request, serving


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    def closed(request: Request) -> Reply | None:
        return None if request.headers.get("Authorization") == "Basic YWxpY2U6c2VjcmV0" else Reply(401)

    with serving() as server:
        server.always = closed
        yield server


def test_the_address_books_are_listed_with_their_names(
    dav: FakeDav, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "secret")
    assert run(["discover", dav.root, "--username", "alice", "--password-env", "PASSWORD"]) == 0
    printed = capsys.readouterr().out
    assert "Family" in printed
    assert dav.url in printed


def test_programs_get_them_as_json(dav: FakeDav, capsys: pytest.CaptureFixture[str]) -> None:
    command = f"{sys.executable} -c \"print('secret')\""
    assert run(["discover", dav.root, "--username", "alice", "--password-command", command, "--json"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"books": [{"name": "Family", "url": dav.url}]}
    assert kind_of(printed, DOCUMENTS["discover"]) is DiscoveredDocument


def test_a_wrong_password_is_told_and_is_not_shown(
    dav: FakeDav, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "pa55word")
    assert run(["discover", dav.root, "--username", "alice", "--password-env", "PASSWORD"]) == 3
    err = capsys.readouterr().err
    assert "refused the user name or the password" in err
    assert "pa55word" not in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["ftp://a/"], "URL: write a web address"),
        (["a", "--password-env", "A"], "needs --username"),
        (["a", "--username", "u", "--bearer-env", "A"], "needs no --username"),
        (["a", "--username", "u", "--password-env", "A", "--password-file", "/a"], "one option"),
    ],
)
def test_options_that_do_not_fit_are_a_wrong_use(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["discover", *options]) == 2
    assert words in capsys.readouterr().err


def test_a_script_reads_on_standard_error_which_server_is_waited_for(
    dav: FakeDav, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "secret")
    config = tmp_path / "cardwarden.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/cardwarden.db"\n[sources.home]\ntype = "carddav"\nurl = "{dav.url}"\n'
        'username = "alice"\npassword_env = "PASSWORD"\n'
    )
    dav.script = [Reply(503, headers={"Retry-After": "3"})]
    assert run(["check", "--config", str(config)]) == 0
    assert capsys.readouterr().err == "Waiting 3 seconds: 127.0.0.1 asks to be left alone for so long.\n"


def test_a_variable_that_is_not_set_is_named(dav: FakeDav, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["discover", dav.root, "--username", "alice", "--password-env", "NO_SUCH_VARIABLE"]) == 4
    assert "--password_env: the environment variable NO_SUCH_VARIABLE is not set" in capsys.readouterr().err
