"""A program is named as people call it."""

from __future__ import annotations

import pytest

from cardwarden.actions.queries.writer import named
from support.receiver import Receiver
from support.world import World


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("-//Apple Inc.//iPhone OS 17.0//EN", "Apple Inc. iPhone OS 17.0"),
        ("-//Sabre//Sabre VObject 4.5.4//EN", "Sabre VObject 4.5.4"),
        ("-//App//EN", "App"),
        ("+//IDN bitfire.at//DAVx5/4.3.1-ose ez-vcard/0.12.1", "IDN bitfire.at DAVx5/4.3.1-ose ez-vcard/0.12.1"),
        ("ez-vcard 0.12.1", "ez-vcard 0.12.1"),
        ("-//", ""),
        ("", ""),
    ],
)
def test_a_program_is_named_as_people_call_it(said: str, name: str) -> None:
    assert named(said) == name


def test_a_message_says_which_program_wrote_the_contact(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.put("Jane", "TEL:03-1234-5601", "PRODID:-//Phone//Contacts 3//EN")
    world.check()
    world.put("Jane", "TEL:+03-1234-5601", "PRODID:-//Other//Sync 1//EN")
    world.check()
    assert "\nWritten by Other Sync 1.\n" in receiver.requests[0]["message"]
