"""`cardwarden doctor` as it is seen: lines, JSON, a report for others, the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command import Command
from support.receiver import Receiver
from support.world import World


@pytest.fixture
def broken(world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> World:
    """No country, no daemon, and a book that is not there; everything has a name that must not be given away."""
    monkeypatch.setenv("PHONE", receiver.url)
    monkeypatch.setenv("LANG", "C.UTF-8")
    world.put("Yamada Taro", "TEL:03-1234-5601")
    world.phone = receiver.url
    world.settings = ""
    world.more = '[sources.grandma]\ntype = "vdir"\npath = "/srv/of-grandma"\n'
    return world


def test_what_is_wrong_stands_with_its_mend_and_the_code_is_1(broken: World, command: Command) -> None:
    ran = command("doctor")
    assert ran.code == 1
    lines = ran.out.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("!!  grandma: The book cannot be read."))
    assert lines[place + 1] == "    $ ls -ld /srv/of-grandma"
    assert "Each has its command above." in lines[-1]


def test_programs_get_every_result(broken: World, command: Command) -> None:
    ran = command("doctor", "--json")
    assert ran.code == 1
    results = ran.json["results"]
    assert {"ok", "trouble"} <= {result["verdict"] for result in results}
    assert all(result["mend"] for result in results if result["verdict"] == "trouble")


def test_a_report_for_others_names_nobody(broken: World, command: Command, receiver: Receiver) -> None:
    ran = command("doctor", "--report")
    assert ran.code == 1
    assert "trouble book-unread #" in ran.out
    assert "sqlalchemy" in ran.out
    for personal in (
        "grandma",
        "family",
        "Yamada",
        "phone\n",
        str(broken.root),
        "/srv",
        Receiver.SECRET,
        Path.home().name + "/",
    ):
        assert personal not in ran.out


def test_send_sends(broken: World, command: Command, receiver: Receiver) -> None:
    command("doctor")
    assert receiver.requests == []
    command("doctor", "--send")
    assert [request["title"] for request in receiver.requests] == ["cardwarden can reach you here"]
