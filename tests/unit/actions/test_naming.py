"""Who is meant by a name or a UID: nobody is taken for somebody who is gone."""

from __future__ import annotations

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.queries.naming import card_named
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
