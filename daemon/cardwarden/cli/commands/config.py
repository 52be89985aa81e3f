"""`cardwarden config`: validate, show, or print a sample of the configuration."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from cardwarden.actions.limits import least_gap
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, given_config, household, settings, settings_file
from cardwarden.cli.output import say, tell
from cardwarden.cli.results import print_result
from cardwarden.cli.speech import reader
from cardwarden.clock import SystemClock
from cardwarden.doctor.result import Diagnosis, Result
from cardwarden.phrases.phrase import Code, enumerated, phrase
from cardwarden.settings.kinds import AnySource
from cardwarden.settings.model import Settings
from cardwarden.settings.sample import sample
from cardwarden.settings.shown import shown_settings
from cardwarden.settings.toml import toml
from cardwarden.setup.home import SERVICE_USER, service_owner
from cardwarden.sources.options import OnDiskOptions


@click.group(cls=Group)
@config_option
def command() -> None:
    """Validate, show or print a sample of the configuration."""


@command.command()
@config_option
def validate() -> None:
    """Say whether the configuration is right, or everything that is wrong with it.

    Also what it names and will fail: files and folders that are not there or may not be read, secrets that are
    missing or open to others, and books that the database knows under another name. With sudo that is tried as the
    service's user. A server is not asked; "doctor" does.

    Exits with 0 if the configuration is valid, also if something that it names will fail, and with 4 if it is wrong. A
    script that wants to know of the rest asks "doctor", which exits with 1 then.
    """
    chosen = settings()
    channels = chosen.alerts.channels
    tell(phrase("config-valid", path=Code(str(settings_file()))))
    tell(phrase("config-sources", count=len(chosen.sources), names=enumerated(chosen.sources)))
    if blind := [name for name, source in chosen.sources.items() if not (source.region or chosen.region)]:
        tell(phrase("config-no-region", sources=enumerated(blind), line=Code('region = "JP"')))
    for name, least in _slowed(chosen).items():
        asked = Code(toml(chosen.sources[name].every).strip('"'))
        tell(phrase("config-slowed", source=name, asked=asked, least=Code(toml(least).strip('"'))))
    if channels:
        tell(phrase("config-channels", count=len(channels), names=enumerated(channels)))
    else:
        tell(phrase("config-no-channel"))
    failing = [result for result in _tried() if result.verdict is Diagnosis.TROUBLE]
    if failing:
        say()
        tell(phrase("config-will-fail"), "yellow")
        for result in failing:
            print_result(result, reader())


def _slowed(chosen: Settings) -> dict[str, timedelta]:
    """The sources of a server's household that are checked less often than they ask, and how often."""
    if chosen.share is None:
        return {}
    least = least_gap(chosen.sources, chosen.share.limits)
    rounded = timedelta(seconds=round(least.total_seconds()))
    return {name: rounded for name, source in chosen.sources.items() if not source.cron and source.every < least}


def _tried() -> list[Result]:
    """What the settings name on this machine, tried as the service's user if root asks."""
    from cardwarden.doctor.checks import books, configuration, database, secrets  # noqa: PLC0415 - they load much
    from cardwarden.doctor.examine import examine, examine_as  # noqa: PLC0415
    from cardwarden.doctor.machine import Machine  # noqa: PLC0415
    from cardwarden.doctor.patient import patient  # noqa: PLC0415

    someone = patient(given_config(), os.environ, Path.home(), SystemClock(), Machine(), household=household())
    here: dict[str, AnySource] = {}
    if someone.settings is not None:
        sources = someone.settings.sources.items()
        here = {name: source for name, source in sources if isinstance(source, OnDiskOptions)}
        near = replace(someone, settings=someone.settings.model_copy(update={"sources": here}))
    as_service = someone.is_system and service_owner() is not None
    try_as = partial(examine_as, SERVICE_USER) if as_service else examine
    results = list(
        try_as(
            someone, [configuration.is_private, configuration.has_templates, secrets.can_be_read, database.is_the_same]
        )
    )
    return results + list(try_as(near, [books.can_be_read])) if here else results


@command.command()
@config_option
def show() -> None:
    """Print the settings in effect, with every default, as TOML. Secrets stay references."""
    click.echo(shown_settings(settings()), nl=False)


@command.command(name="sample")
@config_option
def print_sample() -> None:
    """Print a configuration to begin with."""
    click.echo(sample(), nl=False)
