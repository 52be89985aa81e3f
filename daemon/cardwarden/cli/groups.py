"""Groups of commands: an unknown word suggests the nearest, and every help ends in two examples."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

import click

from cardwarden.cli.examples import EXAMPLES
from cardwarden.errors import UsageError
from cardwarden.phrases.nearest import no_such
from cardwarden.phrases.phrase import phrase


class Group(click.Group):
    """A group whose commands are in the program already, such as `config`."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.path = ""

    def named(self, path: str) -> Group:
        """This group, knowing what it is called."""
        self.path = path
        for name, command in self.commands.items():
            with_examples(command, f"{path} {name}")
        return self

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it; a word that is no command ends with the nearest one."""
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            raise UsageError(no_such(phrase("usage-no-command", word=word), word, self.list_commands(ctx)))
        return super().resolve_command(ctx, args)


class LazyGroup(Group):
    """A group whose commands are imported when they are called, so that help comes at once.

    `modules` are in `package`; each has a `command`. `about` says in a line what each does.
    """

    package: str = ""
    about: Mapping[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click asks so
        return [name for name in self.about if self._is_there(name)]

    def _is_there(self, name: str) -> bool:
        return importlib.util.find_spec(f"{self.package}.{name}") is not None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 click asks so
        if cmd_name not in self.about or not self._is_there(cmd_name):
            return None
        command: click.Command = importlib.import_module(f"{self.package}.{cmd_name}").command
        return with_examples(command, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.about[name]) for name in self.list_commands(ctx)])


def with_examples(command: click.Command, path: str) -> click.Command:
    """The command, its help ending in its examples."""
    if isinstance(command, Group) and not command.path:
        command.named(path)
    if path in EXAMPLES and command.epilog is None:
        command.epilog = examples_of(path)
    return command


def examples_of(path: str) -> str:
    """The examples as an epilog, whose lines click leaves as they are (\\b)."""
    return "\b\nExamples:\n" + "\n".join(f"  {example}" for example in EXAMPLES[path])
