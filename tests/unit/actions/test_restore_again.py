"""A restore goes through the book once: what was planned is planned again only if something came in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.forget import forget
from cardwarden.actions.guard import guard_card
from cardwarden.actions.judging import judged_as_stored
from cardwarden.actions.restore.perform import looked_at, plans, restore
from cardwarden.actions.restore.plan import Plan, RestoreRequest
from cardwarden.errors import RefusedError
from cardwarden.store.cards import find_cards
from cardwarden.vcard import number
from cardwarden.vcard.number import read_number
from cardwarden.wiring import Program
from support.steps import calls
from support.world import World, card

PEOPLE = [f"P{place}" for place in range(4)]


def phone(place: int, prefix: str = "") -> str:
    return f"TEL:{prefix}186090-1234-{5000 + place}"


@pytest.fixture
def world(world: World) -> World:
    """Of four contacts three are damaged, and one came a second time."""
    world.more = "restore = true\n"
    for place, name in enumerate(PEOPLE):
        world.put(name, phone(place))
    world.check()
    for place, name in enumerate(PEOPLE[:-1]):
        world.put(name, phone(place, "+"))
    world.put(PEOPLE[-1], phone(3), file="copy.vcf", uid="copy")
    world.check()
    assert len(world.open()) == len(PEOPLE)
    return world


def request(world: World) -> RestoreRequest:
    return RestoreRequest(findings=tuple(found.id for found in world.open()))


def planned(program: Program, wanted: RestoreRequest, made: Sequence[Plan] = ()) -> Plan:
    [plan] = plans(program.store, wanted, program.judging, made=made)
    return plan


def put_back(program: Program, wanted: RestoreRequest, shown: Plan) -> None:
    restore(program.store, wanted, [shown], program.writer, program.judging, program.clock)


def there(world: World) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in world.book.iterdir()}


def test_what_was_shown_is_written_without_being_judged_again(world: World) -> None:
    wanted = request(world)
    with world.program() as program:
        shown = looked_at(planned(program, wanted), program.writer_to_ask("family"))
        assert len(shown.steps) == len(PEOPLE)
        assert calls(judged_as_stored, lambda: put_back(program, wanted, shown)) == []
    assert there(world) == {f"{name}.vcf": card(name, phone(place)) for place, name in enumerate(PEOPLE)}
    assert world.check().outcome == "clean"


def a_change_is_found(world: World, _: Program) -> None:
    world.put("P0", phone(0, "+"), "NOTE:tea")
    world.check()


def one_is_accepted(world: World, program: Program) -> None:
    accept(program.store, [world.open()[0].id], program.judging, program.clock)


def one_is_put_back(world: World, program: Program) -> None:
    one = RestoreRequest(findings=(world.open()[0].id,))
    put_back(program, one, planned(program, one))
    world.check()


def one_is_guarded(world: World, program: Program) -> None:
    card_id = world.open()[0].card_id
    assert card_id is not None
    guard_card(program.store, card_id, program.clock, who="Jane")


def the_settings_change(world: World, _: Program) -> None:
    world.settings += 'hold_at = "notice"\n'
    world.check()


@pytest.mark.parametrize(
    "happens", [a_change_is_found, one_is_accepted, one_is_put_back, one_is_guarded, the_settings_change]
)
def test_whatever_came_in_between_has_it_planned_again(world: World, happens: Callable[[World, Program], None]) -> None:
    wanted = request(world)
    with world.program() as program:
        shown = planned(program, wanted)
        assert planned(program, wanted, [shown]) is shown
        happens(world, program)
    with world.program() as program:
        again = planned(program, wanted, [shown])
        assert again is not shown
        assert again == planned(program, wanted)


def test_what_was_found_in_between_is_not_written_over(world: World) -> None:
    wanted = request(world)
    with world.program() as program:
        shown = planned(program, wanted)
        a_change_is_found(world, program)
        with pytest.raises(RefusedError, match="Give the same command again"):
            put_back(program, wanted, shown)
    assert there(world)["P0.vcf"] == card("P0", phone(0, "+"), "NOTE:tea")


def test_what_was_so_already_when_it_was_shown_and_is_not_now_is_not_written_unseen(world: World) -> None:
    wanted = request(world)
    world.put("P0", phone(0))
    with world.program() as program:
        shown = looked_at(planned(program, wanted), program.writer_to_ask("family"))
        assert (len(shown.steps), shown.already) == (len(PEOPLE) - 1, 1)
        world.put("P0", phone(0, "+"))
        with pytest.raises(RefusedError, match="Give the same command again"):
            put_back(program, wanted, shown)
    assert there(world)["P0.vcf"] == card("P0", phone(0, "+"))


def test_who_is_forgotten_in_between_has_it_planned_again(world: World) -> None:
    world.put("Gone", phone(9))
    world.check()
    world.remove("Gone")
    world.check()
    wanted = RestoreRequest(findings=tuple(found.id for found in world.open() if found.finding.rule != "card-removed"))
    with world.program() as program:
        shown = planned(program, wanted)
        assert planned(program, wanted, [shown]) is shown
        with program.store.read() as connection:
            [gone] = find_cards(connection, "Gone", gone=True)
        forget(program.store, gone, program.clock)
        assert planned(program, wanted, [shown]) is not shown


@pytest.mark.large
def test_a_restore_of_many_and_the_check_after_it_read_each_number_once(tmp_path: Path) -> None:
    world, many = World(tmp_path, more="restore = true\n"), 250  # more than are judged without the rest of their book
    for prefix in ("", "+"):
        for place in range(many):
            world.put(f"P{place}", phone(place, prefix))
        world.check()
    wanted = request(world)
    number._read.cache_clear()
    read_number(phone(0).removeprefix("TEL:"), "JP")
    with world.program() as program:

        def restored() -> None:
            put_back(program, wanted, looked_at(planned(program, wanted), program.writer_to_ask("family")))
            program.check("family")

        read = calls(number._stored, restored, lambda names: names["written"])
    assert world.open() == []
    assert len(read) == len(set(read)) == 2 * many - 1
