"""Forgetting a contact leaves nothing of it, and a chain that verifies."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cardwarden import packing
from cardwarden.actions.accept import accept
from cardwarden.actions.expect import expect
from cardwarden.actions.forget import Forgotten, forget
from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.actions.verify import verify_store
from cardwarden.errors import RefusedError
from cardwarden.replies import accept_findings, let_be, prepare, put_back, take_back_findings
from cardwarden.store import tables as t
from cardwarden.store.card_events import card_events
from cardwarden.store.cards import all_cards, find_cards
from support.fake_dav import card as dav_card
from support.fake_dav import serving
from support.receiver import Receiver
from support.words import reason
from support.world import World

SECRET = re.compile("geheim|1234-?5602", re.IGNORECASE)  # digests are full of short numbers

pytestmark = pytest.mark.sqlite


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
    files = [path for path in (world.root / "state").rglob("*") if path.is_file()]
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
        with program.store.read() as connection:
            assert len(set(connection.scalars(select(t.card_keys.c.card_id)))) == 1  # the other contact
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


def test_no_uid_is_that_of_what_was_forgotten(world: World) -> None:
    """A key that a UID could give, too, kept its contact from being forgotten, or took a newcomer for it."""
    for name in ("Ann", "Bob"):
        world.put(name, uid=f"u-{name}")
    world.put("Sato", "TEL:03-1234-5604", uid="forgotten-1")
    world.check()
    for name in ("Ann", "Bob"):
        world.remove(name)
    world.check()
    for name in ("Ann", "Bob"):
        forgotten(world, f"u-{name}")
    world.put("Kay", uid="forgotten-2")
    world.check()
    with world.program() as program, program.store.read() as connection:
        rows = all_cards(connection, 1)
        assert [(row.id, row.entry.name, row.is_forgotten) for row in rows] == [
            (1, "", True), (2, "", True), (3, "Sato", False), (4, "Kay", False),
        ]  # fmt: skip
        assert [step.card.entry.name for step in card_events(connection, check_id=3)] == ["Kay"]
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


def test_a_life_in_which_everything_happened_to_a_contact_leaves_no_byte_of_it(
    world: World, receiver: Receiver
) -> None:
    """Found, accepted, undone, put back, expected, let be, doubled, unread and told so, in doubt: then forgotten."""
    address = world.root / "phone"
    address.write_text(receiver.url)
    world.more = f'restore = true\n[alerts.channels.phone]\nurl_file = "{address}"\n'
    healthy = ("TEL:186080-1234-5602", "EMAIL:geheim@mail.example", "NOTE:Geheim one")
    damaged = ("TEL:+186080-1234-5602", "EMAIL:geheim@mai1.example")
    place = world.book / "geheim & söhne.vcf"

    def put(*lines: str) -> None:
        world.put("Geheim", *lines, file=place.name, uid="uid-geheim")
        world.check()

    world.put("Sato", "TEL:03-1234-5604")
    put(*healthy)
    put(*damaged)
    with world.program() as program:
        ids = [found.id for found in world.open()]
        let_be(program, ids, timedelta(hours=1), "Jane")
        accept_findings(program, ids, "Jane")
        take_back_findings(program, ids, "Jane")
        put_back(program, prepare(program, RestoreRequest(findings=tuple(ids))), "Jane", agreed=None)
        expect(program.store, "family", timedelta(minutes=15), program.clock)
    put(*healthy, "NICKNAME:Geheim the expected")
    world.put("Geheim", *healthy, file="geheim copy.vcf", uid="uid-geheim-2")
    world.check()
    world.remove("geheim copy")
    world.check()
    place.unlink()
    place.symlink_to("/nowhere/geheim")
    for _ in range(4):
        world.check()
        world.clock.at += timedelta(hours=3)
    with world.program() as program:
        accept(program.store, [found.id for found in world.open()], program.judging, program.clock)
    (world.book / "Sato.vcf").rename(
        world.root / "Sato.vcf"
    )  # now nothing at all can be read, which the book is told of
    for _ in range(4):
        assert world.check().outcome == "inconclusive"
        world.clock.at += timedelta(hours=3)
    (world.root / "Sato.vcf").rename(world.book / "Sato.vcf")
    place.unlink()
    world.check()
    assert len(re.findall("geheim", everything(world), re.IGNORECASE)) > 50
    for uid in ("uid-geheim", "uid-geheim-2"):
        forgotten(world, uid)
    left = everything(world)
    assert not re.search("geheim|1234-?5602|s(ö|\\\\u00f6|%C3%B6)hne", left, re.IGNORECASE)
    assert "Sato" in left
    assert world.check().outcome == "clean"
    with world.program() as program:
        assert verify_store(program.store).flaw is None


def test_a_file_name_on_a_server_is_forgotten_in_every_spelling(tmp_path: Path) -> None:
    with serving() as dav:
        world = World(tmp_path, more=f'[sources.cloud]\ntype = "carddav"\nurl = "{dav.url}"\n')
        for number in "12":
            dav.put(f"{number}.vcf", dav_card(number))
        dav.put("geheim@home.vcf", dav_card("g", "Somebody"))
        with world.program() as program:
            program.check("cloud")
            dav.missing = dav.omits = {"geheim@home.vcf"}
            for _ in range(4):
                program.check("cloud", deep=True)
                world.clock.at += timedelta(hours=3)
            [unread] = world.open()
            assert unread.finding.rule == "member-unread"
            dav.delete("geheim@home.vcf")
            program.check("cloud", deep=True)
        assert "geheim" in everything(world)
        forgotten(world, "g")
        assert not re.search("geheim", everything(world), re.IGNORECASE)
        with world.program() as program:
            assert verify_store(program.store).flaw is None


def forgotten(world: World, uid: str) -> None:
    with world.program() as program:
        with program.store.read() as connection:
            found = card_named(connection, uid, gone_too=True)
        forget(program.store, found, world.clock)
