"""A webhook: each message is posted as JSON, with what the guide promises."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.receiver import Receiver
from support.world import YAMADA, World

GUIDE = Path(__file__).parents[3] / "docs/how-to/home-assistant.md"


@pytest.fixture
def hooked(world: World, receiver: Receiver) -> World:
    """A channel that is a webhook, with a header of its own, and a page that its messages link to."""
    world.phone = f"{receiver.url}?+X-Token=s3cr3t&:household=yamada"
    world.more = '[web]\nurl = "https://home.example.org/cardwarden"\n'
    world.put("佐藤 花子", *YAMADA)
    world.check()
    return world


def promised() -> dict[str, Any]:
    """The message that the guide shows."""
    found = re.search(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def test_each_event_is_posted_as_the_guide_shows_it(hooked: World, receiver: Receiver) -> None:
    hooked.put("佐藤 花子", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
    hooked.check()
    posted: dict[str, Any] = dict(receiver.requests[-1])
    assert posted.keys() - {"household"} == promised().keys()
    assert (posted["version"], posted["type"], posted["attachments"]) == ("1.0", "failure", [])
    assert "佐藤 花子" in posted["title"]
    assert "+186080-1234-5602" in posted["message"]
    assert re.search(r"https://home\.example\.org/cardwarden/e/[\w-]{40,}", posted["message"])


def test_every_message_about_one_event_leads_to_that_event(hooked: World, receiver: Receiver) -> None:
    hooked.put("佐藤 花子", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
    hooked.check()
    hooked.clock.at += timedelta(days=2)
    hooked.check()
    hooked.put("佐藤 花子", *YAMADA)
    hooked.check()
    titles = [posted["title"] for posted in receiver.requests]
    assert len(titles) == 3  # the alert, its reminder, the all-clear
    for posted in receiver.requests:
        assert re.search(r"https://home\.example\.org/cardwarden/e/[\w-]{40,}", posted["message"]), posted["title"]


def test_its_address_adds_headers_and_fields(hooked: World, receiver: Receiver) -> None:
    hooked.put("佐藤 花子", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
    hooked.check()
    assert receiver.headers[-1]["X-Token"] == "s3cr3t"
    assert receiver.headers[-1]["Content-Type"] == "application/json"
    assert dict(receiver.requests[-1])["household"] == "yamada"


def test_what_is_refused_comes_again(hooked: World, receiver: Receiver) -> None:
    receiver.statuses = [503]
    hooked.put("佐藤 花子", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
    hooked.check()
    assert receiver.taken == 1
    hooked.clock.at += timedelta(hours=1)
    hooked.check()
    assert receiver.requests[0]["title"] == receiver.requests[-1]["title"]
    assert receiver.taken == 2
