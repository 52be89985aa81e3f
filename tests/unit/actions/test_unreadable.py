"""What is open about a card stays open while nobody can read it: unreadable is not repaired."""

from __future__ import annotations

import pytest

from cardwarden.detect.outcome import Outcome
from support.receiver import Receiver
from support.world import YAMADA, World, card

DAMAGED = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")


@pytest.fixture
def world(world: World, receiver: Receiver) -> World:
    world.phone = receiver.url
    for name in ("Abe", "Baba", "Chiba"):
        world.put(name, "NOTE:tea")
    return world


def spoil(world: World) -> None:
    """The file of the card ends in the middle of it."""
    world.write(world.book / "Yamada.vcf", card("Yamada", *DAMAGED)[:-25])


def test_a_gained_plus_stays_open_while_its_card_cannot_be_read(world: World, receiver: Receiver) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", *DAMAGED)
    assert world.check().outcome is Outcome.FINDINGS
    spoil(world)
    assert world.check().outcome is Outcome.FINDINGS
    assert "Yamada: Number gained a +" in world.titles()
    assert "info" not in [sent["type"] for sent in receiver.requests]  # no all-clear
    world.put("Yamada", *DAMAGED)
    world.check()
    assert world.titles() == ["Yamada: Number gained a +"]
    assert [sent["title"] for sent in receiver.requests].count("Yamada: number gained a +") == 1
    world.put("Yamada", *YAMADA)
    assert world.check().outcome is Outcome.CLEAN
    assert world.titles() == []


def test_so_does_a_hazard_of_the_first_look(world: World) -> None:
    world.put("Yamada", *DAMAGED)
    world.check()
    before = world.titles()
    assert before
    spoil(world)
    world.check()
    assert set(before) <= set(world.titles())
    world.put("Yamada", *YAMADA)
    world.check()
    assert world.titles() == []


def test_a_card_that_was_removed_is_back_though_it_cannot_be_read(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.remove("Yamada")
    world.check()
    removed = world.titles()
    spoil(world)
    world.check()
    assert not set(removed) & set(world.titles())


def test_a_card_that_cannot_be_read_is_told_with_its_file(world: World, receiver: Receiver) -> None:
    world.check()
    world.write(world.book / "strange-file.vcf", b"oops\r\n")
    world.check()
    [sent] = receiver.requests
    assert "strange-file.vcf" in sent["message"]
