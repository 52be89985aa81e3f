"""A server that takes a connection and never answers: Ctrl-C ends each command at once, whatever it waits for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.fake_dav import Reply, serving
from support.terminal import on_terminal
from support.world import World, card

CERTIFICATE = str(Path(__file__).parents[1] / "support/tls/certificate.pem")


@contextmanager
def hung() -> Iterator[tuple[int, threading.Event]]:
    """A port that takes connections and says nothing; the event is set when somebody came."""
    came, held = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                held.append(connection)
                came.set()

        threading.Thread(target=take, daemon=True).start()
        try:
            yield listening.getsockname()[1], came
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for connection in held:
                connection.close()


COMMANDS = {
    "check": "check --source cloud",
    "check of all": "check",
    "discover": "discover {scheme}://127.0.0.1:{port}/ --username anna --password-env SECRET --tls-ca {tls}",
    "init": "init --for user --yes --region JP --book {scheme}://127.0.0.1:{port}/ --username anna --password-env SECRET"
    " --tls-ca {tls} --channel none",
    "init by JMAP": "init --for user --yes --region JP --type jmap --book {scheme}://127.0.0.1:{port}/ --username anna"
    " --password-env SECRET --tls-ca {tls} --channel none",
    "init of a Nextcloud": "init --for user --yes --region JP --book {scheme}://127.0.0.1:{port}/ --sign-in --tls-ca {tls}"
    " --channel none",
    "doctor": "doctor",
    "doctor --send": "doctor --send",
    "alert test": "alert test",
    "login": "login next",
}
LOCAL = {
    "diff": "diff --source family --source cloud",
    "export": "export --source family -o {out}",
    "report": "report --since 2020-01-01 -o {out}",
    "status": "status",
    "config validate": "config validate",
}
"""They ask no server, and are done beside one that hangs."""


def typed(world: World, scheme: str, port: int, words: str, tmp_path: Path) -> tuple[list[str], dict[str, str]]:
    world.phone = f"json://127.0.0.1:{port}/"
    world.more = "".join(
        f'[sources.{name}]\ntype = "{kind}"\nurl = "{scheme}://127.0.0.1:{port}/"\nusername = "anna"\n'
        f'{secret}\ntls_ca = "{CERTIFICATE}"\n{more}'
        for name, kind, secret, more in (
            ("cloud", "carddav", 'password_env = "SECRET"', "restore = true\n"),
            ("next", "nextcloud", f'password_file = "{tmp_path}/app-password"', ""),
            ("post", "jmap", 'password_env = "SECRET"', ""),
        )
    )
    home = {"HOME": str(tmp_path), "CARDWARDEN_CONFIG": str(world.config), "SECRET": "x", "PHONE": world.phone}
    if words.startswith("init"):
        del home["CARDWARDEN_CONFIG"]
    return words.format(scheme=scheme, port=port, tls=CERTIFICATE, out=tmp_path / "out.zip").split(), home


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_c_at_a_server_that_never_answers_ends_within_a_second(
    world: World, tmp_path: Path, name: str, scheme: str
) -> None:
    world.put("Yamada", "TEL:03-1234-5678")
    world.check()
    with hung() as (port, came):
        words, home = typed(world, scheme, port, COMMANDS[name], tmp_path)
        with on_terminal(*words, **home) as terminal:
            assert came.wait(20), "it never asked the server"
            time.sleep(0.3)
            began = time.monotonic()
            code = terminal.interrupts()
            took = time.monotonic() - began
    assert (code, took < 2) == (130, True), (code, took, terminal.screen)  # a second, and what a busy machine adds
    assert "Traceback" not in terminal.screen
    assert not (tmp_path / ".config").exists()


def test_ctrl_c_at_a_server_that_answers_no_more_ends_a_restore(world: World, tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def hangs(_: object) -> Reply:
        asked.set()
        over.wait(30)
        return Reply(503)

    with serving() as server:
        world.more = (
            f'[sources.cloud]\ntype = "carddav"\nurl = "{server.url}"\nusername = "alice"\npassword_env = "SECRET"\n'
            "restore = true\n"
        )
        home = {"HOME": str(tmp_path), "CARDWARDEN_CONFIG": str(world.config), "SECRET": "secret"}
        server.put("a.vcf", card("Yamada", "TEL:03-1234-5678", uid="a"))
        for number in ("03-1234-5678", "+03-1234-5678"):
            server.put("a.vcf", card("Yamada", f"TEL:{number}", uid="a"))
            with on_terminal("check", "--source", "cloud", **home) as terminal:
                assert terminal.ends() in {0, 1}, terminal.screen
        server.always = hangs
        try:
            with on_terminal("restore", "e1", "--yes", **home) as terminal:
                assert asked.wait(20), terminal.screen
                began = time.monotonic()
                assert terminal.interrupts() == 130
                assert time.monotonic() - began < 2
        finally:
            over.set()


@pytest.mark.parametrize("name", LOCAL)
def test_what_asks_no_server_waits_for_none(world: World, tmp_path: Path, name: str) -> None:
    world.put("Yamada", "TEL:03-1234-5678")
    world.check()
    with hung() as (port, came):
        words, home = typed(world, "http", port, LOCAL[name], tmp_path)
        with on_terminal(*words, **home) as terminal:
            terminal.ends()
        assert not came.is_set()
