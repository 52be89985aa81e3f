"""`cardwarden healthcheck`: does the daemon live? For containers; it loads next to nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cardwarden.cli.options import config_option, given_config
from cardwarden.clock import SystemClock
from cardwarden.service import heartbeat
from cardwarden.settings.places import database, find


@click.command("healthcheck")
@config_option
def command() -> int:
    """Say whether the daemon lives: 0 if it does, 1 if not. It says nothing of the address books; "status" does."""
    config = find(given_config(), os.environ, Path.home())
    beat = heartbeat.read(heartbeat.path_beside(database(config, os.environ, Path.home())))
    if beat is None:
        click.echo("The daemon does not run.")
        return 1
    if not beat.is_alive(SystemClock().monotonic()):
        click.echo(f"The daemon (process {beat.pid}) gives no sign of life.")
        return 1
    click.echo("The daemon runs.")
    return 0
