"""The frame of the command line: where options may stand, and how every end becomes a sentence and a code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from cardwarden.cli import main
from cardwarden.cli.colours import severity
from cardwarden.cli.output import Column, print_json, print_table
from cardwarden.detect.finding import Severity
from cardwarden.errors import DeliveryError, RefusedError, SettingsError, SourceError, StoreError, UsageError
from cardwarden.phrases.phrase import Sentence
from cardwarden.text import columns


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], int]:
    """Runs a function as the command `probe` and gives the exit code."""

    def run(function: Callable[[], object]) -> int:
        monkeypatch.setitem(main.command.commands, "probe", click.Command("probe", callback=function))
        monkeypatch.setattr(type(main.command), "get_command", click.Group.get_command)
        return main.run(["probe"])

    return run


def fails(error: BaseException) -> Callable[[], object]:
    def function() -> object:
        raise error

    return function


def program(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, not on a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "cardwarden", *arguments],
        capture_output=True, text=True, check=False, timeout=60,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"], **environ},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError(Sentence("What.")), 2),
        (SourceError(Sentence("What.")), 3),
        (SettingsError(Sentence("What.")), 4),
        (StoreError(Sentence("What.")), 5),
        (DeliveryError(Sentence("What.")), 6),
        (RefusedError(Sentence("What.")), 7),
    ],
)
def test_an_error_is_one_sentence_and_its_code(
    ends: Callable[[Callable[[], object]], int], capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    assert ends(fails(error)) == code
    assert capsys.readouterr().err == "cardwarden: What.\n"


def test_what_a_command_returns_is_the_exit_code(ends: Callable[[Callable[[], object]], int]) -> None:
    assert ends(lambda: 1) == 1
    assert ends(lambda: None) == 0


def test_an_error_cannot_act_on_the_terminal(
    ends: Callable[[Callable[[], object]], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(fails(SettingsError(Sentence("a\x1b[31m"), (Sentence("b\x1b[0m"),)))) == 4
    assert capsys.readouterr().err == "cardwarden: a<U+001B>[31m\n  b<U+001B>[0m\n"


def test_an_interruption_is_130(ends: Callable[[Callable[[], object]], int]) -> None:
    assert ends(fails(KeyboardInterrupt())) == 130
    assert ends(fails(click.Abort())) == 130


def test_a_bug_is_70_and_tells_its_place_but_not_its_values(
    ends: Callable[[Callable[[], object]], int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CARDWARDEN_DEBUG", raising=False)
    assert ends(fails(KeyError("+81 90 1234 5678"))) == 70
    err = capsys.readouterr().err
    assert "This is a bug (KeyError in test_main.py, line " in err
    assert "1234" not in err
    monkeypatch.setenv("CARDWARDEN_DEBUG", "1")
    assert ends(fails(KeyError("+81 90 1234 5678"))) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["config", "nonsense"]])
def test_a_wrong_call_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(arguments) == 2
    assert "nonsense" in capsys.readouterr().err


def test_every_command_takes_the_configuration() -> None:
    def walk(name: str, command: click.Command) -> Iterator[str]:
        if "--config" not in [option for parameter in command.params for option in parameter.opts]:
            yield name
        if isinstance(command, click.Group):
            context = click.Context(command)
            for child in command.list_commands(context):
                found = command.get_command(context, child)
                assert found
                yield from walk(f"{name} {child}", found)

    assert list(walk("cardwarden", main.command)) == []


def test_the_configuration_named_last_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--config", "/nowhere/first", "config", "validate", "--config", "/nowhere/last"]) == 4
    assert "/nowhere/last" in capsys.readouterr().err
    assert main.run(["--config", "/nowhere/first", "config", "validate"]) == 4
    assert "/nowhere/first" in capsys.readouterr().err


def test_help_and_version_come_without_loading_the_program() -> None:
    script = (
        "import sys; from cardwarden.cli.main import run; run(['--help']); run(['--version'])\n"
        "heavy = {'pydantic', 'rich', 'sqlalchemy', 'apprise', 'phonenumbers', 'apscheduler', 'vobject', 'rapidfuzz'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "validate" not in answer.stdout
    assert "config" in answer.stdout


def test_characters_that_cannot_be_printed_are_no_failure() -> None:
    answer = program("--config", "/nowhere/連絡先\udcff", "config", "validate", PYTHONIOENCODING="ascii")
    assert answer.returncode == 4
    assert "/nowhere/連絡先<U+DCFF>" in answer.stderr


def test_a_reader_that_went_away_is_met_quietly() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    answer = subprocess.run(
        [sys.executable, "-m", "cardwarden", "config", "sample"],
        stdout=write_end, stderr=subprocess.PIPE, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    os.close(write_end)
    assert (answer.returncode, answer.stderr) == (141, b"")


def test_a_full_disk_under_the_output_is_told() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        answer = subprocess.run(
            [sys.executable, "-m", "cardwarden", "config", "sample"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    assert answer.returncode == 70
    assert answer.stderr.startswith(
        "cardwarden: The operating system refused: no space is left on the disk (OSError in "
    )
    assert answer.stderr.count("\n") == 1


def test_a_table_fits_80_columns_with_wide_characters_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    name = "山田太郎" * 20
    print_table(
        [Column("id", right=True, whole=True), Column("who"), Column("[red]x")], [("12", name, severity(Severity.INFO))]
    )
    printed = capsys.readouterr().out
    assert max(columns(line) for line in printed.splitlines()) <= 80
    assert printed.count("山") == 20
    assert "[red]x" in printed
    assert "\x1b" not in printed


def test_json_keeps_every_letter_and_cannot_act_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "山田\x9b31m\u202e\udc80\x1b\U0001f600"}
    print_json(value)  # type: ignore[arg-type]  # no document of ours
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert "山田" in printed
    assert not {"\x9b", "\u202e", "\udc80", "\x1b"} & set(printed)


def test_output_that_was_closed_changes_no_exit_code() -> None:
    for closed, code in (("rules >&-", 0), ("rules nope 2>&-", 2), ("rules --json >&- 2>&-", 0)):
        ran = subprocess.run(
            ["sh", "-c", f'exec "$0" -m cardwarden {closed}', sys.executable],
            capture_output=True, text=True, check=False, timeout=60,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]},
        )  # fmt: skip
        assert (ran.returncode, ran.stdout, ran.stderr) == (code, "", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chekc"], "Es gibt keinen Befehl „chekc“. Meinten Sie „check“?"),
        (["check", "--depe"], "Die Option --depe gibt es hier nicht. Meinten Sie „--deep“?"),
        (["report"], "Die Option -o wird gebraucht."),
        (["backup"], "FILE fehlt."),
        (["restore", "--undo", "x"], "--undo: Schreiben Sie eine Zahl ohne Anführungszeichen."),
        (["alert", "preview", "--language", "fr"], "--language: Schreiben Sie eines von de, en, ja."),
        (["check", "--source"], "Nach der Option --source muss ein Wert stehen."),
        (["check", "--deep=1"], "Die Option --deep steht allein, ohne Wert."),
        (["status", "a", "b"], "Das ist zu viel: a b"),
    ],
)
def test_a_command_called_wrongly_is_told_in_the_readers_language(words: list[str], says: str) -> None:
    done = program(*words, LC_ALL="de_DE.UTF-8", PYTHONUTF8="1")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"cardwarden: {says}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "Es gibt keinen Befehl „chekc“"),
        (["show", "--nope"], "Die Option --nope gibt es hier nicht"),
        (["show"], "Nennen Sie, was gezeigt werden soll"),
    ],
)
def test_a_wrong_call_is_answered_in_the_language_of_the_configuration(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    config = tmp_path / "cardwarden.toml"
    config.write_text('language = "de"\n')
    done = program("--config", str(config), *arguments, LANG="en_GB.UTF-8")
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
