"""Forgetting a contact leaves nothing of it, and a chain that verifies."""

from __future__ import annotations

import re
import sqlite3

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.forget import Forgotten, forget
from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.verify import verify_store
from cardwarden.errors import RefusedError
from cardwarden.store import packing
from cardwarden.store.cards import find_cards
from support.receiver import Receiver
from support.words import reason
from support.world import World

SECRET = re.compile("geheim|1234-?5602", re.IGNORECASE)  # digests are full of short numbers


def everything(world: World) -> str:
    """All that the database says, with bodies unpacked, and the raw bytes of its files."""
    said: list[str] = []
    raw = sqlite3.connect(world.root / "state/cardwarden.db")
    for (table,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in raw.execute(f"SELECT * FROM {table}"):
            said += [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row]
    for size, data in raw.execute("SELECT size, data FROM bodies"):
        said.append((data if len(data) == size else packing.unpack(data, size)).decode("utf-8", "replace"))
    raw.close()
    files = [path for path in (world.root / "state").glob("cardwarden.db*") if path.is_file()]
    said += [path.read_bytes().decode("utf-8", "replace") for path in files]
    return "\n".join(said)


def test_a_forgotten_contact_is_nowhere_and_the_chain_verifies(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.put("Geheim", "TEL:186080-1234-5602", file="Geheim.vcf")
    world.put("Sato", "TEL:03-1234-5604")
    world.check()
    world.put("Geheim", "TEL:+186080-1234-5602", file="Geheim.vcf")
    world.check()
    assert SECRET.search(everything(world))
    world.remove("Geheim")
    world.check()
    with world.program() as program:
        with program.store.read() as connection:
            found = card_named(connection, "Geheim", gone_too=True)
        assert forget(program.store, found, world.clock) == Forgotten(())
        verify_store(program.store)
    assert not SECRET.search(everything(world))
    assert world.check().outcome == "clean"
    with world.program() as program:
        assert verify_store(program.store).flaw is None


def test_a_contact_that_still_exists_is_refused_unless_it_is_to_be_ignored(world: World) -> None:
    world.put("Geheim", "TEL:186080-1234-5602", file="Geheim.vcf", uid="g-1")
    world.put("Sato", "TEL:03-1234-5604")
    world.check()
    with world.program() as program:
        with program.store.read() as connection:
            found = card_named(connection, "Geheim")
        with pytest.raises(RefusedError, match="ignore-from-now"):
            forget(program.store, found, world.clock)
        forget(program.store, found, world.clock, ignore_from_now=True)
    for deep in (False, True):
        world.put("Geheim", "TEL:+186080-1234-5602", file="Geheim.vcf", uid="g-1")
        assert world.check(deep=deep).outcome == "clean"
        assert not SECRET.search(everything(world))
    with world.program() as program:
        verify_store(program.store)


def test_what_another_contact_says_too_stays(world: World) -> None:
    same = "TEL:03-1234-5604"
    world.put("Twin", same, file="a.vcf")
    world.put("Twin", same, file="b.vcf")
    world.check()
    (world.book / "b.vcf").unlink()
    world.check()
    with world.program() as program:
        with program.store.read() as connection:
            [gone] = find_cards(connection, "Twin", gone=True)
        forget(program.store, gone, world.clock)
        verify_store(program.store)
    assert world.base("Twin")


def test_what_was_accepted_of_a_forgotten_contact_is_gone_too(world: World) -> None:
    world.put("Geheim", "TEL:186080-1234-5602", "NOTE:geheim one")
    world.put("Sato", "TEL:03-1234-5604")
    world.check()
    world.put("Geheim", "TEL:+186080-1234-5602", "NOTE:geheim two")
    world.check()
    with world.program() as program:
        accept(program.store, [found.id for found in world.open()], program.judging, program.clock)
    world.remove("Geheim")
    world.check()
    with world.program() as program:
        with program.store.read() as connection:
            found = card_named(connection, "Geheim", gone_too=True)
        forget(program.store, found, world.clock)
    assert not SECRET.search(everything(world))
    with world.program() as program:
        assert verify_store(program.store).flaw is None


def test_nobody_elses_record_is_rewritten(world: World) -> None:
    world.put("Ann", "TEL:03-1234-5601", uid="u-7001", file="ann.vcf")
    world.put("Annabel Smith", "TEL:186080-1234-5602", uid="ann-2", file="annabel.vcf")
    world.put("Bob", "TEL:186080-1234-5603", "NOTE:Annual meeting with Ann and Joann")
    world.check()
    world.put("Annabel Smith", "TEL:+186080-1234-5602", uid="ann-2", file="annabel.vcf")
    world.put("Bob", "TEL:+186080-1234-5603", "NOTE:")
    world.check()
    before = [found.finding for found in world.open()]
    (world.book / "ann.vcf").unlink()
    world.check()
    forgotten(world, "u-7001")
    assert [found.finding for found in world.open()] == before


def test_the_name_is_taken_out_of_what_is_said_of_others(world: World) -> None:
    world.put("Ann Lee", "TEL:03-1234-5601", "TEL:03-1234-5609", uid="u-7001")
    world.put("Bob Kay", "TEL:03-1234-5603")
    world.check()
    world.put("Ann Lee", "TEL:03-1234-5609", uid="u-7001")
    world.put("Bob Kay", "TEL:03-1234-5603", "TEL:03-1234-5601")
    world.check()
    [moved] = [found for found in world.open() if found.finding.rule == "number-moved"]
    assert reason(moved.finding) == "03-1234-5601 was Ann Lee's and stands in Bob Kay's card now."
    world.remove("Ann Lee")
    world.check()
    forgotten(world, "u-7001")
    [moved] = [found for found in world.open() if found.finding.rule == "number-moved"]
    assert reason(moved.finding) == "03-1234-5601 was (forgotten)'s. That card is gone, and Bob Kay's card has it now."
    assert "Ann Lee" not in everything(world)


def forgotten(world: World, uid: str) -> None:
    with world.program() as program:
        with program.store.read() as connection:
            found = card_named(connection, uid, gone_too=True)
        forget(program.store, found, world.clock)
