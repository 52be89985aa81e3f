"""Where a message leads, in the way of each service."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from cardwarden.alerts.layout import body_of
from cardwarden.alerts.message import Button
from cardwarden.alerts.pointing import leads, pointed
from support.messages import message
from support.words import ENGLISH

LINK = "https://home.example.org/cardwarden/e/AbC-_123"
BUTTONS = (
    Button("これで正しい", "https://ntfy.sh/answers", "token-1"),
    Button("Put it back, now", "https://home.example.org/a/token-2"),
    Button("Open", LINK, opens=True),
)
MESSAGE = message("Title", "Body", link=LINK, act="Ask", act_by_link=f"See: {LINK}", buttons=BUTTONS)


def asked(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("ntfys://host/topic", "click"),
        ("pover://user@token", "url"),
        ("bark://host/key", "click"),
        ("ntfy://t?x=1", "click"),
    ],
)
def test_a_service_that_has_a_click_address_gets_it_and_no_line(address: str, key: str) -> None:
    assert asked(pointed(address, MESSAGE))[key] == LINK
    assert leads(address)
    assert body_of(MESSAGE, ENGLISH, is_linked=leads(address)) == "Body"


@pytest.mark.parametrize("address", ["mailto://a:b@c", "json://host/path", "tgram://1:a/2?silent=no"])
def test_another_service_gets_a_line_of_text(address: str) -> None:
    assert pointed(address, MESSAGE) == address
    assert body_of(MESSAGE, ENGLISH, is_linked=leads(address)) == f"Body\n\nSee: {LINK}"


def test_gotifys_apps_get_a_click_address_and_its_web_page_the_line() -> None:
    found = pointed("gotifys://host/token?priority=5", MESSAGE)
    assert asked(found) == {"priority": "5", "click": LINK}
    assert body_of(MESSAGE, ENGLISH, is_linked=leads(found)) == f"Body\n\nSee: {LINK}"


def test_what_the_address_says_itself_counts_more() -> None:
    found = pointed("ntfy://topic?click=https://mine&actions=view&priority=min", MESSAGE)
    assert found == "ntfy://topic?click=https://mine&actions=view&priority=min"


def test_buttons_travel_in_ascii_and_arrive_as_they_are() -> None:
    found = pointed("ntfy://topic", MESSAGE)
    actions = asked(found)["actions"]
    assert actions.isascii()
    first, second, third = json.loads(actions)
    assert first["label"] == "これで正しい"
    assert (first["action"], first["method"], first["body"]) == ("http", "POST", "token-1")
    assert second["label"] == "Put it back, now"
    assert third == {"action": "view", "label": "Open", "url": LINK}


def test_a_message_that_leads_nowhere_is_sent_as_it_was() -> None:
    assert pointed("json://host/path", message()) == "json://host/path"
