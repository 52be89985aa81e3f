"""What help, manual and completion say is one text, and it is true."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import click
import pytest

from cardwarden.cli import main
from cardwarden.cli.examples import EXAMPLES
from cardwarden.cli.manual import commands
from cardwarden.cli.pages import SHARE, pages
from support.command import Command

ALL = {"": main.command, **dict(commands(main.command))}


def test_every_command_has_two_examples_and_no_other_has() -> None:
    assert EXAMPLES.keys() == ALL.keys()


@pytest.mark.parametrize("path", ALL)
def test_help_ends_in_two_examples(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([*path.split(), "--help"]) == 0
    lines = capsys.readouterr().out.rstrip().splitlines()
    assert lines[-3].strip() == "Examples:"
    assert [line.strip() for line in lines[-2:]] == list(EXAMPLES[path])
    # a command that is copied stays on one line
    assert [line for line in lines if len(line) > 80 and line.strip() not in EXAMPLES[path]] == []


def parsed(context: click.Context, words: list[str]) -> None:
    """Let click take a command line without running it. Raises click.UsageError."""
    group = context.command
    assert isinstance(group, click.Group)
    name, command, rest = group.resolve_command(context, words)
    assert command
    below = command.make_context(name, rest, parent=context)
    if isinstance(command, click.Group):
        left = [*below._protected_args, *below.args]
        if left or not command.invoke_without_command:
            parsed(below, left)


@pytest.mark.parametrize("example", [example for two in EXAMPLES.values() for example in two])
def test_an_example_is_a_command_that_there_is(example: str) -> None:
    words = shlex.split(example)
    words = words[len(words) - words[::-1].index("cardwarden") :]
    end = next((place for place, word in enumerate(words) if word in {"|", ">", "||"}), len(words))
    parsed(main.command.make_context("cardwarden", ["check"]), words[:end])


@pytest.mark.parametrize("name", pages())
def test_a_page_is_made_of_the_help_and_the_settings_of_now(name: str) -> None:
    assert (SHARE / name).read_text("utf-8") == pages()[name], "write it anew: make sample"


@pytest.mark.parametrize("name", ["cardwarden.1", "cardwarden.toml.5"])
def test_the_manual_is_read_without_a_warning(name: str) -> None:
    if not shutil.which("man"):
        pytest.skip("man is not installed")
    done = subprocess.run(
        ["man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(SHARE / "man" / name)],
        capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANWIDTH": "80"},
    )  # fmt: skip
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chekc"], 'There is no command "chekc". Did you mean "check"?'),
        (["config", "valdate"], 'There is no command "valdate". Did you mean "validate"?'),
        (["check", "--source", "famliy"], 'There is no source "famliy" in the settings. Did you mean "family"?'),
        (["findings", "--source", "famliy"], 'There is no source "famliy" in the settings. Did you mean "family"?'),
        (["rules", "number-plus"], 'There is no rule "number-plus". Did you mean "number-plus-added"?'),
        (["alert", "test", "phoen"], 'There is no channel "phoen" in the settings. Did you mean "phone"?'),
        (
            ["alert", "preview", "--channel", "phoen"],
            'There is no channel "phoen" in the settings. Did you mean "phone"?',
        ),
        (["alert", "preview", "--kind", "digset"], 'Did you mean "digest"?'),
        (["login", "famliy"], 'There is no source "famliy" in the settings. Did you mean "family"?'),
        (["history", "--since", "yestreday"], 'Did you mean "yesterday"?'),
        (["init", "--type", "nextclod"], 'Did you mean "nextcloud"?'),
        (["check", "--depe"], "--deep"),
        (["xyzzy"], 'There is no command "xyzzy".'),
    ],
)
def test_an_unknown_word_suggests_the_nearest(command: Command, world: object, words: list[str], says: str) -> None:
    world.phone = "json://127.0.0.1:9/"  # type: ignore[attr-defined]
    ran = command(*words)
    assert ran.code == 2
    assert says in ran.err
