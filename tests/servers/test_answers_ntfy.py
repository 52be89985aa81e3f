"""Buttons and answers through a real ntfy server: Debian's, or that $CARDWARDEN_NTFY names.

`make test-servers` brings it. `tests/support/ntfy.py` stands in for it in the tests that need no server.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from cardwarden import replies
from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.answers.listen import listening
from cardwarden.store import web as web_store
from support.daemon import eventually
from support.ntfy import press
from support.page import page_of
from support.ports import free_port, is_open
from support.world import YAMADA, World

PROGRAM = os.environ.get("CARDWARDEN_NTFY") or str(Path(__file__).parents[2] / "build/ntfy/usr/bin/ntfy")
pytestmark = pytest.mark.servers
DAMAGED = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
ANSWERS = "secret-answers"


@dataclass
class Server:
    """A real ntfy on loopback; its messages outlive a stop."""

    folder: Path
    port: int
    running: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Path:
        return self.folder / "server.yml"

    def start(self) -> None:
        command = [PROGRAM, "serve", "--config", str(self.settings)]
        self.running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: is_open(self.port))

    def stop(self) -> None:
        if self.running:
            self.running.terminate()
            self.running.wait(20)
            self.running = None

    def run(self, *words: str, **environ: str) -> str:
        """One of the program's other commands, with these settings."""
        command = [PROGRAM, words[0], "--config", str(self.settings), *words[1:]]
        done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    def address(self, topic: str, user: str = "") -> str:
        """As Apprise and the settings write it."""
        return f"ntfy://{user}{'@' if user else ''}127.0.0.1:{self.port}/{topic}"

    def publish(self, topic: str, text: str) -> None:
        requests.post(f"http://127.0.0.1:{self.port}/{topic}", data=text.encode(), timeout=20).raise_for_status()

    def of(self, topic: str) -> list[dict[str, Any]]:
        """What was published there, oldest first."""
        asked = {"poll": "1", "since": "all"}
        answer = requests.get(f"http://127.0.0.1:{self.port}/{topic}/json", params=asked, timeout=20)
        answer.raise_for_status()
        return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    server = Server(tmp_path, port)
    server.settings.write_text(
        f'base-url: "http://127.0.0.1:{port}"\nlisten-http: "127.0.0.1:{port}"\ncache-file: "{tmp_path}/cache.db"\n'
        f'auth-file: "{tmp_path}/users.db"\nauth-default-access: "read-write"\n'
    )
    server.start()
    yield server
    server.stop()


def home(root: Path, server: Server, channel: str, *, reader: str = "") -> World:
    """A contact that is watched; putting back is allowed, also by a button."""
    (root / "answers").write_text(server.address(ANSWERS, reader))
    world = World(root, phone=server.address("phone"))
    read = world.text
    more = (
        f'url_env = "PHONE"\nanswers_file = "{root}/answers"\nanswers_may = ["accept", "restore", "quiet"]\n{channel}'
    )

    def text() -> str:
        return read().replace('url_env = "PHONE"', more).replace('type = "vdir"', 'type = "vdir"\nrestore = true')

    world.text = text  # type: ignore[method-assign]
    world.put("Yamada", *YAMADA)
    world.check()
    return world


def damage(world: World) -> None:
    world.put("Yamada", *DAMAGED)
    world.check()


def test_a_button_in_japanese_puts_it_back_over_the_secret_topic(tmp_path: Path, server: Server) -> None:
    world = home(tmp_path, server, 'language = "ja"')
    damage(world)
    [message] = server.of("phone")
    assert [action["label"] for action in message["actions"]] == ["これで正しい", "元に戻す"]
    assert "番号" in message["title"]
    with world.program() as program, listening(lambda: program):
        assert press(message, "元に戻す").status_code == 200
        eventually(lambda: not world.open())
        assert b":186080-1234-5602" in (world.book / "Yamada.vcf").read_bytes()
        program.deliver()
    assert len(server.of("phone")) == 2  # the all-clear


def test_a_button_opens_and_accepts_over_the_page(tmp_path: Path, server: Server) -> None:
    world = World(tmp_path, phone=server.address("phone"))
    world.put("Yamada", *YAMADA)
    world.check()
    with page_of(world) as page:
        world.more = f'[web]\nurl = "{page.base}"\n'
        damage(world)
        [message] = server.of("phone")
        assert [action["label"] for action in message["actions"]] == ["That is right", "Open"]
        assert page.visitor().get(message["click"].removeprefix(page.base)).status_code == 200
        assert press(message, "That is right").status_code == 200
        assert not world.open()
        assert press(message, "That is right").status_code == 410


def test_what_is_pressed_while_nobody_listens_is_done_when_somebody_does(tmp_path: Path, server: Server) -> None:
    world = home(tmp_path, server, "")
    damage(world)
    press(server.of("phone")[0], "That is right")
    assert world.open()
    with world.program() as program, listening(lambda: program):
        eventually(lambda: not world.open())


def test_a_listener_lives_through_a_server_that_goes_and_comes_and_hears_what_it_missed(
    tmp_path: Path, server: Server
) -> None:
    world = home(tmp_path, server, "")
    damage(world)
    [message] = server.of("phone")
    with world.program() as program, listening(lambda: program):
        server.publish(ANSWERS, "nonsense")
        time.sleep(1)  # it listens
        server.stop()
        server.start()
        press(message, "That is right")
        eventually(lambda: not world.open())


def test_a_topic_that_only_the_daemon_may_read_is_read_with_its_password(tmp_path: Path, server: Server) -> None:
    server.run("user", "add", "warden", NTFY_PASSWORD="s3cr3t-word")
    server.run("access", "warden", ANSWERS, "rw")
    server.run("access", "everyone", ANSWERS, "write-only")
    with pytest.raises(requests.HTTPError, match="403"):
        server.of(ANSWERS)
    world = home(tmp_path, server, "", reader="warden:s3cr3t-word")
    damage(world)
    with world.program() as program, listening(lambda: program):
        press(server.of("phone")[0], "That is right")
        eventually(lambda: not world.open())


def test_what_somebody_writes_to_the_topic_does_nothing_and_an_answer_counts_once(
    tmp_path: Path, server: Server
) -> None:
    world = home(tmp_path, server, "")
    damage(world)
    [message] = server.of("phone")
    with world.program() as program, listening(lambda: program):

        def token(verb: Verb, length: timedelta) -> str:
            grant = Grant(1, frozenset({verb}), program.clock.now() + length, once=True)
            return signer_beside(program.store.path).sign(grant)

        def is_quiet() -> bool:
            with program.store.read() as connection:
                return bool(web_store.quiet_findings(connection, program.clock.now()))

        for text in ("accept e1", "🙂" * 40, token(Verb.ACCEPT, timedelta(0))):
            server.publish(ANSWERS, text)
        [finding] = world.open()
        press(message, "That is right")
        eventually(lambda: not world.open())
        replies.take_back_findings(program, [finding.id], "")
        press(message, "That is right")
        server.publish(ANSWERS, token(Verb.QUIET, timedelta(hours=1)))  # what comes before it was heard, too
        eventually(is_quiet)
        assert world.open()
