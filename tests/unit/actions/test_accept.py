"""Accepting: what moves, what stays open, and what is told afterwards."""

from __future__ import annotations

import pytest

from cardwarden.actions.accept import accept
from cardwarden.errors import RefusedError
from cardwarden.store import findings as finding_store
from support.words import title
from support.world import YAMADA, World, card

HOME, CELL = YAMADA
DAMAGED = "TEL;TYPE=CELL:+186080-1234-5602"


def accepting(world: World, *ids: int) -> list[int]:
    with world.program() as program:
        return accept(program.store, ids, program.judging, program.clock, why="I did that")


def damaged(world: World, *lines: str) -> None:
    world.put("Yamada", *YAMADA, "EMAIL:taro@example.org")
    world.check()
    world.put("Yamada", *lines)
    world.check()


def test_an_accepted_change_is_the_baseline_and_stays_quiet(world: World) -> None:
    damaged(world, HOME, DAMAGED, "EMAIL:taro@example.org")
    [found] = world.open()
    assert accepting(world, found.id) == [found.id]
    assert world.base("Yamada") == card("Yamada", HOME, DAMAGED, "EMAIL:taro@example.org")
    assert world.check(deep=True).outcome == "clean"
    world.put("Yamada", HOME, DAMAGED, "EMAIL:taro@example.org", "NOTE:new")  # the hazard is looked at again
    assert world.check().outcome == "clean"
    assert world.open() == []


def test_of_two_findings_on_a_card_one_is_accepted_and_the_other_stays_open(world: World) -> None:
    damaged(world, HOME, DAMAGED)
    lost, plus = sorted(world.open(), key=lambda found: found.finding.prop)
    assert (lost.finding.prop, plus.finding.prop) == ("EMAIL", "TEL")
    accepting(world, plus.id)
    assert [found.id for found in world.open()] == [lost.id]
    assert world.base("Yamada") == card("Yamada", HOME, DAMAGED, "EMAIL:taro@example.org")
    world.check(deep=True)
    assert [found.id for found in world.open()] == [lost.id]
    world.put("Yamada", HOME, DAMAGED, "EMAIL:taro@example.org")
    assert world.check().resolved == (lost.id,)


def test_a_change_that_was_accepted_and_is_taken_back_is_held_against_the_new_baseline(world: World) -> None:
    damaged(world, HOME, CELL, "EMAIL:other@example.org", "TEL:03-9999-0000")
    world.put("Yamada", HOME, DAMAGED, "EMAIL:taro@example.org")
    world.check()
    accepting(world, *[found.id for found in world.open()])
    world.put("Yamada", HOME, CELL, "EMAIL:taro@example.org")
    [event] = world.events(world.check())
    [found] = [one for one in event.findings if one.finding.prop == "TEL"]
    assert (found.finding.before, found.finding.after) == ("+186080-1234-5602", "186080-1234-5602")


def test_an_accepted_hazard_stays_quiet(world: World) -> None:
    world.put("Yamada", DAMAGED)
    world.check()
    [found] = world.open()
    accepting(world, found.id)
    assert world.check(deep=True).outcome == "clean"
    world.put("Yamada", DAMAGED, "NOTE:new")
    assert world.check().outcome == "clean"


def test_an_accepted_new_card_is_part_of_the_baseline_and_its_loss_is_told(world: World) -> None:
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    world.put("Keio", "TEL:+18603-1234-5603", file="copy.vcf", uid="keio-2")
    world.check()
    [found] = world.open()
    accepting(world, found.id)
    assert world.check(deep=True).outcome == "clean"
    (world.book / "copy.vcf").unlink()
    [event] = world.events(world.check())
    assert title(event.event) == "Keio: two contacts of one name became one"


def test_accepted_removals_are_not_told_again(world: World) -> None:
    for number in range(12):
        world.put(f"Person {number}")
    world.check()
    for number in range(11):
        world.remove(f"Person {number}")
    world.check()
    world.check()
    found = world.open()
    assert len(found) == 11
    accepting(world, *[one.id for one in found])
    assert world.check(deep=True).outcome == "clean"
    world.put("Person 3")
    world.check()
    assert world.titles() == ["Person 3: Deleted contact came back"]


def test_accepting_twice_and_accepting_what_is_closed_does_nothing(world: World) -> None:
    damaged(world, HOME, DAMAGED, "EMAIL:taro@example.org")
    [found] = world.open()
    assert accepting(world, found.id) == [found.id]
    assert accepting(world, found.id, 999) == []


def test_after_other_settings_a_check_comes_before_accepting(world: World) -> None:
    damaged(world, HOME, DAMAGED, "EMAIL:taro@example.org")
    [found] = world.open()
    world.settings = 'region = "DE"\n'
    with pytest.raises(RefusedError, match="cardwarden check --source family"):
        accepting(world, found.id)
    with world.program() as program, program.store.read() as connection:
        stored = finding_store.find_finding(connection, found.id)
    assert stored
    assert stored.state == "open"


def test_a_card_that_is_accepted_as_a_whole_is_accepted_with_what_is_bad_in_it(world: World) -> None:
    world.put("Keio", "TEL:03-1234-5603")
    world.check()
    world.put("Keio", "TEL:+18603-1234-5603", file="copy.vcf", uid="keio-2")
    world.check()
    ids = [found.id for found in world.open()]
    with world.program() as program:
        assert accept(program.store, ids, program.judging, program.clock) == ids
    for deep in (False, True):
        assert world.check(deep=deep).outcome == "clean"
    world.put("Anna")  # whatever else happens
    assert world.check().outcome == "clean"
