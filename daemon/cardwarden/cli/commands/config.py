"""`cardwarden config`: validate, show, or print a sample of the configuration."""

from __future__ import annotations

import click

from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, config_path, settings
from cardwarden.cli.output import say
from cardwarden.settings.sample import sample
from cardwarden.settings.shown import shown
from cardwarden.text import harmless, plural


@click.group(cls=Group)
@config_option
def command() -> None:
    """Validate, show or print a sample of the configuration."""


@command.command()
@config_option
def validate() -> None:
    """Say whether the configuration is right, or everything that is wrong with it."""
    chosen = settings()
    channels = chosen.alerts.channels
    say(f"{harmless(str(config_path()))} is valid.")
    say(f"{plural(len(chosen.sources), 'source')}: {', '.join(chosen.sources)}")
    if blind := [name for name, source in chosen.sources.items() if not (source.region or chosen.region)]:
        say(
            f"No region for {', '.join(blind)}: whether a number would ring abroad cannot be told. "
            'Add your country, such as region = "JP".'
        )
    if channels:
        say(f"{plural(len(channels), 'channel')}: {', '.join(channels)}")
    else:
        say("No channel: nobody is told of anything. Add a table [alerts.channels.NAME].")


@command.command()
@config_option
def show() -> None:
    """Print the settings in effect, with every default, as TOML. Secrets stay references."""
    click.echo(shown(settings()), nl=False)


@command.command(name="sample")
@config_option
def print_sample() -> None:
    """Print a configuration to begin with."""
    click.echo(sample(), nl=False)
