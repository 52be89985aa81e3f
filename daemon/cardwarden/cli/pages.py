"""The manual pages and the words for completion, made of the same texts as the help and the sample.

`python -m cardwarden.cli.pages` writes them anew; a test compares them.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from cardwarden.cli.examples import EXAMPLES
from cardwarden.cli.main import COMMANDS, EXIT_CODES, command
from cardwarden.detect.rules import RULES
from cardwarden.settings.model import (
    SOURCES,
    AlertsOptions,
    ChannelOptions,
    HealthOptions,
    LogOptions,
    Settings,
    StoreOptions,
    rule_options,
)
from cardwarden.settings.places import SYSTEM
from cardwarden.settings.toml import toml
from cardwarden.sources.options import Options
from cardwarden.vcard.number import REGIONS

SHARE: Final = Path(__file__).parents[1] / "share"
_VALUES: Final = {"source": "source", "card": "contact", "region": "|".join(sorted(REGIONS)), "config": "config"}
"""What an option's value is, by the option's name."""
_ARGUMENTS: Final = {"ids": "id", "names": "channel", "name": "|".join(rule.name for rule in RULES)}
"""What an argument is, by its name."""
_TIMES: Final = "now|today|yesterday|1d|1w|"


def pages() -> dict[str, str]:
    """Every file under `share` that is made, by its path there."""
    return {
        "completions/commands.json": json.dumps(_node(command, ""), indent=1, ensure_ascii=False) + "\n",
        "man/cardwarden.1": "\n".join(_manual()) + "\n",
        "man/cardwarden.toml.5": "\n".join(_settings()) + "\n",
    }


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group with its whole name, the group's own first."""
    context = click.Context(group, info_name="cardwarden")
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if found is None:
            continue
        whole = f"{path} {name}".strip()
        yield whole, found
        if isinstance(found, click.Group):
            yield from commands(found, whole)


# Completion


def _node(one: click.Command, about: str) -> dict[str, Any]:
    context = click.Context(one)
    below: dict[str, Any] = {}
    if isinstance(one, click.Group):
        for name in one.list_commands(context):
            if found := one.get_command(context, name):
                below[name] = _node(found, COMMANDS.get(name, "") if one is command else _first(found))
    options = [parameter for parameter in one.get_params(context) if isinstance(parameter, click.Option)]
    arguments = [parameter for parameter in one.params if isinstance(parameter, click.Argument)]
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


def _first(one: click.Command) -> str:
    return _first_sentence(one.get_short_help_str(200))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.?])\s", text, maxsplit=1)[0]


# The manual


