"""`cardwarden healthcheck`: does the daemon live? For containers; it loads next to nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cardwarden.cli.options import config_option, given_config
from cardwarden.clock import SystemClock
from cardwarden.service import heartbeat
from cardwarden.service.only import is_running
from cardwarden.settings.places import database, find
from cardwarden.text import harmless


@click.command("healthcheck")
@config_option
def command() -> int:
    """Say whether the daemon lives and can use its database: 0 if so, 1 if not. Of the address books "status" tells."""
    config = find(given_config(), os.environ, Path.home())
    path = database(config, os.environ, Path.home())
    beat = heartbeat.read(heartbeat.path_beside(path))
    if beat is None or not is_running(path):
        click.echo("The daemon does not run.")
        return 1
    if not beat.is_alive(SystemClock().monotonic()):
        click.echo(f"The daemon (process {beat.pid}) gives no sign of life.")
        return 1
    if beat.trouble:
        click.echo(f"The daemon runs, but nothing is guarded: {harmless(beat.trouble)}")
        return 1
    click.echo("The daemon runs.")
    return 0
