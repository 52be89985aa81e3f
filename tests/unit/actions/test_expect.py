"""Expecting changes: for a while they pass as accepted, unless no owner makes them by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.actions.accept import take_back
from cardwarden.actions.expect import expect
from cardwarden.store import acceptances
from cardwarden.store import findings as finding_store
from support.receiver import Receiver
from support.steps import steps
from support.words import title
from support.world import YAMADA, World, card

HOME, CELL = YAMADA
DAMAGED = "TEL;TYPE=CELL:+186080-1234-5602"
MAIL = "EMAIL:taro@example.org"


@pytest.mark.large
@pytest.mark.sqlite
def test_twice_as_many_expected_changes_are_twice_the_work(tmp_path: Path) -> None:
    small, large = (work_for(World(tmp_path / str(count)), count) for count in (60, 120))
    assert large < 2.5 * small


def work_for(world: World, count: int) -> int:
    """The steps of a check that lets so many expected changes pass."""
    for number in range(count):
        world.put(f"Person {number}", f"NOTE:{number}", "TITLE:one")
    world.check()
    expecting(world, 30)
    for number in range(count):
        world.put(f"Person {number}", f"NOTE:{number}", "TITLE:two")
    with world.program() as program:
        work = steps(program.store, lambda: program.check("family"))
    assert world.open() == []
    return work


def expecting(world: World, minutes: int) -> None:
    with world.program() as program:
        expect(program.store, "family", timedelta(minutes=minutes), program.clock, why="tidying up", who="Hanako")


def states(world: World) -> list[tuple[str, str]]:
    with world.program() as program, program.store.read() as connection:
        return [
            (title(one.finding), one.state.value)
            for one in finding_store.list_findings(connection, include_closed=True)
        ]


def lost_mail(world: World) -> None:
    world.put("Yamada", *YAMADA, MAIL)
    world.check()
    expecting(world, 30)
    world.put("Yamada", *YAMADA)


def test_a_change_in_the_window_passes_as_accepted(world: World) -> None:
    lost_mail(world)
    assert world.check().outcome == "clean"
    assert [state for _, state in states(world)] == ["accepted"]
    assert world.base("Yamada") == card("Yamada", *YAMADA)
    assert world.check(deep=True).outcome == "clean"


def test_who_expected_it_is_who_accepted_what_passed(world: World) -> None:
    lost_mail(world)
    world.check()
    with world.program() as program, program.store.read() as connection:
        [acceptance] = acceptances.standing(connection)
    assert acceptance.who == "Hanako"


def test_nobody_is_told_of_what_was_expected(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    lost_mail(world)
    world.check()
    assert receiver.requests == []


def test_a_critical_change_in_the_window_is_held(world: World) -> None:
    lost_mail(world)
    world.put("Yamada", HOME, DAMAGED)
    assert world.check().outcome == "findings"
    [found] = world.open()
    assert found.finding.prop == "TEL"
    assert world.base("Yamada") == card("Yamada", HOME, CELL)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (CELL, "TEL;TYPE=CELL:090-8765-4321"),
        (MAIL, "EMAIL:taro.yamada@example.com"),
    ],
)
def test_a_value_that_its_owner_replaced_passes_though_the_card_does_not_say_when(
    world: World, was: str, now: str
) -> None:
    world.put("Yamada", HOME, was)
    world.check()
    expecting(world, 30)
    world.put("Yamada", HOME, now)
    world.check()
    assert world.open() == []
    assert [state for _, state in states(world)] == ["accepted"]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (CELL, DAMAGED),
        (CELL, "TEL;TYPE=CELL:+186090-8765-4321"),
        (HOME, "TEL;TYPE=HOME:+186090-8765-4321"),
        (MAIL, "EMAIL:tar\u043e@example.org"),
        ("TEL;TYPE=CELL:+81 90 1234 5602", "TEL;TYPE=CELL:+1 90 1234 5602"),
    ],
)
def test_what_no_owner_does_by_hand_is_held_in_the_window(world: World, was: str, now: str) -> None:
    world.put("Yamada", HOME, was)
    world.check()
    expecting(world, 30)
    world.put("Yamada", HOME, now)
    world.check()
    assert [found.finding.severity.word for found in world.open()] == ["critical"]


def test_of_a_guarded_contact_nothing_passes(world: World) -> None:
    world.more = '[guarded]\ncontacts = ["Yamada"]\n'
    world.put("Yamada", HOME, CELL)
    world.check()
    expecting(world, 30)
    world.put("Yamada", HOME, "TEL;TYPE=CELL:090-8765-4321")
    world.check()
    assert [found.finding.severity.word for found in world.open()] == ["critical"]


def test_after_the_window_changes_are_held(world: World) -> None:
    lost_mail(world)
    world.clock.at += timedelta(minutes=31)
    assert world.check().outcome == "findings"


def test_what_was_open_before_stays_open(world: World) -> None:
    world.put("Yamada", *YAMADA, MAIL)
    world.check()
    world.put("Yamada", *YAMADA)
    world.check()
    [found] = world.open()
    expecting(world, 30)
    world.put("Yamada", *YAMADA, "NOTE:new")
    world.check()
    assert [one.id for one in world.open()] == [found.id]


def test_what_passed_can_be_taken_back(world: World) -> None:
    lost_mail(world)
    world.check()
    with world.program() as program:
        [number] = take_back(program.store, None, program.judging, program.clock)
    assert [one.id for one in world.open()] == [number]
    assert world.base("Yamada") == card("Yamada", *YAMADA, MAIL)
