"""`restore`, `accept --undo` and `expect` as they are typed."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from support.command import Command, calling
from support.store import environment
from support.world import YAMADA, World, card

HOME, CELL = YAMADA
DAMAGED = card("Yamada", HOME, "TEL;TYPE=CELL:+186080-1234-5602")


@pytest.fixture
def call(world: World, capsys: pytest.CaptureFixture[str]) -> Command:
    world.more = "restore = true\n"
    world.put("Yamada", *YAMADA)
    world.check()
    world.write(world.book / "Yamada.vcf", DAMAGED)
    world.check()
    return calling(capsys, lambda: world.config)


def there(world: World) -> bytes:
    return (world.book / "Yamada.vcf").read_bytes()


def test_the_difference_is_shown_and_a_dry_run_writes_nothing(world: World, call: Command) -> None:
    ran = call("restore", "1", "--dry-run")
    assert ran.code == 0
    assert "- TEL;TYPE=CELL:+186080-1234-5602" in ran.out
    assert "+ TEL;TYPE=CELL:186080-1234-5602" in ran.out
    assert there(world) == DAMAGED


def test_without_a_terminal_and_without_yes_it_is_refused(world: World, call: Command) -> None:
    ran = call("restore", "1")
    assert (ran.code, there(world)) == (7, DAMAGED)
    assert "add --yes" in ran.err


def test_a_source_that_does_not_allow_it_names_the_line_to_write(world: World, call: Command) -> None:
    world.more = ""
    ran = call("restore", "1", "--yes")
    assert (ran.code, there(world)) == (7, DAMAGED)
    assert "[sources.family] in the configuration: restore = true" in ran.err


def test_it_is_put_back_checked_and_undone(world: World, call: Command) -> None:
    ran = call("restore", "e1", "--yes")
    assert ran.code == 0
    assert "cardwarden restore --undo 1" in ran.out
    assert "Checked family: clean, 1 finding resolved." in ran.out
    assert there(world) == card("Yamada", *YAMADA)
    assert call("restore", "--undo", "1", "--yes").code == 0
    assert there(world) == DAMAGED
    assert call("restore", "--list", "--json").json["restores"][1]["undoes"] == 1


def test_what_is_there_now_is_shown_where_somebody_changed_it(world: World, call: Command) -> None:
    world.write(world.book / "Yamada.vcf", DAMAGED.replace(b"END:", b"NOTE:mine\r\nEND:"))
    ran = call("restore", "1", "--yes")
    assert ran.code == 7
    assert "NOTE:mine" in ran.out
    assert "cardwarden check --source family" in ran.err


@pytest.mark.parametrize(("answer", "code"), [("n", 7), ("y", 0)])
def test_on_a_terminal_it_asks(world: World, call: Command, answer: str, code: int) -> None:
    mine, its = pty.openpty()
    command = [sys.executable, "-m", "cardwarden", "restore", "1", "--config", str(world.config)]
    with subprocess.Popen(
        command, stdin=its, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        os.close(its)
        os.write(mine, f"{answer}\n".encode())
        _, error = process.communicate()
    os.close(mine)
    assert process.returncode == code
    assert b"Write this to 1 contact?" in error
    assert there(world) == (card("Yamada", *YAMADA) if code == 0 else DAMAGED)


@pytest.mark.parametrize("command", [("show",), ("accept",), ("restore", "--yes"), ("report", "-o", "no.zip")])
def test_an_event_that_went_on_as_another_names_nothing_and_not_everything(
    world: World, call: Command, command: tuple[str, ...]
) -> None:
    """Restoring none of its findings once wrote every contact of every book."""
    worse = card("Yamada", HOME)
    world.write(world.book / "Yamada.vcf", worse)
    world.check()
    assert {found.event_id for found in world.open()} == {2}
    ran = call(*command, "e1")
    assert ran.code == 2
    assert "e1: it went on as another event. See: cardwarden findings" in " ".join(ran.err.split())
    assert there(world) == worse
    assert world.open()


@pytest.mark.parametrize(
    "arguments", [(), ("1", "--card", "Yamada"), ("1", "--at", "yesterday"), ("--undo", "1", "--source", "family")]
)
def test_one_thing_is_named(call: Command, arguments: tuple[str, ...]) -> None:
    assert call("restore", *arguments).code == 2


def test_an_acceptance_is_taken_back_by_who_types_it(call: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "hanako")
    assert call("accept", "1", "--why", "mine").code == 0
    assert call("check").code == 0
    assert "Took back 1 acceptance." in call("accept", "--undo", "--why", "not mine").out
    assert "acceptance taken back by hanako" in call("show", "1").out
    assert call("check").code == 1
    assert call("accept", "--undo").out == "Nothing of that was accepted.\n"


def test_what_changed_before_it_was_expected_is_not(world: World, call: Command) -> None:
    assert call("accept", "1").code == 0
    world.put("Yamada", HOME)
    assert call("expect", "30m", "--source", "family", "--why", "tidying up").code == 0
    assert call("check").code == 1
    assert call("expect", "8d", "--source", "family").code == 2
    assert call("expect", "soon", "--source", "family").code == 2


def test_the_command_that_is_named_for_a_deleted_contact_brings_it_back_as_it_is_typed(
    world: World, call: Command
) -> None:
    mark = card("Mark O'Neil & Söhne", "TEL:03-1234-5604", "NOTE:kept")
    world.clock.at = datetime.now(UTC) - timedelta(days=3)
    world.write(world.book / "mark.vcf", mark)
    world.check()
    (world.book / "mark.vcf").unlink()
    world.check()
    listed = call("findings", "--all", "--json").json["findings"]
    [gone] = [found["id"] for found in listed if found["rule"] == "card-removed"]
    said = " ".join(call("restore", str(gone), "--yes").out.split())
    command = re.search(r"cardwarden (restore --card .*? --at [0-9T:Z+-]+)", said)
    assert command, said
    assert call(*shlex.split(command[1]), "--yes").code == 0
    assert (world.book / "mark.vcf").read_bytes() == mark
