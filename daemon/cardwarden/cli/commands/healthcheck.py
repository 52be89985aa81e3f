"""`cardwarden healthcheck`: does the daemon live? For containers; it loads next to nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cardwarden.cli.options import config_option, given_config, household
from cardwarden.cli.speech import sentence
from cardwarden.clock import SystemClock
from cardwarden.phrases.phrase import phrase
from cardwarden.service import heartbeat
from cardwarden.service.guards import Guards, said_of_guards
from cardwarden.service.life import is_running
from cardwarden.settings.places import database, find_configuration


def _guards(config: Path, of: str) -> Guards | None:
    """The workers that may guard a household of a server. Raises SettingsError, UsageError, StoreError."""
    from cardwarden.fleet.guards import guards_of  # noqa: PLC0415 - a home has no workers
    from cardwarden.settings.households import server_in  # noqa: PLC0415 - as it is

    server = server_in(config, os.environ, Path.home())
    return guards_of(server.settings_of(of)) if server.has_workers(of) else None


@click.command("healthcheck")
@config_option
def command() -> int:
    """Say whether the daemon lives and can use its database: 0 if so, 1 if not. Of the address books "status" tells.

    Of a household that has no daemon, but workers that may guard it: whether they do.
    """
    config = find_configuration(given_config(), os.environ, Path.home())
    path = database(config, os.environ, Path.home(), household())
    beat = heartbeat.read(heartbeat.life_beside(path))
    if beat is None or not is_running(path):
        if (of := household()) is not None and (guards := _guards(config, of)):
            click.echo(sentence(said_of_guards(guards)))
            return 0 if guards.is_guarding else 1
        click.echo(sentence(phrase("daemon-runs-not")))
        return 1
    if not beat.is_alive(SystemClock().monotonic()):
        click.echo(sentence(phrase("daemon-is-silent", process=str(beat.pid))))
        return 1
    if trouble := beat.trouble_now(path):
        click.echo(sentence(phrase("daemon-is-blind", why=trouble)))
        return 1
    click.echo(sentence(phrase("daemon-runs")))
    return 0
