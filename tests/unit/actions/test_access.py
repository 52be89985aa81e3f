"""A book that cannot be read is told once, after a while, and once when it is back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cardwarden.actions.accept import accept
from cardwarden.service.health import unguarded
from support.receiver import Receiver
from support.world import YAMADA, World


@pytest.fixture
def guarded(world: World, receiver: Receiver) -> World:
    world.phone = receiver.url
    world.settings += 'timezone = "Asia/Tokyo"\n'
    world.put("Yamada", *YAMADA)
    world.check()
    return world


def checked(world: World, hours: float) -> None:
    """Check every quarter of an hour, for so long."""
    for _ in range(int(hours * 4)):
        world.clock.at += timedelta(minutes=5)
        world.check()


def titles(receiver: Receiver) -> list[str]:
    return [request["title"] for request in receiver.requests]


def missing(world: World) -> list[str]:
    with world.program() as program:
        return unguarded(program)


def test_it_is_told_once_after_three_hours_and_once_when_it_is_back(guarded: World, receiver: Receiver) -> None:
    guarded.book.rename(guarded.root / "away")
    checked(guarded, 2.75)
    assert titles(receiver) == []
    checked(guarded, 2)
    assert titles(receiver) == ["Cannot read family"]
    assert "family has been unreadable since 1 Jan 2031 21:00" in receiver.requests[0]["message"]
    assert "does not exist" in receiver.requests[0]["message"]
    (guarded.root / "away").rename(guarded.book)
    checked(guarded, 1)
    assert titles(receiver)[1:] == ["All clear: Cannot read family"]
    assert guarded.open() == []


def test_a_book_that_could_never_be_read_is_told_too(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.book.rmdir()
    checked(world, 4)
    assert titles(receiver) == ["Cannot read family"]


def test_a_short_trouble_is_not_told(guarded: World, receiver: Receiver) -> None:
    for _ in range(3):
        guarded.book.rename(guarded.root / "away")
        checked(guarded, 2)
        (guarded.root / "away").rename(guarded.book)
        checked(guarded, 0.5)
    assert titles(receiver) == []


def test_a_book_counts_as_guarded_only_while_its_checks_conclude(guarded: World) -> None:
    assert missing(guarded) == []
    guarded.book.rename(guarded.root / "away")
    checked(guarded, 1)
    assert missing(guarded) == ["family"]


def test_a_loss_that_its_owner_accepted_is_left_alone(guarded: World, receiver: Receiver) -> None:
    guarded.book.rename(guarded.root / "away")
    checked(guarded, 4)
    with guarded.program() as program:
        accept(program.store, [found.id for found in guarded.open()], program.judging, program.clock)
    checked(guarded, 4)
    assert [said.partition(":")[0] for said in titles(receiver)[1:]] == ["Accepted"]
    assert missing(guarded) == []


def test_a_book_that_looks_empty_is_told_at_once_and_as_removed_when_it_is_found_so_again(
    world: World, receiver: Receiver
) -> None:
    world.phone = receiver.url
    for number in range(3):
        world.put(f"Person {number}", f"TEL:03-1234-560{number}")
    world.check()
    for number in range(3):
        world.remove(f"Person {number}")
    assert world.check().outcome == "inconclusive"
    assert titles(receiver) == ["family looks empty"]
    assert world.check().outcome == "findings"
    world.check()
    assert titles(receiver)[1:] == ["3 contacts were removed"]


def test_a_book_that_looked_empty_and_is_back_gets_an_all_clear(guarded: World, receiver: Receiver) -> None:
    (guarded.book / "Yamada.vcf").rename(guarded.root / "Yamada.vcf")
    guarded.check()
    (guarded.root / "Yamada.vcf").rename(guarded.book / "Yamada.vcf")
    guarded.check()
    assert titles(receiver) == ["family looks empty", "All clear: family looks empty"]
    assert guarded.open() == []
