"""Commands for one household of a server: they ask which one, and say nothing of another."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from cardwarden.actions.blind import Blind
from cardwarden.cli import completion
from cardwarden.cli.main import command as whole
from cardwarden.cli.main import run
from cardwarden.cli.manual import commands
from cardwarden.settings.last_known import keep, last_known
from support.command import Ran
from support.households import Households
from support.terminal import copy_on_terminal
from support.world import FakeClock

PLUS = "TEL;TYPE=CELL:+186080-1234-5602"
Of = Callable[..., Ran]


@pytest.fixture
def homes(tmp_path: Path) -> Households:
    """Two households; each has one contact with something wrong in it."""
    homes = Households(tmp_path)
    for household, contact in (("smith", "Anna Smith"), ("jones", "Bert Jones")):
        homes.add(household)
        homes.put(household, contact, PLUS)
    return homes


@pytest.fixture
def of(homes: Households, capsys: pytest.CaptureFixture[str]) -> Of:
    """Runs a command for a household."""

    def call(household: str, *words: str) -> Ran:
        capsys.readouterr()
        code = run([*words, "--config", str(homes.config), *(("--household", household) if household else ())])
        return Ran(code, *capsys.readouterr())

    return call


def test_every_command_takes_a_household() -> None:
    for name, command in commands(whole):
        taken = {word for option in command.params if isinstance(option, click.Option) for word in option.opts}
        assert {"--config", "--household"} <= taken, name


@pytest.mark.parametrize(
    "words",
    [
        ["check"], ["status"], ["findings"], ["show", "e1"], ["accept", "1"], ["guard", "--list"], ["verify"],
        ["expect", "30m", "--source", "family"], ["restore", "1"], ["history"], ["export", "--source", "family", "-o", "x"],
        ["source", "rename", "a", "b"], ["diff", "--source", "family", "--at", "1d"], ["report", "e1", "-o", "x.zip"],
        ["backup", "x.db"], ["forget", "--card", "Anna"], ["login", "family"], ["config", "validate"], ["config", "show"],
        ["alert", "test"], ["alert", "preview"], ["web", "link", "e1"], ["run"], ["doctor"],
        ["healthcheck"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_server_s_configuration_asks_which_household(words: list[str], homes: Households, of: Of) -> None:
    ran = of("", *words)
    assert ran.code == 2
    assert f"{homes.config} is the configuration of a server with many households." in ran.err
    assert "--household NAME" in ran.err
    assert not homes.state.exists()
    ran = of("wilson", *words)
    assert ran.code == 2 or words == ["healthcheck"]
    assert "smith" not in ran.out + ran.err


def test_a_household_sees_nothing_of_another(homes: Households, of: Of) -> None:
    for household in ("smith", "jones"):
        assert of(household, "check").code == 1
    for household, own, other in (("smith", "Anna Smith", "Jones"), ("jones", "Bert Jones", "Smith")):
        asked = [
            ["findings"], ["findings", "--json"], ["findings", "--all"], ["show", "e1"], ["status"], ["history"],
            ["status", "--json"], ["verify"], ["export", "--source", "family"], ["doctor"], ["config", "show"],
        ]  # fmt: skip
        said = "".join(ran.out + ran.err for words in asked for ran in [of(household, *words)])
        assert own in said
        assert other.lower() not in said.lower()
    assert {path.name for path in homes.state.iterdir()} == {"smith", "jones"}
    for name in ("smith", "jones"):
        assert (homes.state / name).stat().st_mode & 0o777 == 0o700


def test_what_one_accepts_and_forgets_the_other_keeps(of: Of) -> None:
    for household in ("smith", "jones"):
        of(household, "check")
    assert of("smith", "accept", "1").code == 0
    assert of("smith", "forget", "--card", "Anna Smith", "--ignore-from-now", "--yes").code == 0
    [still_open] = json.loads(of("jones", "findings", "--json").out)["findings"]
    assert still_open["id"] == 1
    assert of("jones", "verify").code == 0


def test_one_whose_settings_are_wrong_keeps_no_other_from_its_check(homes: Households, of: Of) -> None:
    homes.add("jones", "nonsense = 1")
    assert of("jones", "check").code == 4
    ran = of("smith", "check")
    assert (ran.code, "jones" in ran.out + ran.err) == (1, False)


def test_the_commands_that_are_told_name_the_household(of: Of) -> None:
    assert "cardwarden show e1 --household smith" in of("smith", "check").out
    assert "cardwarden@smith" in of("smith", "doctor").out
    assert "cardwarden show e1 --household smith" in re.sub(r"\s*│\n│\s*", " ", of("smith", "alert", "preview").out)


def test_a_command_is_one_piece_on_a_terminal_so_that_it_can_be_copied(homes: Households) -> None:
    name = "smith-who-live-in-the-lane-by-the-river"
    homes.add(name)
    homes.put(name, "Anna Smith", PLUS)
    words = ("--household", name, "--config", str(homes.config))
    with copy_on_terminal("check", *words) as terminal:
        terminal.ends()
    with copy_on_terminal("show", "e1", *words) as terminal:
        assert terminal.ends() == 0
    assert f"\n     cardwarden accept 1 --household {name}\n" in terminal.screen.replace("\r", "")


def test_the_environment_may_name_it(of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARDWARDEN_HOUSEHOLD", "jones")
    of("", "check")
    assert "Bert Jones" in of("", "findings").out
    assert of("smith", "findings").out == "Nothing was checked yet. Run: cardwarden check --household smith\n"


def test_a_valid_one_is_told_with_its_own_file(homes: Households, of: Of) -> None:
    assert of("smith", "config", "validate").out.startswith(f"{homes.folder}/smith.toml is valid.\n")


def test_init_leaves_a_server_alone(homes: Households, of: Of) -> None:
    before = homes.config.read_text("utf-8")
    ran = of("", "init", "--yes", "--no-book", "--channel", "none")
    assert (ran.code, "cardwarden household add NAME FILE" in ran.err) == (2, True)
    assert homes.config.read_text("utf-8") == before


def test_blindness_of_one_is_none_of_another(homes: Households, tmp_path: Path) -> None:
    environ = {"RUNTIME_DIRECTORY": str(tmp_path), "TMPDIR": str(tmp_path)}
    server = homes.server
    Blind(server.record("smith"), environ, FakeClock()).tell("It is gone.", [])
    assert Blind(server.record("smith"), environ, FakeClock()).why
    assert Blind(server.record("jones"), environ, FakeClock()).why is None


def test_the_last_settings_are_a_household_s_own(homes: Households, tmp_path: Path) -> None:
    server = homes.server
    server.record("smith").parent.mkdir(parents=True)
    keep(server.record("smith"), server.settings_of("smith"))
    known = last_known(homes.config, {}, tmp_path, "smith")
    assert known is not None
    assert known.store == server.settings_of("smith").store
    assert last_known(homes.config, {}, tmp_path, "jones") is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["check", "--household", ""], ["jones", "smith"]),
        (["check", "--household", "s"], ["smith"]),
        (["check", "--household", "smith", "--source", ""], ["family"]),
        (["check", "--source", ""], []),
        (["show", "--household", "smith", "--card", ""], ["Anna Smith"]),
        (["show", "--household", "jones", "e"], ["e1"]),
        (["show", "--card", ""], []),
        (["check", "--household", "../smith", "--source", ""], []),
    ],
)
def test_a_shell_completes_what_is_the_household_s(
    words: list[str],
    found: list[str],
    homes: Households,
    of: Of,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for household in ("smith", "jones"):
        of(household, "check")
    monkeypatch.setenv("CARDWARDEN_CONFIG", str(homes.config))
    capsys.readouterr()
    assert completion.answer(words, "bash") == 0
    assert capsys.readouterr().out.splitlines() == found


def test_the_log_of_one_says_nothing_of_another(homes: Households, of: Of, caplog: pytest.LogCaptureFixture) -> None:
    of("jones", "check")
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        of("smith", "check", "--deep")
    assert "jones" not in caplog.text.lower()


def test_a_check_that_the_server_does_not_allow_yet_is_told(homes: Households, of: Of) -> None:
    homes.more = "[limits]\nchecks_a_day = 24"
    assert of("smith", "check").code == 1
    ran = of("smith", "check")
    assert ran.code == 7
    assert ran.err.startswith(
        "cardwarden: This server allows a household 24 checks a day. family can be checked again from "
    )
    assert of("jones", "check").code == 1  # its own day is another one
    said = of("smith", "config", "validate").out
    assert "family asks for a check every 15m; this server makes one every 1h." in said
    homes.more = ""
    assert "this server makes one" not in of("smith", "config", "validate").out


def test_of_several_sources_those_that_may_be_checked_are(homes: Households, of: Of) -> None:
    homes.more = "[limits]\nchecks_a_day = 24"
    of("smith", "check")
    more = homes.root / "books/smith/more"
    more.mkdir()
    homes.add("smith", f'[sources.more]\ntype = "vdir"\npath = "{more}"')
    ran = of("smith", "check")
    assert "more: clean" in ran.out
    assert "family can be checked again from" in ran.out


@pytest.mark.parametrize("kind", ["vdir", "vcf-file", "pattern"])
def test_a_link_that_comes_later_shows_nothing_of_another_household(kind: str, homes: Households, of: Of) -> None:
    own, others = homes.book("smith"), homes.book("jones")
    named = {"vdir": own / "more", "vcf-file": own / "more.vcf", "pattern": own / "more*.vcf"}[kind]
    (own / "more").mkdir() if kind == "vdir" else (own / "more.vcf").write_bytes(b"")
    source = f'[sources.more]\ntype = "{"vdir" if kind == "vdir" else "vcf-file"}"\npath = "{named}"'
    homes.add("smith", source)
    assert "smith" in of("smith", "check").out
    if kind == "vdir":
        (own / "more").rmdir()
        (own / "more").symlink_to(others)
    else:
        (own / "more.vcf").unlink()
        (own / "more.vcf").symlink_to(others / "Bert Jones.vcf")
    for refused in (of("smith", "check"), of("smith", "check", "--deep")):
        said = refused.out + refused.err
        assert "folders in which the books of this household may lie" in said or "this household's own folder" in said
        assert "Bert" not in said


def test_one_that_no_worker_may_guard_is_told_of_its_daemon(of: Of) -> None:
    assert of("smith", "status").out.startswith("The daemon does not run.\n")
    assert json.loads(of("smith", "status", "--json").out)["workers"] is None
    assert of("smith", "healthcheck") == Ran(1, "The daemon does not run.\n", "")
    assert "no daemon" in of("", "household", "list").out


@pytest.mark.parametrize(
    ("language", "heads", "state"),
    [("ja", ["世帯", "状態", "履歴"], "常駐プログラムなし"), ("de", ["Haushalt", "Stand", "Verlauf"], "kein Dienst")],
)
def test_the_list_of_households_speaks_its_reader_s_language(
    language: str, heads: list[str], state: str, of: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    head, _line, *rows = of("", "household", "list").out.splitlines()
    assert head.split() == heads
    assert sum(state in row for row in rows) == len(["jones", "smith"])
