"""`cardwarden status` says what is in force: expected changes, and alerts for channels that are gone."""

from __future__ import annotations

import getpass
from datetime import timedelta
from typing import NoReturn

import pytest

from cardwarden.clock import SystemClock
from cardwarden.phrases.phrase import Code, dumped, phrase
from cardwarden.service import heartbeat
from cardwarden.service.heartbeat import Heartbeat
from cardwarden.service.only import the_only_daemon
from support.command import Command
from support.world import YAMADA, World


def nobody() -> NoReturn:
    """A container's user that has no name."""
    raise OSError


@pytest.mark.parametrize(
    ("user", "why", "begins", "ends"),
    [
        ("hanako", "tidying up", "family: hanako expects changes until ", "(tidying up); they pass untold."),
        ("hanako", "", "family: hanako expects changes until ", "; they pass untold."),
        ("", "tidying up", "family: changes are expected until ", "(tidying up); they pass untold."),
        ("", "", "family: changes are expected until ", "; they pass untold."),
    ],
)
def test_expected_changes_are_shown_while_they_are_expected(
    world: World, command: Command, monkeypatch: pytest.MonkeyPatch, user: str, why: str, begins: str, ends: str
) -> None:
    world.put("Yamada", *YAMADA)
    command("check")
    assert command("status", "--json").json["expected"] == []
    monkeypatch.setenv("SUDO_USER", user)
    monkeypatch.setattr(getpass, "getuser", nobody)
    command("expect", "30m", "--source", "family", "--why", why)
    assert begins in (shown := command("status").out)
    assert ends in shown
    [expected] = command("status", "--json").json["expected"]
    assert (expected["source"], expected["who"], expected["why"]) == ("family", user, why)


def test_files_that_cannot_be_read_are_named_whatever_else_is_open(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    (world.book / "bad.vcf").symlink_to("/nowhere/x.vcf")
    command("check")
    assert "bad.vcf is a link that leads nowhere" in " ".join(command("status").out.split())
    world.put("Yamada", "TEL;TYPE=CELL:+186080-1234-5602")
    command("check")
    shown = " ".join(command("status").out.split())
    assert "bad.vcf is a link that leads nowhere" in shown
    assert "open. To see them" in shown


def test_alerts_for_a_channel_that_is_not_in_the_settings_are_shown(world: World, command: Command) -> None:
    world.more = '[alerts.channels.old]\nurl_env = "NOT_SET"\n'
    world.put("Yamada", *YAMADA)
    command("check")
    world.put("Yamada", "TEL;TYPE=CELL:+186080-1234-5602")
    command("check")
    world.more = ""
    assert "waits for the channel old, which is not in the settings." in command("status").out


def test_a_first_look_says_that_it_is_one(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    assert "This was the first look" in command("check").out
    assert "This was the first look" not in command("check").out


def test_the_servers_that_the_daemon_waits_for_are_named_until_the_wait_is_over(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    command("check")
    now = SystemClock()
    for seconds, waits in ((90, True), (-1, False)):
        until = (now.now() + timedelta(seconds=seconds)).isoformat()
        why = dumped(phrase("waits-as-asked", host=Code("dav.example.org"))) or ""
        beat = Heartbeat(7, now.now().isoformat(), now.monotonic(), 10.0, waits=[[until, why]])
        heartbeat.write(heartbeat.life_beside(world.root / "state" / "cardwarden.db"), beat)
        with the_only_daemon(world.root / "state" / "cardwarden.db", now):
            said = "seconds: dav.example.org asks to be left alone for so long."
            assert (said in command("status").out) is waits
            assert bool(command("status", "--json").json["daemon"]["waits"]) is waits


def test_each_file_that_could_not_be_read_is_named_and_none_is_as_it_was(world: World, command: Command) -> None:
    for name in ("Yamada", "Sato", "Ito"):
        world.put(name, *YAMADA)
    command("check")
    for name in ("Yamada", "Sato"):
        (world.book / f"{name}.vcf").unlink()
        (world.book / f"{name}.vcf").symlink_to("/nowhere")
    assert "2 card files could not be read" in command("check").out
    shown = " ".join(command("status").out.split())
    assert "Yamada.vcf is a link that leads nowhere." in shown
    assert "Sato.vcf is a link that leads nowhere" in shown
    tried = command("restore", "--card", "Yamada")
    assert "What Yamada.vcf says now is not known." in tried.out
    assert "it is so already" not in tried.out
