"""Without a record nothing that only looks makes one, and if one was kept there its loss is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.cli.main import COMMANDS
from support.command import Command
from support.world import YAMADA, World

LOOKS = {
    "status": ("status",),
    "findings": ("findings", "--all"),
    "show": ("show", "e1"),
    "show a contact": ("show", "--card", "Yamada"),
    "accept": ("accept", "1"),
    "guard": ("guard", "--list"),
    "expect": ("expect", "30m", "--source", "family"),
    "restore": ("restore", "1"),
    "history": ("history",),
    "export": ("export", "--source", "family", "--at", "2031-01-01", "-o", "out"),
    "source": ("source", "rename", "old", "family"),
    "diff": ("diff", "--at", "2031-01-01", "--source", "family"),
    "report": ("report", "e1", "-o", "evidence.zip"),
    "verify": ("verify",),
    "backup": ("backup", "copy.db"),
    "forget": ("forget", "--card", "Yamada", "--yes"),
    "alert preview": ("alert", "preview"),
    "web link": ("web", "link", "e1"),
}
OTHERS = {
    "check", "run", "web",  # these begin a record
    "init", "demo",  # these have one of their own
    "healthcheck", "doctor", "rules", "login", "discover", "config", "alert", "systemd",  # these open none
    "worker",  # guards a server's households, and is tried by tests/system/test_fleet.py
    "household",  # is a server's, and tried by tests/unit/setup/test_households.py
}  # fmt: skip


def database(world: World) -> Path:
    return world.root / "state/cardwarden.db"


def files(world: World) -> list[str]:
    return sorted(str(path.relative_to(world.root)) for path in world.root.rglob("*"))


def test_every_command_that_opens_the_record_is_tried_here() -> None:
    assert {line[0] for line in LOOKS.values()} | OTHERS == set(COMMANDS)


@pytest.mark.large
@pytest.mark.parametrize("line", LOOKS.values(), ids=LOOKS)
def test_nothing_is_made_where_nothing_was_begun(
    line: tuple[str, ...], world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.root)
    before = files(world) if world.config else []
    assert command(*line).code in {0, 1, 2, 4, 5}
    assert files(world) == before


def test_what_is_there_before_the_first_check_is_nothing(world: World, command: Command) -> None:
    shown = command("status", "--json").json
    assert (shown["open"], shown["sources"][0]["books"], shown["daemon"]["trouble"]) == (0, [], "")
    assert command("findings").code == 0
    assert "The first check begins it: cardwarden check" in command("expect", "30m", "--source", "family").err


@pytest.mark.large
@pytest.mark.parametrize("how", ["removed", "emptied"])
@pytest.mark.parametrize("line", LOOKS.values(), ids=LOOKS)
def test_a_record_that_is_gone_is_said_by_every_command_and_no_other_is_begun(
    line: tuple[str, ...], how: str, world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.root)
    world.put("Yamada", *YAMADA)
    command("check")
    for file in database(world).parent.glob("cardwarden.db*"):
        if file.suffix in {".db", ".db-wal", ".db-shm"}:
            file.write_bytes(b"") if how == "emptied" and file == database(world) else file.unlink()
    before = files(world)
    ran = command(*line)
    assert ran.code == 5
    assert "is gone or was emptied" in ran.err
    assert files(world) == before
    assert not database(world).exists() or database(world).stat().st_size == 0
    assert command("check").code == 1
    assert "A new record was begun" in command("findings").out


def test_status_says_of_another_record_that_it_is_another_until_the_check_does(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    command("check")
    command("backup", str(world.root / "copy.db"))
    world.put("Yamada", *YAMADA, "NOTE:x")
    command("check")
    (world.root / "copy.db").replace(database(world))
    assert "is an older copy of the one that was in use" in command("status").out
    assert "older copy" in command("status", "--json").json["daemon"]["trouble"]
    command("check")
    assert "older copy" not in command("status").out.partition("finding")[0]


def test_the_check_that_begins_another_record_says_what_is_not_known_any_more(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    command("check")
    database(world).write_bytes(b"")
    told = command("check")
    assert told.code == 1
    assert "A new record was begun" in told.out
    assert "A new record was begun" not in command("check").out
