"""Taking an acceptance back: the baseline as it was, the finding open again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest

from cardwarden.actions.accept import accept, take_back
from cardwarden.actions.queries.events import event_view
from cardwarden.actions.queries.shown import shown_event
from cardwarden.errors import RefusedError
from cardwarden.store import acceptances
from cardwarden.store import findings as finding_store
from cardwarden.store.acceptances import Decision, TakenBack
from support.words import ENGLISH
from support.world import YAMADA, World, card

HOME, CELL = YAMADA
DAMAGED = "TEL;TYPE=CELL:+186080-1234-5602"
MAIL = "EMAIL:taro@example.org"


def accepting(world: World, *ids: int) -> list[int]:
    with world.program() as program:
        return accept(program.store, ids, program.judging, program.clock, why="I did that", who="Hanako")


def taking_back(world: World, ids: Collection[int] | None = None) -> list[int]:
    with world.program() as program:
        return take_back(program.store, ids, program.judging, program.clock, why="I did not", who="Ken")


def damaged(world: World, *lines: str) -> None:
    world.put("Yamada", *YAMADA, MAIL)
    world.check()
    world.put("Yamada", *lines)
    world.check()


def test_the_baseline_is_what_it_was_and_the_finding_is_open_again(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    accepting(world, found.id)
    assert taking_back(world, {found.id}) == [found.id]
    assert world.base("Yamada") == card("Yamada", *YAMADA, MAIL)
    assert [one.id for one in world.open()] == [found.id]
    assert world.check().outcome == "findings"
    assert world.check(deep=True).outcome == "findings"
    assert [one.id for one in world.open()] == [found.id]
    world.put("Yamada", *YAMADA, MAIL)
    assert world.check().resolved == (found.id,)


def test_who_accepted_and_who_took_that_back_stays_known(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    accepting(world, found.id)
    accepted_at = world.clock.at
    world.clock.at += timedelta(days=1)
    taking_back(world, {found.id})
    undone_at = world.clock.at
    world.clock.at += timedelta(days=1)
    accepting(world, found.id)
    with world.program() as program, program.store.read() as connection:
        decided = acceptances.decisions(connection, [found.id])
        event = finding_store.find_event(connection, found.event_id)
        assert event
        deeds = [ENGLISH.say(deed.what) for deed in shown_event(connection, event).deeds]
        steps = {(step.at, step.who) for step in event_view(connection, event.id, world.clock.at).steps}
    assert decided == [
        Decision(accepted_at, "Hanako", TakenBack(undone_at, "Ken", "I did not")),
        Decision(world.clock.at, "Hanako", None),
    ]
    assert deeds == ["accepted by Hanako", "acceptance taken back by Ken", "accepted by Hanako"]
    assert {(accepted_at, "Hanako"), (undone_at, "Ken"), (world.clock.at, "Hanako")} < steps


def test_two_who_accept_at_one_moment_are_not_taken_for_one_another(world: World) -> None:
    damaged(world, "TEL;TYPE=HOME:+186080-1234-5601", DAMAGED, MAIL)
    first, second = world.open()
    assert first.event_id == second.event_id
    with world.program() as program:
        for found, who in ((first, "Hanako"), (second, "Ken")):
            accept(program.store, [found.id], program.judging, program.clock, who=who)
        with program.store.read() as connection:
            steps = event_view(connection, first.event_id, world.clock.at).steps
    accepted = {(step.at, step.who, step.count) for step in steps if step.what == "accepted"}
    assert accepted == {(world.clock.at, "Hanako", 1), (world.clock.at, "Ken", 1)}


def test_without_a_name_the_last_acceptance_is_meant(world: World) -> None:
    damaged(world, HOME, DAMAGED)
    lost, plus = sorted(world.open(), key=lambda found: found.finding.prop)
    accepting(world, lost.id)
    accepting(world, plus.id)
    assert taking_back(world) == [plus.id]
    assert taking_back(world) == [lost.id]
    assert taking_back(world) == []
    assert world.base("Yamada") == card("Yamada", *YAMADA, MAIL)


def test_of_two_findings_accepted_together_one_is_taken_back(world: World) -> None:
    damaged(world, HOME, DAMAGED)
    lost, plus = sorted(world.open(), key=lambda found: found.finding.prop)
    accepting(world, lost.id, plus.id)
    taking_back(world, {plus.id})
    assert world.base("Yamada") == card("Yamada", HOME, CELL)
    assert [one.id for one in world.open()] == [plus.id]
    world.check(deep=True)
    assert [one.id for one in world.open()] == [plus.id]


def test_what_passed_since_the_acceptance_stays_in_the_baseline(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    accepting(world, found.id)
    world.put("Yamada", HOME, DAMAGED, MAIL, "NOTE:new")
    world.check()
    taking_back(world, {found.id})
    assert world.base("Yamada") == card("Yamada", HOME, CELL, MAIL, "NOTE:new")
    assert [one.id for one in world.open()] == [found.id]


def test_a_finding_whose_value_is_right_again_is_resolved_instead(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    accepting(world, found.id)
    world.put("Yamada", *YAMADA, MAIL)
    world.check()
    accepting(world, *[one.id for one in world.open()])
    taking_back(world, {found.id})
    with world.program() as program, program.store.read() as connection:
        stored = finding_store.find_finding(connection, found.id)
    assert stored
    assert stored.state == "resolved"


def test_an_accepted_removal_is_expected_back(world: World) -> None:
    for number in range(12):
        world.put(f"Person {number}")
    world.check()
    for number in range(11):
        world.remove(f"Person {number}")
    world.check()
    world.check()
    found = [one.id for one in world.open()]
    accepting(world, *found)
    assert world.check(deep=True).outcome == "clean"
    taking_back(world)
    assert [one.id for one in world.open()] == found
    world.check(deep=True)
    assert [one.id for one in world.open()] == found


def test_an_accepted_hazard_is_open_again(world: World) -> None:
    world.put("Yamada", DAMAGED)
    world.check()
    [found] = world.open()
    accepting(world, found.id)
    taking_back(world, {found.id})
    assert [one.id for one in world.open()] == [found.id]
    world.put("Yamada", DAMAGED, "NOTE:new")
    world.check()
    assert [one.id for one in world.open()] == [found.id]


def test_both_are_recorded_with_time_and_reason(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    accepting(world, found.id)
    with world.program() as program, program.store.read() as connection:
        [made] = acceptances.standing(connection, [found.id])
    assert (made.why, made.findings, made.at) == ("I did that", (found.id,), world.clock.at)
    taking_back(world, {found.id})
    with world.program() as program, program.store.read() as connection:
        assert acceptances.standing(connection, [found.id]) == []


def test_accepting_taking_back_and_accepting_again_works(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    for _ in range(2):
        assert accepting(world, found.id) == [found.id]
        assert taking_back(world, {found.id}) == [found.id]
    accepting(world, found.id)
    assert world.check(deep=True).outcome == "clean"


def test_after_other_settings_a_check_comes_first(world: World) -> None:
    damaged(world, HOME, DAMAGED, MAIL)
    [found] = world.open()
    accepting(world, found.id)
    world.settings = 'region = "DE"\n'
    with pytest.raises(RefusedError, match="cardwarden check --source family"):
        taking_back(world, {found.id})