def _roff(text: str) -> str:
    """Text that roff leaves as it is (groff_char(7), groff(7))."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return re.sub(r"(?m)^([.'])", r"\\&\1", safe)


def _head(name: str, section: int, what: str) -> list[str]:
    return [
        '.\\" Made from the help and the settings: python -m cardwarden.cli.pages',
        f'.TH {name.upper()} {section} "" "cardwarden" "{"User Commands" if section == 1 else "File Formats"}"',
        ".SH NAME",
        f"{name} \\- {_roff(what)}",
    ]


def _manual() -> Iterator[str]:
    yield from _head("cardwarden", 1, "guards address books")
    yield from (".SH SYNOPSIS", ".B cardwarden", "[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]")
    yield from (".SH DESCRIPTION", _roff(_paragraph(command.help)))
    yield from (".SH OPTIONS", *_options(command))
    yield ".SH COMMANDS"
    for name, found in commands(command):
        yield f".SS {_usage(name, found)}"
        for number, paragraph in enumerate(_paragraphs(found.help)):
            yield from ([".PP"] if number else [])
            yield _roff(paragraph)
        yield from _options(found)
        yield from _examples(name)
    yield from (".SH EXIT STATUS", _roff(EXIT_CODES.removeprefix("Exit codes: ")))
    yield from (".SH FILES", ".TP", f"\\fI{_roff(str(SYSTEM))}\\fR, \\fI~/.config/cardwarden/cardwarden.toml\\fR")
    yield "The configuration; see \\fBcardwarden.toml\\fR(5)."
    yield from (".TP", "\\fI/var/lib/cardwarden/cardwarden.db\\fR, \\fI~/.local/state/cardwarden/cardwarden.db\\fR")
    yield "The history."
    yield from (".SH ENVIRONMENT", ".TP", "\\fBCARDWARDEN_CONFIG\\fR", "The configuration to use.")
    yield from (".TP", "\\fBNO_COLOR\\fR", "If it is set, nothing is coloured.")
    yield from (".SH EXAMPLES", *_example_lines(EXAMPLES[""]))
    yield from (".SH SEE ALSO", "\\fBcardwarden.toml\\fR(5), \\fBsystemctl\\fR(1)")


def _usage(name: str, found: click.Command) -> str:
    pieces = found.collect_usage_pieces(click.Context(found))
    return f"cardwarden {name} " + _roff(" ".join(piece for piece in pieces if piece != "[OPTIONS]"))


def _options(one: click.Command) -> Iterator[str]:
    for parameter in one.get_params(click.Context(one)):
        if not isinstance(parameter, click.Option) or "--help" in parameter.opts:
            continue
        if "--config" in parameter.opts and one is not command:
            continue  # every command takes it; it stands at the top
        names = ", ".join(f"\\fB{_roff(name)}\\fR" for name in (*parameter.opts, *parameter.secondary_opts))
        value = "" if parameter.is_flag else f" \\fI{_roff(_metavar(parameter))}\\fR"
        yield from (".TP", names + value, _roff(parameter.help or ""))


def _metavar(parameter: click.Option) -> str:
    if isinstance(parameter.type, click.Choice):
        return "|".join(map(str, parameter.type.choices))
    return parameter.metavar or parameter.type.name.upper()


def _examples(name: str) -> Iterator[str]:
    yield from (".PP", "Examples:", *_example_lines(EXAMPLES[name]))


def _example_lines(examples: tuple[str, str]) -> Iterator[str]:
    yield from (".PP", ".nf", ".RS", *map(_roff, examples), ".RE", ".fi")


def _paragraph(text: str | None) -> str:
    return " ".join(_paragraphs(text))


def _paragraphs(text: str | None) -> list[str]:
    return [" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n")]


# The configuration


def _settings() -> Iterator[str]:
    yield from _head("cardwarden.toml", 5, "what cardwarden guards, and whom it tells")
    yield from (".SH DESCRIPTION", _roff("A TOML file (https://toml.io). Its least:"))
    yield from (".PP", ".nf", ".RS", *map(_roff, _LEAST.splitlines()), ".RE", ".fi", ".PP")
    yield _roff(
        'Severities are "info", "notice", "warning" and "critical"; durations "90s", "15m", "2h", "1d", "2w", "1y".'
    )
    yield from (
        ".PP",
        _roff("cardwarden config sample prints a file with every key, cardwarden config validate checks one."),
    )
    yield from (".SH KEYS", *_keys(Settings, only=("region", "hold_at", "timezone", "deep_at")))
    tables: dict[str, type[Options]] = {
        "[store]": StoreOptions,
        **{f'[sources.NAME] with type = "{kind}"': model for kind, model in SOURCES.items()},
        "[alerts]": AlertsOptions,
        "[alerts.channels.NAME]": ChannelOptions,
        "[health]": HealthOptions,
        "[log]": LogOptions,
    }
    for name, model in tables.items():
        yield from (f".SH {_roff(name)}", *_keys(model))
    yield from (".SH RULES", _roff(_RULES))
    for rule in RULES:
        yield f".SS {_roff(f'[rules.{rule.name}]')}"
        yield from _keys(rule_options(rule))
    yield from (".SH SECRETS", _roff(_SECRETS))
    yield from (".SH SEE ALSO", "\\fBcardwarden\\fR(1)")


_LEAST = """\
region = "JP"

[sources.family]
type = "vdir"
path = "/srv/contacts"

[alerts.channels.phone]
url_file = "/etc/cardwarden/phone-url"
"""
_RULES = (
    "Each rule has a table; enabled = false turns it off. What a rule finds, and what its keys mean, says "
    "cardwarden rules NAME."
)
_SECRETS = (
    "A secret never stands in this file: a key that ends in _env names an environment variable, in _file a file, "
    "in _command a program that prints it, in _credential a credential of systemd's."
)


def _keys(model: type[Options], only: tuple[str, ...] = ()) -> Iterator[str]:
    for key in only or model.model_fields:
        field = model.model_fields[key]
        if isinstance(field.default, Mapping) or key in {"channels", "type"} or field.default_factory is not None:
            continue
        default = "" if field.is_required() or field.default in (None, ()) else f" = {toml(field.default)}"
        yield from (".TP", f"\\fB{key}\\fR{_roff(default)}", _roff(field.description or ""))


def write() -> None:
    """Write all of them anew."""
    for path, text in pages().items():
        (SHARE / path).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
