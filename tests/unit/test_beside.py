"""What stands beside the daemon begins, moves and ends when the settings are read again."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.beside import Beside
from cardwarden.settings.load import parse
from cardwarden.wiring import Program
from support.ntfy import ntfy
from support.ports import free_port
from support.world import YAMADA, World


@dataclass
class Home:
    """A daemon's program, and what stands beside it."""

    world: World
    program: Program
    beside: Beside = field(init=False)

    def __post_init__(self) -> None:
        self.beside = Beside(lambda: self.program)

    def reload(self, more: str) -> None:
        """Take on other settings, as the daemon does at SIGHUP."""
        self.world.more = more
        settings = parse(self.world.text(), self.world.root / "cardwarden.toml", {}, self.world.root)
        self.program = self.program.with_settings(settings)
        self.beside.settle(settings)


@contextmanager
def home(world: World) -> Iterator[Home]:
    with world.program() as program:
        found = Home(world, program)
        with closing(found.beside):
            yield found


def web(port: int) -> str:
    return f'[web]\nlisten = "127.0.0.1:{port}"\n'


def is_up(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=5).ok
    except requests.ConnectionError:
        return False


def soon(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_reload_begins_moves_and_ends_the_page(world: World) -> None:
    first, second = free_port(), free_port()
    with home(world) as found:
        found.reload("")
        assert not is_up(first)
        found.reload(web(first))
        assert is_up(first)
        found.reload(web(second))
        assert (is_up(first), is_up(second)) == (False, True)
        found.reload("")
        assert not is_up(second)


def test_a_page_that_nothing_moves_stays_up_over_a_reload(world: World) -> None:
    port = free_port()
    with home(world) as found, requests.Session() as session:
        found.reload(web(port))
        assert session.get(f"http://127.0.0.1:{port}/", timeout=5).ok
        found.reload(web(port) + 'url = "http://127.0.0.1:1"\n')
        assert session.get(f"http://127.0.0.1:{port}/static/style.css", timeout=5).ok


def test_an_address_that_is_taken_is_logged_and_the_page_stays_where_it_was(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with home(world) as found, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found.reload(web(port))
        with caplog.at_level(logging.WARNING):
            found.reload(web(taken.getsockname()[1]))
        assert is_up(port)
    assert "cannot be used" in caplog.text
    assert "the page stays as it was" in caplog.text


def test_a_reload_listens_on_the_topic_that_its_secret_names_by_now(world: World, tmp_path: Path) -> None:
    world.phone = "json://127.0.0.1:1/"
    read = world.text
    world.text = lambda: read().replace('url_env = "PHONE"', f'url_env = "PHONE"\nanswers_file = "{tmp_path}/topic"')  # type: ignore[method-assign]
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    with ntfy() as server, home(world) as found:
        (tmp_path / "topic").write_text(server.address("old-topic"))
        found.reload("")
        (tmp_path / "topic").write_text(server.address("new-topic"))
        found.reload("")
        until = found.program.clock.now() + timedelta(hours=1)
        token = signer_beside(found.program.store.path).sign(Grant(1, frozenset({Verb.ACCEPT}), until, once=True))
        server.publish("new-topic", token)
        soon(lambda: not world.open())
