"""What is meant by an id, a name or a UID: nobody is taken for somebody who is gone."""

from __future__ import annotations

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.queries.naming import card_named, events_named, findings_named
from cardwarden.errors import UsageError
from support.world import World


@pytest.mark.parametrize("neighbours", [1, 10])
def test_one_who_is_gone_is_meant_by_the_whole_uid_though_others_have_it_as_a_part(
    world: World, neighbours: int
) -> None:
    world.put("Anna", "TEL:03-1234-5678", uid="u2")
    for number in range(neighbours):
        world.put(f"Guest {number}", "TEL:03-1234-5600", uid=f"u2{number}")
    world.check()
    world.remove("Anna")
    world.check()
    with world.program() as program:
        if found := world.open():
            accept(program.store, [one.id for one in found], program.judging, program.clock)
        with program.store.read() as connection:
            assert card_named(connection, "u2", gone_too=True).card.entry.name == "Anna"
            assert card_named(connection, "anna", gone_too=True).card.entry.name == "Anna"
            if neighbours == 1:
                assert card_named(connection, "u2").card.entry.name == "Guest 0"
            with pytest.raises(UsageError):
                card_named(connection, "nobody", gone_too=True)


def test_events_have_those_of_their_findings_that_are_named(world: World) -> None:
    world.put("Anna", "TEL:186090-1234-0001", "TEL:186090-1234-0002")
    world.put("Mia", "TEL:186090-1234-0003", "NOTE:a")
    world.check()
    world.put("Anna", "TEL:+186090-1234-0001", "TEL:+186090-1234-0002")
    world.check()
    world.put("Mia", "TEL:186090-1234-0003")
    world.check()
    with world.program() as program, program.store.read() as connection:

        def named(*ids: str) -> list[tuple[int, list[int]]]:
            return [(event.id, [found.id for found in event.findings]) for event in events_named(connection, ids)]

        [first, second], [third] = (findings_named(connection, [event]) for event in ("e1", "E2"))
        assert named("e1") == [(1, [first.id, second.id])]
        assert named(str(second.id)) == named(str(second.id), str(second.id)) == [(1, [second.id])]
        assert named("e2", str(first.id), "e1") == [(1, [first.id, second.id]), (2, [third.id])]
        assert named(str(third.id), "e1", str(first.id)) == [(1, [first.id, second.id]), (2, [third.id])]
        [alone] = events_named(connection, [str(second.id)])
        assert len(alone.event.findings) == 2
        assert findings_named(connection, [str(third.id), "e1", "e2"]) == [third, first, second]
        for nothing in ("e3", "9999", "x"):
            with pytest.raises(UsageError):
                named(nothing)


def test_an_event_whose_findings_went_on_in_a_later_one_is_left_out(world: World) -> None:
    world.put("Anna", "TEL:186090-1234-5678")
    world.check()
    for number in ("+186090-1234-5678", "+186090-1234-9999"):
        world.put("Anna", f"TEL:{number}")
        world.check()
    with world.program() as program, program.store.read() as connection:
        assert [event.id for event in events_named(connection, ["e1", "e2"])] == [2]
