"""What a real mosquitto is told, and what it says for a daemon that is gone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from cardwarden.service.mqtt import telling
from cardwarden.wiring import Opening, assembled
from support.households import Households
from support.mosquitto import listener, mosquitto
from support.world import YAMADA, World

pytestmark = pytest.mark.servers


def soon(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "home")
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    return world


def test_home_assistant_finds_every_book_as_part_of_one_device(tmp_path: Path, world: World) -> None:
    with mosquitto(tmp_path) as port, listener(port) as known:
        world.more = f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\n'
        with world.program() as program, telling(lambda: program):
            soon(lambda: "cardwarden/book/1" in known and known.get("cardwarden/state") == "online")
            state = json.loads(known["cardwarden/book/1"])
            assert (state["guarded"], state["open"]) == ("ON", 1)
            configs = {topic: json.loads(text) for topic, text in known.items() if topic.endswith("/config")}
            assert len(configs) == 3
            for topic, config in configs.items():
                assert topic.startswith("homeassistant/")
                assert config["device"]["identifiers"] == ["cardwarden"]
                assert config["state_topic"] == "cardwarden/book/1"
        soon(lambda: known["cardwarden/state"] == "offline")


def test_a_broker_that_was_away_is_told_all_of_it_again(tmp_path: Path, world: World) -> None:
    with mosquitto(tmp_path) as port:
        world.more = f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\n'
        program_of = world.program()
        program = program_of.__enter__()
        broker = telling(lambda: program)
        broker.__enter__()
        with listener(port) as known:
            soon(lambda: "cardwarden/book/1" in known)
    with mosquitto(tmp_path, port), listener(port) as known:
        soon(lambda: "cardwarden/book/1" in known and known.get("cardwarden/state") == "online")
        broker.__exit__(None, None, None)
        program_of.__exit__(None, None, None)


def test_a_book_that_is_guarded_no_more_is_taken_back(tmp_path: Path, world: World) -> None:
    with mosquitto(tmp_path) as port:
        world.more = f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\n'
        with world.program() as program, listener(port) as known, telling(lambda: program):
            soon(lambda: len([text for topic, text in known.items() if "book" in topic and text]) == 4)
        world.text = lambda: world.settings + world.more  # type: ignore[method-assign]
        world.settings = f'[store]\nurl = "sqlite:///{world.root}/state/cardwarden.db"\n'
        world.settings += f'[sources.other]\ntype = "vdir"\npath = "{world.root}"\n'
        with world.program() as program, telling(lambda: program):
            soon(lambda: kept(port) == {"cardwarden/state"})


def test_households_that_share_a_broker_are_told_apart(tmp_path: Path) -> None:
    homes = Households(tmp_path / "server")
    with mosquitto(tmp_path) as port, listener(port) as known, ExitStack() as opened:
        for name, contacts in (("smith", 1), ("jones", 2)):
            homes.add(name, f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\n')
            for number in range(contacts):
                homes.put(name, f"Anna {number}", "TEL;TYPE=CELL:03-1234-5602", "TEL;TYPE=CELL:+186080-1234-5602")
            program = opened.enter_context(assembled(homes.server.settings_of(name), Opening.GUARD, environ={}))
            program.check("family")
            opened.enter_context(telling(lambda program=program: program))  # type: ignore[misc]
        soon(lambda: {"cardwarden/smith/book/1", "cardwarden/jones/book/1"} <= known.keys())
        soon(lambda: known.get("cardwarden/smith/state") == known.get("cardwarden/jones/state") == "online")
        told = [json.loads(known[f"cardwarden/{name}/book/1"])["open"] for name in ("smith", "jones")]
        assert told == [1, 2]
        configs = [json.loads(text) for topic, text in known.items() if topic.endswith("/config")]
        assert len({config["unique_id"] for config in configs}) == len(configs) == 6
        devices = {(config["device"]["identifiers"][0], config["device"]["name"]) for config in configs}
        assert devices == {("cardwarden_smith", "cardwarden smith"), ("cardwarden_jones", "cardwarden jones")}
        for config in configs:
            household = config["device"]["name"].split()[1]
            assert config["state_topic"] == f"cardwarden/{household}/book/1"
            assert config["availability_topic"] == f"cardwarden/{household}/state"
    assert not [topic for topic in known if topic.startswith("cardwarden/book") or topic == "cardwarden/state"]


def kept(port: int) -> set[str]:
    """The topics that the broker keeps something for."""
    with listener(port) as known:
        soon(lambda: "cardwarden/state" in known)
        time.sleep(0.2)
        return {topic for topic, text in known.items() if text}
