"""The manual pages and the words for completion, made of the same texts as the help and the sample.

`python -m cardwarden.cli.pages` writes them anew; a test compares them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click

from cardwarden.cli.main import COMMANDS, command
from cardwarden.cli.manual import Block, ManualEntry, Paragraph, Section, Typed, command_line, configuration
from cardwarden.detect.rules import RULES
from cardwarden.vcard.regions import REGIONS

SHARE: Final = Path(__file__).parents[1] / "share"
_VALUES: Final = {
    "source": "source",
    "card": "contact",
    "region": "|".join(sorted(REGIONS)),
    "config": "config",
    "household": "household",
}
"""What an option's value is, by the option's name."""
_ARGUMENTS: Final = {"ids": "id", "names": "channel", "name": "|".join(rule.name for rule in RULES)}
"""What an argument is, by its name."""
_TIMES: Final = "now|today|yesterday|1d|1w|"


def pages() -> dict[str, str]:
    """Every file under `share` that is made, by its path there."""
    return {
        "completions/commands.json": json.dumps(_node(command, ""), indent=1, ensure_ascii=False) + "\n",
        "man/cardwarden.1": _page("cardwarden", 1, "guards address books", command_line()),
        "man/cardwarden.toml.5": _page(
            "cardwarden.toml", 5, "what cardwarden guards, and whom it tells", configuration()
        ),
    }


# Completion


def _node(subcommand: click.Command, about: str) -> dict[str, Any]:
    """What completion knows of a command: its options, arguments and commands, as JSON."""
    context = click.Context(subcommand)
    below: dict[str, Any] = {}
    if isinstance(subcommand, click.Group):
        for name in subcommand.list_commands(context):
            if inner := subcommand.get_command(context, name):
                below[name] = _node(inner, COMMANDS.get(name, "") if subcommand is command else _first(inner))
    options = [parameter for parameter in subcommand.get_params(context) if isinstance(parameter, click.Option)]
    arguments = [parameter for parameter in subcommand.params if isinstance(parameter, click.Argument)]
    return {
        "about": about,
        "options": {
            name: {"about": _first_sentence(option.help or ""), "value": None if option.is_flag else _value(option)}
            for option in options
            for name in (*option.opts, *option.secondary_opts)
        },
        "argument": _value(arguments[0]) if arguments else None,
        "commands": below,
    }


def _value(parameter: click.Parameter) -> str:
    """The kind of a value as `completion` knows it; "" if nobody can tell what comes."""
    if isinstance(parameter.type, click.Choice):
        return "|".join(map(str, parameter.type.choices)) + "|"
    if isinstance(parameter.type, click.Path) and parameter.name != "config":
        return "file"
    if parameter.metavar == "TIME":
        return _TIMES
    if parameter.metavar == "FILE":
        return "config" if parameter.name == "config" else "file"
    known = _ARGUMENTS if isinstance(parameter, click.Argument) else _VALUES
    return known.get(parameter.name or "", "")


def _first(subcommand: click.Command) -> str:
    return _first_sentence(subcommand.get_short_help_str(200))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.?])\s", text, maxsplit=1)[0]


# The manual


def _page(name: str, section: int, what: str, blocks: Iterable[Block]) -> str:
    """A page for man (groff_man(7))."""
    lines = [
        '.\\" Made from the help and the settings: python -m cardwarden.cli.pages',
        f'.TH {name.upper()} {section} "" "cardwarden" "{"User Commands" if section == 1 else "File Formats"}"',
        ".SH NAME",
        f"{name} \\- {_roff(what)}",
    ]
    after: Block | None = None
    for block in blocks:
        match block:
            case Section(title, level):
                heading = title.upper() if level == 1 and title[0] != "[" else title
                lines.append(f".{'SH' if level == 1 else 'SS'} {_roff(heading)}")
            case Paragraph(text):
                lines += [*([] if isinstance(after, Section) else [".PP"]), _roff(text)]
            case ManualEntry(entry, value, about):
                names = ", ".join(f"\\fB{_roff(name)}\\fR" for name in entry.split(", "))
                lines += [".TP", names + (f" \\fI{_roff(value.strip())}\\fR" if value else ""), _roff(about)]
            case Typed(_, typed):
                lines += [".PP", ".nf", ".RS", *map(_roff, typed), ".RE", ".fi"]
        after = block
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """Text that roff leaves as it is (groff_char(7), groff(7))."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return re.sub(r"(?m)^([.'])", r"\\&\1", safe)


def write() -> None:
    """Write all of them anew."""
    for path, text in pages().items():
        (SHARE / path).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
