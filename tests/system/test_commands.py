"""Every command as it is called: what it prints, its JSON, its exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cardwarden.text import columns
from support.command import Command
from support.receiver import Receiver
from support.store import environment
from support.world import YAMADA, World

HOME = YAMADA[0]
DAMAGED = (HOME, "TEL;TYPE=CELL:+186080-1234-5602")
FINDING = {
    "id", "kind", "rule", "severity", "title", "explanation", "source", "card", "property", "before", "after", "event", "phrase",
    "state",
}  # fmt: skip
EVENT = {"id", "title", "severity", "explanation", "count", "findings"}


@pytest.fixture
def damaged(world: World, command: Command) -> World:
    """A world with one open finding, on Yamada, and a notice that passed."""
    world.put("Yamada", *YAMADA)
    world.put("Keio", "TEL:03-1234-5603")
    assert command("check").code == 0
    world.put("Yamada", *DAMAGED)
    world.put("Keio", "TEL:03-1234-5603", "NOTE:open late")
    assert command("check").code == 1
    return world


def test_check_gives_one_json_object(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    ran = command("check", "--json")
    assert ran.json == {
        "outcome": "clean",
        "books": [{"source": "family", "book": "contacts", "outcome": "clean", "reason": "", "cards": 1}],
        "findings": [],
        "events": [],
        "resolved": [],
        "open": 0,
    }
    world.put("Yamada", *DAMAGED)
    ran = command("check", "--json")
    assert (ran.code, ran.json["outcome"], ran.json["open"]) == (1, "findings", 1)
    [finding], [event] = ran.json["findings"], ran.json["events"]
    assert (set(finding), set(event)) == (FINDING, EVENT)
    assert finding["card"] == {"uid": "Yamada", "name": "Yamada", "href": "Yamada.vcf"}
    assert (finding["before"], finding["after"]) == ("186080-1234-5602", "+186080-1234-5602")
    assert (finding["event"], event["findings"], event["count"]) == (event["id"], [finding["id"]], 1)
    assert (finding["kind"], finding["state"], finding["property"]) == ("deviation", "open", "TEL")


def test_what_is_open_counts_more_than_what_could_not_be_read(damaged: World, command: Command) -> None:
    damaged.more = '[sources.lost]\ntype = "vdir"\npath = "/nowhere/at/all"\n'
    ran = command("check", "--json")
    assert (ran.code, ran.json["outcome"]) == (1, "findings")
    assert [book["outcome"] for book in ran.json["books"]] == ["findings", "inconclusive"]
    assert command("check", "--source", "lost").code == 3
    damaged.book.rename(damaged.root / "away")
    assert command("check", "--source", "family", "--json").json["outcome"] == "findings"
    assert command("check", "--source", "family").code == 1


def test_an_unknown_source_is_2(damaged: World, command: Command) -> None:
    for arguments in (
        ("check", "--source", "x"), ("findings", "--source", "x"), ("accept", "--source", "x"),
        ("show", "--card", "Yamada", "--source", "x"),
    ):  # fmt: skip
        ran = command(*arguments)
        assert (ran.code, 'There is no source "x" in the settings. There are: family.' in ran.err) == (2, True)


def test_a_message_that_cannot_be_delivered_is_6_where_nothing_else_is_wrong(
    world: World, command: Command, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PHONE", raising=False)
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    command("check")
    world.put("Yamada", *DAMAGED)
    ran = command("check")
    assert (ran.code, "Not delivered yet, it will be tried again." in ran.out) == (1, True)
    assert command("accept", "1").code == 0
    world.more = '[alerts.channels.broken]\nurl_env = "PHONE"\nmin_severity = "notice"\n'
    world.put("Yamada", *DAMAGED, "NOTE:tea")
    assert command("check").code == 6


def test_findings_lists_what_is_open_and_with_all_everything(damaged: World, command: Command) -> None:
    ran = command("findings", "--json")
    assert (ran.code, [finding["state"] for finding in ran.json["findings"]]) == (0, ["open"])
    everything = command("findings", "--all", "--json").json
    assert sorted(finding["state"] for finding in everything["findings"]) == ["open", "passed"]
    assert len(everything["events"]) == 2
    assert "Number gained a +" in command("findings").out
    damaged.put("Yamada", *YAMADA)
    command("check")
    assert command("findings").out == "Nothing is open.\n"


def test_what_was_never_checked_is_not_said_to_be_clean(world: World, command: Command) -> None:
    ran = command("findings")
    assert (ran.code, ran.out) == (0, "Nothing was checked yet. Run: cardwarden check\n")
    command("check")
    assert command("findings").out == "Nothing is open.\n"
    world.more = f'[sources.copy]\ntype = "vdir"\npath = "{world.book}"\n'
    assert command("findings", "--source", "copy").out == "Nothing was checked yet. Run: cardwarden check\n"


def test_a_book_without_any_card_is_doubted_in_words(world: World, command: Command) -> None:
    ran = command("check")
    assert ran.code == 0
    assert ran.out == (
        "family (contacts): clean, 0 cards. There is nothing to guard yet. If this book has contacts, "
        "correct its place in [sources.family].\n"
    )
    world.put("Yamada", *YAMADA)
    assert "nothing to guard" not in command("check").out


def test_show_tells_before_after_when_why_and_what_to_do(damaged: World, command: Command) -> None:
    shown = command("show", "e1").out
    assert shown == command("show", "1").out == command("show", "E1").out
    for said in (
        "Yamada: number gained a +", "was 186080-1234-5602", "now +186080-1234-5602", "+1 860 (USA)",
        "in family; finding 1, open", "cardwarden accept 1", "cardwarden restore 1",
    ):  # fmt: skip
        assert said in shown
    assert re.search(r"Seen first \d+ \w+ 20\d\d \d\d:\d\d", shown)
    ran = command("show", "1", "--json")
    assert set(ran.json["findings"][0]) == FINDING
    assert set(ran.json["events"][0]) == EVENT
    command("accept", "1")
    assert re.search(r"accepted \d+ \w+ 20\d\d", command("show", "1").out)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_every_command_tells_the_time_where_the_owner_lives(damaged: World, command: Command, zone: str) -> None:
    damaged.settings = f'timezone = "{zone}"\n{damaged.settings}'
    opened = datetime.fromisoformat(command("history", "--json").json["steps"][0]["at"])
    hour = f"{opened.astimezone(ZoneInfo(zone)):%H:%M}"
    assert f" {hour}" in command("show", "1").out
    assert f" {hour}" in command("history").out
    assert hour in command("status").out


def test_show_of_a_contact_prints_its_card(damaged: World, command: Command) -> None:
    ran = command("show", "--card", "080-1234-5602")
    assert ran.code == 0
    assert "TEL;TYPE=CELL:+186080-1234-5602" in ran.out
    assert re.search(r"Yamada has said this in family since \d+ \w+ 20", ran.out)
    shown = command("show", "--card", "yamada", "--json").json
    assert (shown["card"]["uid"], shown["present"], len(shown["versions"])) == ("Yamada", True, 2)
    damaged.remove("Keio")
    command("check")
    assert "Keio" in command("findings", "--all").out


def test_an_id_that_is_none_and_one_that_does_not_exist_are_2(damaged: World, command: Command) -> None:
    for arguments in (("show", "e99"), ("show", "99"), ("show", "x"), ("accept", "e99"), ("show",), ("accept",)):
        assert command(*arguments).code == 2


def test_a_name_that_fits_several_lists_them_and_the_source_decides(damaged: World, command: Command) -> None:
    damaged.more = f'[sources.copy]\ntype = "vdir"\npath = "{damaged.book}"\n'
    command("check")
    ran = command("show", "--card", "Yamada")
    assert ran.code == 2
    assert ran.err.splitlines()[1:] == ["  Yamada (in family, UID Yamada)", "  Yamada (in copy, UID Yamada)"]
    assert command("show", "--card", "Yamada", "--source", "copy").code == 0


def test_accept_of_a_contact_takes_only_what_is_about_it_in_that_book(damaged: World, command: Command) -> None:
    damaged.more = f'[sources.copy]\ntype = "vdir"\npath = "{damaged.book}"\n'
    damaged.put("Sato", "TEL:+186090-1234-5609")
    assert command("check").code == 1
    ran = command("accept", "--card", "Yamada", "--source", "copy", "--why", "checked by phone", "--json")
    copy = {"source": "copy", "state": "open", "name": "Sato"}
    still_open = command("findings", "--json").json["findings"]
    assert len(ran.json["accepted"]) == 1
    assert copy in [{"source": f["source"], "state": f["state"], "name": f["card"]["name"]} for f in still_open]
    assert command("accept", "--source", "family").out.startswith("Accepted ")
    assert {f["source"] for f in command("findings", "--json").json["findings"]} == {"copy"}
    assert command("accept", "1").out == "Nothing of that is open.\n"


def test_what_is_open_in_a_source_that_left_the_settings_can_be_accepted(damaged: World, command: Command) -> None:
    text = damaged.config.read_text("utf-8")
    damaged.text = lambda: text.replace("sources.family", "sources.renamed").replace("JP", "DE")  # type: ignore[method-assign]
    ran = command("accept", "1")
    assert (ran.code, ran.out) == (0, "Accepted 1 finding.\n")
    assert command("findings").out == "Nothing is open.\n"
    damaged.text = lambda: text  # type: ignore[method-assign]
    assert command("check").code == 0  # what was accepted is right, also under the name that the source had
    assert command("check", "--deep").code == 0


def test_diff_needs_no_configuration_and_remembers_nothing(
    tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    from cardwarden.cli.main import run

    world.put("Yamada", *YAMADA)
    before = tmp_path / "before"
    world.book.rename(before)
    world.book.mkdir()
    world.put("Yamada", *DAMAGED)
    capsys.readouterr()
    assert run(["diff", str(before), str(world.book), "--region", "jp", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert [(set(f), f["rule"]) for f in printed["findings"]] == [(FINDING, "number-plus-added")]
    assert [set(event) for event in printed["events"]] == [EVENT]
    assert run(["diff", str(before), str(before / "Yamada.vcf"), "--region", "JP"]) == 0
    assert "Nothing changed that means anything. 1 card before, 1 after." in capsys.readouterr().out
    assert run(["diff", str(before), str(tmp_path / "nothing")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


def test_alert_test_reaches_the_phone_or_says_why_not(
    world: World, command: Command, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("alert", "test").code == 2
    world.phone = receiver.url
    monkeypatch.setenv("PHONE", receiver.url)
    assert command("alert", "test").code == 0
    assert [request["title"] for request in receiver.requests] == ["cardwarden can reach you here"]
    receiver.statuses = [403]
    ran = command("alert", "test", "phone")
    assert ran.code == 6
    assert receiver.SECRET not in ran.out + ran.err
    assert command("alert", "test", "other").code == 2


def test_rules_are_listed_and_explained(command: Command) -> None:
    listed = command("rules")
    assert listed.code == 0
    assert max(map(columns, listed.out.splitlines())) <= 80
    assert "186 080" in command("rules", "number-plus-added").out
    assert command("rules", "nothing").code == 2


@pytest.mark.parametrize("name", ["check", "findings", "rules"])
def test_the_configuration_may_stand_before_the_command(
    name: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    from cardwarden.cli.main import run

    world.put("Yamada", *YAMADA)
    assert run(["--config", str(world.config), name]) == 0


def test_lists_with_japanese_names_fit_80_columns(world: World, command: Command) -> None:
    names = [f"{name} 代表取締役社長補佐" * 2 for name in ("山田太郎", "佐藤花子", "鈴木一郎", "高橋美咲", "田中健太")]
    for number, name in enumerate(names):
        world.put(name, f"TEL;TYPE=CELL:186080-1234-560{number}", f"EMAIL:{'long.' * 12}{number}@example.org")
    command("check")
    for number, name in enumerate(names):
        world.put(name, f"TEL;TYPE=CELL:+186080-1234-560{number}")
    checked = command("check")
    assert checked.code == 1
    for ran in (command("findings"), command("show", "e1"), command("show", "1"), command("rules")):
        assert max(map(columns, ran.out.splitlines())) <= 80
        assert "\x1b" not in ran.out
    assert "佐藤花子" in command("show", "1").out


@pytest.mark.parametrize(("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals_and_not_where_nobody_wants_them(
    environ: dict[str, str], coloured: bool, damaged: World
) -> None:
    master, terminal = pty.openpty()
    arguments = [sys.executable, "-m", "cardwarden", "findings", "--config", str(damaged.config)]
    clean = {key: value for key, value in environment().items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    subprocess.run(arguments, stdout=terminal, env={**clean, "TERM": "xterm", **environ}, check=True)
    os.close(terminal)
    printed = os.read(master, 65536).decode()
    os.close(master)
    assert "Number gained a +" in printed
    assert ("\x1b[1;31m" in printed or "\x1b[31m" in printed) is coloured
