"""What is open is told once: in another spelling it is the same, and nothing is told of a card to which nothing happened."""

from __future__ import annotations

import pytest

from cardwarden.store import findings as finding_store
from support.words import title
from support.world import World


def event_titles(world: World) -> list[str]:
    """Every event that there is, by its title."""
    with world.program() as program, program.store.read() as connection:
        ids = [found.event_id for found in finding_store.list_findings(connection, include_closed=True)]
        return [title(event.event) for event in finding_store.find_events(connection, ids)]


@pytest.mark.parametrize(
    ("good", "bad", "again"),
    [
        ("TEL:0339460777", "TEL:0339460778", "TEL:03-3946-0778"),
        ("TEL:186080-1234-5602", "TEL:+186080-1234-5602", "TEL;TYPE=CELL:+18608012345602"),
        ("EMAIL:anna@example.org", "EMAIL:anna@example.con", "EMAIL;TYPE=home:anna@example.con"),
        ("BDAY:1985-04-12", "BDAY:1985-12-04", "BDAY:19851204"),
        ("NOTE:Grüße aus Köln", "NOTE:GrÃ¼ÃŸe aus KÃ¶ln", "NOTE;CHARSET=UTF-8:GrÃ¼ÃŸe aus KÃ¶ln"),
    ],
)
def test_an_open_value_that_is_written_in_another_way_tells_nobody(
    world: World, good: str, bad: str, again: str
) -> None:
    world.put("Anna", good)
    world.put("Bo", "NOTE:tea")
    world.check()
    world.put("Anna", bad)
    world.check()
    before, waiting = event_titles(world), [found.id for found in world.open()]
    assert waiting
    world.put("Anna", again)
    done = world.check()
    assert (done.outcome, done.events, done.resolved) == ("findings", (), ())
    world.put("Bo", "NOTE:tea\\nand more")  # whatever else happens in the book
    world.check()
    assert [found.id for found in world.open()] == waiting
    assert [said for said in event_titles(world) if not said.startswith("Bo")] == before
    world.put("Anna", good)
    assert world.check().outcome == "clean"
    assert world.open() == []


def test_a_rewritten_value_beside_another_change_is_the_same_finding(world: World) -> None:
    world.put("Anna", "TEL:186080-1234-5602", "NOTE:tea")
    world.check()
    world.put("Anna", "TEL:+186080-1234-5602", "NOTE:tea")
    world.check()
    [waiting] = world.open()
    world.put("Anna", "TEL:+18608012345602", "NOTE:coffee")
    done = world.check()
    assert [event for event in world.events(done) if "number" in title(event.event)] == []
    assert [(found.id, found.event_id) for found in world.open()] == [(waiting.id, waiting.event_id)]


def test_a_card_that_did_not_change_says_nothing_when_another_one_does(world: World) -> None:
    rev = "REV:2020-01-01T00:00:00Z"
    world.put("Anna", "TEL:186080-1234-5602", rev)
    world.put("Bo", "NOTE:tea")
    world.check()
    world.put("Anna", "TEL:+186080-1234-5602", rev)
    world.check()
    silent = sum("time stamp" in said for said in event_titles(world))
    for number in range(3):
        world.put("Bo", f"NOTE:tea {number}")
        world.check()
    assert sum("time stamp" in said for said in event_titles(world)) == silent


def test_a_single_new_contact_is_a_notice_while_a_mass_addition_is_open(world: World) -> None:
    world.put("Anna")
    world.check()
    for number in range(26):
        world.put(f"P{number:02}", f"TEL:0901234{number:04}")
    done = world.check()
    assert [title(event.event) for event in world.events(done)] == ["26 contacts were added"]
    for number in range(26):
        world.put(f"P{number:02}", f"TEL:090-1234-{number:04}")
    assert world.check().events == ()
    world.put("Zoe", "TEL:090-9999-0000")
    [event] = world.events(world.check())
    assert event.event.severity.word == "notice"
    assert len(world.open()) == 26
