"""What the manual says, from the same texts as the help and the sample: as blocks, which others set as pages.

`cli.pages` makes manual pages for `man` of them, `docs/reference.py` pages of the guide.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args, get_origin

import click

from cardwarden.cli.examples import EXAMPLES
from cardwarden.cli.main import EXIT_CODES, command
from cardwarden.detect.rules import RULES
from cardwarden.settings.households import ServerSettings
from cardwarden.settings.kinds import SOURCES, options_of
from cardwarden.settings.model import Settings, rule_options
from cardwarden.settings.places import SYSTEM
from cardwarden.settings.toml import toml
from cardwarden.sources.options import Options, SourceOptions


@dataclass(frozen=True)
class Section:
    """A heading: of a part of the page at level 1, of something in it at level 2."""

    title: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text, in which `this` is typed as it stands."""

    text: str


@dataclass(frozen=True)
class ManualEntry:
    """Something that has a name, and what it is: an option with its value, a key with its default, a file."""

    name: str
    value: str
    about: str


@dataclass(frozen=True)
class Typed:
    """Lines as they are typed, in a language of their own: "console" or "toml"."""

    language: str
    lines: tuple[str, ...]


Block = Section | Paragraph | ManualEntry | Typed


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group with its whole name, the group's own first."""
    context = click.Context(group, info_name="cardwarden")
    for name in group.list_commands(context):
        subcommand = group.get_command(context, name)
        if subcommand is None:
            continue
        whole = f"{path} {name}".strip()
        yield whole, subcommand
        if isinstance(subcommand, click.Group):
            yield from commands(subcommand, whole)


def command_line() -> Iterator[Block]:
    """The manual of the command line: cardwarden(1)."""
    yield Section("Synopsis")
    yield Typed("console", ("cardwarden [OPTIONS] COMMAND [ARGUMENTS]",))
    yield Section("Description")
    yield from _paragraphs(command.help)
    yield Section("Options")
    yield from _options(command)
    yield Section("Commands")
    for name, subcommand in commands(command):
        pieces = subcommand.collect_usage_pieces(click.Context(subcommand))
        yield Section(" ".join(["cardwarden", name, *(piece for piece in pieces if piece != "[OPTIONS]")]), 2)
        yield from _paragraphs(subcommand.help)
        yield from _options(subcommand)
        yield Paragraph("Examples:")
        yield Typed("console", EXAMPLES[name])
    yield Section("Exit status")
    yield Paragraph(EXIT_CODES.removeprefix("Exit codes: "))
    yield Section("Files")
    yield ManualEntry(
        f"{SYSTEM}, ~/.config/cardwarden/cardwarden.toml", "", "The configuration; see cardwarden.toml(5)."
    )
    yield ManualEntry("/var/lib/cardwarden/cardwarden.db, ~/.local/state/cardwarden/cardwarden.db", "", "The history.")
    yield Section("Environment")
    yield ManualEntry("CARDWARDEN_CONFIG", "", "The configuration to use.")
    yield ManualEntry("CARDWARDEN_HOUSEHOLD", "", "The household that is meant, if the configuration is a server's.")
    yield ManualEntry("NO_COLOR", "", "If it is set, nothing is coloured.")
    yield Section("Examples")
    yield Typed("console", EXAMPLES[""])
    yield Section("See also")
    yield Paragraph("cardwarden.toml(5), systemctl(1)")


def configuration() -> Iterator[Block]:
    """The manual of the configuration: cardwarden.toml(5)."""
    yield Section("Description")
    yield Paragraph("A TOML file (https://toml.io). Its least:")
    yield Typed("toml", _LEAST)
    yield Paragraph(
        'Severities are "info", "notice", "warning" and "critical"; durations "90s", "15m", "2h", "1d", "2w", "1y".'
    )
    yield Paragraph("`cardwarden config sample` prints a file with every key, `cardwarden config validate` checks one.")
    yield Section("Keys")
    yield from _keys(Settings)
    for name, model in tables(Settings):
        yield Section(name)
        yield Paragraph(_sentence(model))
        yield from _keys(model)
    yield Section("Rules")
    yield Paragraph(
        "Each rule has a table; `enabled = false` turns it off. What a rule finds, and what its keys mean, says "
        "`cardwarden rules NAME`."
    )
    for rule in RULES:
        keys = (f"{entry.name}{entry.value}" for entry in _keys(rule_options(rule)))
        yield Typed("toml", (f"[rules.{rule.name}]", *keys))
    yield Section("Secrets")
    yield Paragraph(
        "A secret never stands in this file: a key that ends in `_env` names an environment variable, in `_file` a "
        "file, in `_command` a program that prints it, in `_credential` a credential of systemd's."
    )
    yield Section("A server with many households")
    yield Paragraph(
        "A configuration with the key `households` is a server's: each household has a file of its own, NAME.toml in that "
        "folder, and says there all of the above but what stands here. Its secrets are files in a folder NAME beside it."
    )
    yield from _keys(ServerSettings)
    for name, model in tables(ServerSettings):
        yield Section(f"{name} of a server", 2)
        yield Paragraph(_sentence(model))
        yield from _keys(model)
    yield Section("See also")
    yield Paragraph("cardwarden(1)")


_LEAST: Final = tuple(
    """\
region = "JP"

[sources.family]
type = "vdir"
path = "/srv/contacts"

[alerts.channels.phone]
url_file = "/etc/cardwarden/phone-url"
""".splitlines()
)


def tables(model: type[Options], above: str = "") -> Iterator[tuple[str, type[Options]]]:
    """Every table of the configuration by its heading, as a settings model holds them, without those of the rules."""
    for key, field in model.model_fields.items():
        named = get_origin(field.annotation) is Mapping
        heading = f"{above}{key}" + (".NAME" if named else "")
        for below in _models(field.annotation):
            if below is SourceOptions:
                yield from ((f'[{heading}] with type = "{kind}"', options_of(kind)) for kind in SOURCES)
                continue
            yield f"[{heading}]", below
            yield from tables(below, f"{heading}.")


def _models(annotation: object) -> list[type[Options]]:
    """The models that a field's type speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, Options):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]


def _paragraphs(text: str | None) -> list[Paragraph]:
    return [Paragraph(" ".join(part.split())) for part in inspect.cleandoc(text or "").split("\n\n") if part.strip()]


def _sentence(model: type[Options]) -> str:
    return " ".join(inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].split())


def _options(subcommand: click.Command) -> Iterator[ManualEntry]:
    for parameter in subcommand.get_params(click.Context(subcommand)):
        if not isinstance(parameter, click.Option) or "--help" in parameter.opts:
            continue
        if {"--config", "--household"} & {*parameter.opts} and subcommand is not command:
            continue  # every command takes them; they stand at the top
        value = "" if parameter.is_flag else f" {_metavar(parameter)}"
        yield ManualEntry(", ".join((*parameter.opts, *parameter.secondary_opts)), value, parameter.help or "")


def _metavar(parameter: click.Option) -> str:
    if isinstance(parameter.type, click.Choice):
        return "|".join(map(str, parameter.type.choices))
    return parameter.metavar or parameter.type.name.upper()


def _keys(model: type[Options]) -> Iterator[ManualEntry]:
    for key, field in model.as_written().items():
        if key in {"type", "rules"} or _models(field.annotation):
            continue
        default = "" if field.is_required() or field.default in (None, ()) else f" = {toml(field.default)}"
        yield ManualEntry(key, default, field.description or "")
