"""Messages about several things say the worst first, count what they leave out, and fit into a service's limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cardwarden.alerts.message import Message
from cardwarden.alerts.summaries import Item, digest, group, missed, shortened, summary
from cardwarden.detect.finding import Severity
from support.words import ENGLISH

ITEMS = [Item(f"Person {number}: nickname changed", number, Severity.NOTICE) for number in range(50)]
WORST = Item("Sato: number gained a +", 99, Severity.CRITICAL)
LONG = Message(
    "Sato: number gained a +", "\n".join(["one", "two" * 30, "three" * 30, "cardwarden show e1"]), Severity.CRITICAL
)


def test_a_digest_names_what_fits_and_counts_the_rest() -> None:
    said = digest(ITEMS, ENGLISH)
    assert said.title == "50 changes in your address books"
    assert len(said.body) <= 900
    shown = said.body.count("- Person")
    assert f"and {50 - shown} more" in said.body


def test_the_worst_stands_first() -> None:
    assert group([*ITEMS[:2], WORST], ENGLISH).title == "Sato: number gained a + (and 2 more)"
    said = summary([*ITEMS[:2], WORST], 30, ENGLISH)
    assert said.body.index("Sato") < said.body.index("Person")
    assert said.severity is Severity.CRITICAL


def test_a_name_wakes_nobody_in_a_chat() -> None:
    assert "@everyone" not in digest([Item("@everyone: changed", 1, Severity.NOTICE)], ENGLISH).body


def test_one_is_one() -> None:
    assert missed(1, ENGLISH).title == "1 alert did not reach you here"


def test_a_message_that_fits_stays_as_it_is() -> None:
    assert shortened(LONG, 250, 1000, ENGLISH) == LONG


@pytest.mark.parametrize("room", [140, 160, 200])
def test_a_message_that_is_too_long_loses_lines_and_says_how_many(room: int) -> None:
    said = shortened(LONG, 0, room, ENGLISH)
    assert said.title == ""
    assert len(said.body) <= room
    assert said.body.startswith("Sato: number gained a +\n")
    assert "left out)" in said.body
    assert said.body.endswith("cardwarden show e1")


@pytest.mark.parametrize("room", [40, 67, 80])
def test_even_the_smallest_service_gets_who_and_what(room: int) -> None:
    said = shortened(LONG, 0, room, ENGLISH)
    assert len(said.body) <= room
    assert said.body.startswith("Sato: num")


def test_what_a_rewrite_did_in_several_ways_is_one_line_of_a_digest() -> None:
    check = (1, datetime(2031, 1, 1, tzinfo=UTC))
    items = [
        Item("52 labels changed", 1, Severity.NOTICE, check),
        Item("51 notes changed", 2, Severity.NOTICE, check),
        Item("Bob: contact added", 3, Severity.NOTICE),
    ]
    message = digest(items, ENGLISH)
    assert "52 labels changed (and 1 more) (e1)" in message.body
    assert "51 notes" not in message.body
    assert "Bob: contact added (e3)" in message.body
    assert message.title.startswith("2 ")
