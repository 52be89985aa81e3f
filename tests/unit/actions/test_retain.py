"""What is too old goes; baselines and contacts with an open finding stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.actions.accept import accept
from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.retain import retain
from cardwarden.actions.verify import verify_store
from cardwarden.store import versions as version_store
from support.steps import steps
from support.world import World

PICTURE = "PHOTO;ENCODING=b;TYPE=JPEG:" + "/9j/4AAQ" * 500


TWO_YEARS = timedelta(days=730)


def cared(world: World, *, keep: timedelta | None = TWO_YEARS) -> int:
    """Care for the history on three days, one after the other; gives how many versions were taken out."""
    count = 0
    with world.program() as program:
        for _ in range(3):
            count += retain(program.store, keep, world.clock).versions
            world.clock.at += timedelta(days=1)
    return count


def versions(world: World, name: str) -> int:
    with world.program() as program, program.store.read() as connection:
        return len(version_store.versions(connection, card_named(connection, name).card.id))


def test_old_versions_go_with_their_bytes_and_the_chain_verifies(world: World) -> None:
    for number in range(4):
        world.put("Sato", f"NOTE:{number}", PICTURE)
        world.check()
    world.clock.at += timedelta(days=800)
    assert cared(world) == 3
    assert cared(world) == 0
    with world.program() as program:
        done = verify_store(program.store)
        assert done.bodies == 2  # the card and its picture
    assert versions(world, "Sato") == 1
    assert world.check().outcome == "clean"


def test_what_was_seen_lately_stays(world: World) -> None:
    world.put("Sato", "NOTE:1")
    world.check()
    world.put("Sato", "NOTE:2")
    world.check()
    world.clock.at += timedelta(days=700)
    assert cared(world) == 0
    assert cared(world, keep=None) == 0
    assert versions(world, "Sato") == 2


def test_a_contact_with_an_open_finding_keeps_all_it_said(world: World) -> None:
    world.put("Yamada", "TEL:186080-1234-5602")
    world.check()
    world.put("Yamada", "TEL:+186080-1234-5602")
    world.check()
    world.put("Yamada", "TEL:+186080-1234-5602", "NOTE:more")
    world.check()
    world.clock.at += timedelta(days=2000)
    assert cared(world) == 0
    assert versions(world, "Yamada") == 3
    assert b"TEL:186080" in (world.base("Yamada") or b"")


def test_what_was_before_an_accepted_change_goes_too(world: World) -> None:
    world.put("Yamada", "TEL:186080-1234-5602")
    world.check()
    world.put("Yamada", "TEL:+186080-1234-5602")
    world.check()
    with world.program() as program:
        accept(program.store, [found.id for found in world.open()], program.judging, program.clock)
    world.check()
    world.clock.at += timedelta(days=700)
    assert cared(world) == 0
    world.clock.at += timedelta(days=100)
    assert cared(world) == 1
    with world.program() as program:
        done = verify_store(program.store)
    assert (done.bodies, done.flaw) == (1, None)
    assert world.check().outcome == "clean"


def test_a_leap_of_the_clock_takes_nothing_out(world: World) -> None:
    for number in range(3):
        world.put("Sato", f"NOTE:{number}")
        world.check()
    assert cared(world) == 0
    world.clock.leap(timedelta(days=365 * 12))
    for _ in range(5):  # a machine that is started again and again before it knows the time
        with world.program() as program:
            done = retain(program.store, TWO_YEARS, world.clock)
        assert (done.versions, done.waits != "") == (0, True)
        world.check()
    world.clock.leap(timedelta(days=-365 * 12))
    assert cared(world) == 0
    assert versions(world, "Sato") == 3


@pytest.mark.large
@pytest.mark.sqlite
def test_twice_as_many_contacts_that_went_long_ago_are_twice_the_work(tmp_path: Path) -> None:
    small, large = (work_for_gone(World(tmp_path / str(count)), count) for count in (60, 120))
    assert large < 2.5 * small


def work_for_gone(world: World, count: int) -> int:
    """The steps that it takes to forget so many contacts that were removed long ago."""
    world.put("Sato", "TEL:03-1234-5604")
    for number in range(count):
        world.put(f"Person {number}", f"NOTE:{number}")
    world.check()
    for number in range(count):
        world.remove(f"Person {number}")
    for _ in range(3):  # what is mostly gone is doubted first
        world.check()
    with world.program() as program:
        accept(program.store, [found.id for found in world.open()], program.judging, world.clock)
    world.check()
    world.clock.at += timedelta(days=800)
    assert cared(world, keep=None) == 0
    taken: list[int] = []
    with world.program() as program:
        work = steps(program.store, lambda: taken.append(retain(program.store, TWO_YEARS, world.clock).versions))
        assert verify_store(program.store).flaw is None
    assert taken[0] >= count
    return work


def test_retention_rewrites_nobody_elses_record(world: World) -> None:
    world.put("Ann", "TEL:03-1234-5601", uid="u-7001", file="ann.vcf")
    for name in ("Annabel Smith", "Annual Meeting", "Bob"):
        world.put(name, "TEL:186080-1234-5602")
    world.check()
    (world.book / "ann.vcf").unlink()
    world.put("Annabel Smith", "TEL:+186080-1234-5602")
    world.put("Annual Meeting", "TEL:+186080-1234-5602")
    world.check()
    gone = [found.id for found in world.open() if found.finding.rule == "card-removed"]
    with world.program() as program:
        accept(program.store, gone, program.judging, world.clock)
    world.check()
    before = [found.finding for found in world.open()]
    world.clock.at += timedelta(days=800)
    assert cared(world) == 1
    assert [found.finding for found in world.open()] == before


@pytest.mark.large
@pytest.mark.sqlite
def test_twice_as_much_that_is_too_old_is_twice_the_work(tmp_path: Path) -> None:
    small, large = (work_for(World(tmp_path / str(count)), count) for count in (100, 200))
    assert large < 2.5 * small


def work_for(world: World, count: int) -> int:
    """The steps that it takes to take out one old version of each of so many contacts."""
    for note in ("a", "b"):
        for number in range(count):
            world.put(f"Person {number}", f"NOTE:{note}")
        world.check()
    with world.program() as program:
        accept(program.store, [found.id for found in world.open()], program.judging, world.clock)
    world.clock.at += timedelta(days=800)
    assert cared(world, keep=None) == 0
    taken: list[int] = []
    with world.program() as program:
        work = steps(program.store, lambda: taken.append(retain(program.store, TWO_YEARS, world.clock).versions))
    assert taken == [count]
    return work
