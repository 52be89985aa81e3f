"""The story that this program was made for, as the demo plays it and as a person would live it."""

from __future__ import annotations

import pytest

from cardwarden.cli.story.book import KEIO_COPY, Files, book, first_pass, second_pass
from cardwarden.text import columns
from support.command import Command, program
from support.receiver import Receiver
from support.world import World


def lay_out(world: World, files: Files) -> None:
    (world.book / KEIO_COPY).unlink(missing_ok=True)
    for name, text in files.items():
        world.write(world.book / name, text.encode())


def test_the_story_is_told_to_a_phone(
    world: World, command: Command, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONE", receiver.url)
    world.phone = receiver.url
    good = book()
    lay_out(world, good)
    assert command("check").code == 0
    assert receiver.requests == []

    lay_out(world, first_pass(good))
    first = command("check", "--json")
    [event] = first.json["events"]
    assert first.code == 1
    assert (event["count"], event["severity"], event["title"]) == (97, "critical", "97 numbers gained a +")
    assert len(event["findings"]) == len(first.json["findings"]) == first.json["open"] == 97
    assert [request["title"] for request in receiver.requests] == ["97 numbers gained a +"]
    assert "cardwarden show e1" in receiver.requests[0]["message"]

    lay_out(world, good)
    repaired = command("check", "--json")
    assert (repaired.code, len(repaired.json["resolved"]), repaired.json["open"]) == (0, 97, 0)

    lay_out(world, second_pass(good))
    second = command("check", "--json").json
    severities = {finding["card"]["name"]: finding["severity"] for finding in second["findings"]}
    assert severities == {"Yamada Taro": "critical", "Keio Department Store": "critical"}
    assert {found["after"] for found in second["findings"]} == {"+186080-1234-5602", "+18603-1234-5603"}
    titles = [request["title"] for request in receiver.requests]
    assert titles[:2] == ["97 numbers gained a +", "All clear: 97 numbers gained a +"]
    assert len(titles) == 4
    assert [request["type"] for request in receiver.requests if request["type"] != "failure"] == ["info"]


def test_the_demo_plays_in_80_columns_and_ends_with_what_to_do_next() -> None:
    demo = program("demo")
    out, err = demo.communicate(timeout=60)
    assert (demo.returncode, err) == (0, "")
    assert out.count("on the phone") == 7  # the all-clear after each repair is one
    for said in (
        "97 numbers gained a +",
        "97 findings resolved",
        "Yamada Taro: number",
        "Keio Department Store: contact",
        "97 numbers gained a + in the copy",
        "The address book family still says",
    ):
        assert said in " ".join(out.replace("│", " ").split())
    assert "cardwarden init" in out.splitlines()[-1]
    assert max(map(columns, out.splitlines())) <= 80
    assert "\x1b" not in out
