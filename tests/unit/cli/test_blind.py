"""The guard that is a timer's or cron's: blindness is told and ends by commands alone, as often as it comes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from support.command import Command
from support.receiver import Receiver
from support.world import YAMADA, World

BLIND, SIGHTED = "Your address books are not guarded now", "Your address books are guarded again"


@pytest.fixture
def checked(world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, command: Command) -> World:
    world.phone = receiver.url
    monkeypatch.setenv("PHONE", receiver.url)
    world.put("Yamada", *YAMADA)
    assert command("check").code == 0
    return world


def database(world: World) -> Path:
    return world.root / "state/cardwarden.db"


def damaged(world: World) -> Callable[[], object]:
    """Damage the database; what comes back puts it right."""
    whole = database(world).read_bytes()
    database(world).write_bytes(whole[:4096] + bytes(8192))
    return lambda: database(world).write_bytes(whole)


def without_locks(world: World) -> Callable[[], object]:
    """Put something in the place of the folder of locks; what comes back takes it away."""
    locks, away = (database(world).with_name("cardwarden.db" + end) for end in (".locks", ".away"))
    locks.rename(away)
    locks.write_text("in the way")

    def right() -> None:
        locks.unlink()
        away.rename(locks)

    return right


def titles(receiver: Receiver) -> list[str]:
    return [request["title"] for request in receiver.requests]


@pytest.mark.parametrize("blinded", [damaged, without_locks])
def test_each_blindness_is_told_once_and_each_end(
    blinded: Callable[[World], Callable[[], object]], checked: World, receiver: Receiver, command: Command
) -> None:
    for times in (1, 2):
        right = blinded(checked)
        assert [command("check").code, command("check").code] == [5, 5]
        right()
        assert [command("check").code, command("check").code] == [0, 0]
        assert titles(receiver) == [BLIND, SIGHTED] * times
    assert not [path for path in database(checked).parent.iterdir() if path.suffix == ".blind"]


def test_it_is_over_when_each_source_was_checked_also_one_by_one(
    checked: World, receiver: Receiver, command: Command
) -> None:
    (checked.root / "work").mkdir()
    checked.more += f'[sources.work]\ntype = "vdir"\npath = "{checked.root}/work"\n'
    command("check")
    right = damaged(checked)
    command("check", "--source", "work")
    right()
    command("check", "--source", "work")
    command("check", "--source", "work")
    assert titles(receiver) == [BLIND]
    command("check", "--source", "family")
    assert titles(receiver) == [BLIND, SIGHTED]


def test_what_a_reading_command_meets_is_told_to_whoever_reads_it_only(
    checked: World, receiver: Receiver, command: Command
) -> None:
    damaged(checked)
    assert command("status").code == 5
    assert titles(receiver) == []
    assert os.listdir(checked.root / "state")  # noqa: PTH208
