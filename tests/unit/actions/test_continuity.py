"""A record that was lost or is older than it was is told, in each of its books, until its owner agrees."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.backup import backup
from cardwarden.actions.continuity import known_beside
from support.receiver import Receiver
from support.world import YAMADA, World

BAD = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
LOST = ": A new record was begun"

pytestmark = pytest.mark.sqlite


@pytest.fixture
def damaged(world: World, receiver: Receiver) -> World:
    """A world with an open critical finding, and a copy of its database from before."""
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    with world.program() as program:
        backup(program.store, world.root / "copy.db", program.clock)
    world.put("Yamada", *BAD)
    world.check()
    return world


def database(world: World) -> Path:
    return world.root / "state/cardwarden.db"


def lose(world: World) -> None:
    for file in database(world).parent.glob("cardwarden.db*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()


def test_nothing_is_told_of_a_record_that_goes_on(damaged: World) -> None:
    for _ in range(3):
        damaged.check()
    assert damaged.titles() == ["Yamada: Number gained a +"]


def test_a_lost_record_is_told_and_stays_open(damaged: World, receiver: Receiver) -> None:
    lose(damaged)
    damaged.check()
    damaged.put("Sato", *YAMADA)
    damaged.check(deep=True)
    damaged.check()
    assert LOST in damaged.titles()
    assert [request["title"] for request in receiver.requests][1:].count(LOST[2:]) == 1


@pytest.mark.parametrize("words", ["cardwarden.db*", "*"])
def test_removing_all_that_a_shell_sees_of_a_record_is_noticed(words: str, damaged: World) -> None:
    subprocess.run(["sh", "-c", f"rm -rf {words}"], cwd=database(damaged).parent, check=True)
    assert not database(damaged).exists()
    damaged.check()
    assert LOST in damaged.titles()


def test_an_emptied_file_is_a_lost_record(damaged: World) -> None:
    database(damaged).write_bytes(b"")
    damaged.check()
    assert LOST in damaged.titles()


def test_what_its_owner_accepted_is_not_told_again(damaged: World) -> None:
    lose(damaged)
    damaged.check()
    with damaged.program() as program:
        accept(program.store, [found.id for found in damaged.open()], program.judging, program.clock)
    for _ in range(2):
        assert damaged.check(deep=True).outcome != "inconclusive"
    assert LOST not in damaged.titles()


def test_the_record_that_was_lost_can_be_put_back(damaged: World) -> None:
    kept = damaged.root / "kept.db"
    with damaged.program() as program:
        backup(program.store, kept, program.clock)
    lose(damaged)
    damaged.check()
    shutil.copy(kept, database(damaged))
    assert damaged.check().outcome == "findings"
    assert damaged.titles() == ["Yamada: Number gained a +"]


def test_an_older_copy_of_the_record_is_told(damaged: World) -> None:
    shutil.copy(damaged.root / "copy.db", database(damaged))
    damaged.check()
    assert sorted(damaged.titles()) == [": An older copy of the record is in use", "Yamada: Number gained a +"]


def test_a_damaged_note_is_no_lost_record(damaged: World) -> None:
    known_beside(database(damaged)).write_text('{"books": 7')
    damaged.check()
    assert damaged.titles() == ["Yamada: Number gained a +"]
    assert known_beside(database(damaged)).stat().st_mode & 0o077 == 0


def test_a_book_of_another_source_is_told_of_its_loss_when_it_is_checked(damaged: World) -> None:
    (damaged.root / "work").mkdir()
    damaged.more = f'[sources.work]\ntype = "vdir"\npath = "{damaged.root}/work"\n'
    with damaged.program() as program:
        program.check("work")
    lose(damaged)
    with damaged.program() as program:
        program.check("work")
    assert damaged.titles() == [LOST]
    damaged.check()
    assert damaged.titles().count(LOST) == 2
