"""The options that many commands share, and the settings they lead to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cardwarden.cli.speech import speak
from cardwarden.errors import SettingsError, UsageError
from cardwarden.phrases.language import Voice, language_of_environment
from cardwarden.phrases.phrase import Code, phrase

if TYPE_CHECKING:  # pydantic is loaded only by the commands that need settings
    from cardwarden.settings.households import Server
    from cardwarden.settings.model import Settings

_CONFIG = "cardwarden.config"
_HOUSEHOLD = "cardwarden.household"

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def config_option(function: Decorated) -> Decorated:
    """`--config FILE` and `--household NAME`, which every command takes, not as parameters of its function; the last counts."""
    of_server = click.option(
        "--household",
        metavar="NAME",
        expose_value=False,
        callback=_remember_household,
        help="The household that is meant, if the configuration is a server's.",
    )
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_remember,
        help="The configuration to use.",
    )(of_server(function))


def json_option(function: Decorated) -> Decorated:
    """`--json`, the parameter `as_json` of the function."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(function)


def config_path() -> Path:
    """The configuration this run uses. Raises SettingsError if there is none."""
    from cardwarden.settings.places import find_configuration  # noqa: PLC0415

    return find_configuration(given_config(), os.environ, Path.home())


def settings_file() -> Path:
    """Where the settings of this run stand: the configuration, or of a server its household's file. Raises SettingsError."""
    if (of := household()) is None:
        return config_path()
    from cardwarden.settings.households import server_in  # noqa: PLC0415

    return server_in(config_path(), os.environ, Path.home()).file(of)


def server() -> Server:
    """The server whose configuration this run uses. Raises SettingsError, UsageError if it is a home's."""
    from cardwarden.settings.households import server_in  # noqa: PLC0415

    if click.get_current_context().meta.get(_HOUSEHOLD) is not None:
        raise UsageError(phrase("household-named-already", option=Code("--household")))
    return server_in(config_path(), os.environ, Path.home())


def is_of_many() -> bool:
    """Whether the configuration is that of a server with many households, and none of them is named. Raises SettingsError."""
    from cardwarden.settings.load import read_configuration, toml_in  # noqa: PLC0415
    from cardwarden.settings.places import HOUSEHOLDS  # noqa: PLC0415

    path = config_path()
    return household() is None and HOUSEHOLDS in toml_in(read_configuration(path), path)


def given_config() -> Path | None:
    """What `--config` named, if it did."""
    named: Path | None = click.get_current_context().meta.get(_CONFIG)
    return named


def household() -> str | None:
    """The household of a server that is meant: what `--household` named, else $CARDWARDEN_HOUSEHOLD; None if neither."""
    named: str | None = click.get_current_context().meta.get(_HOUSEHOLD)
    return named or os.environ.get("CARDWARDEN_HOUSEHOLD") or None


def settings() -> Settings:
    """The settings of this run, which speaks their language from here on. Raises SettingsError."""
    from cardwarden.settings.load import load  # noqa: PLC0415
    from cardwarden.settings.times import zone_of  # noqa: PLC0415

    of = household()
    chosen = load(config_path(), os.environ, Path.home(), of)
    speak(Voice(chosen.language or language_of_environment(os.environ), zone_of(chosen.timezone, os.environ), of))
    return chosen


def speak_as_configured() -> None:
    """Speak the language of the configuration, if there is one: for commands that need none, and so read no more of it."""
    from cardwarden.settings.load import language_in  # noqa: PLC0415

    try:
        language = language_in(config_path(), household())
    except SettingsError:
        return
    if language:
        speak(Voice(language))


def _remember(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.meta[_CONFIG] = value


def _remember_household(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_HOUSEHOLD] = value
