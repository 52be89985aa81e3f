"""`cardwarden run`: guard the books until stopped."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from cardwarden.beside import Beside
from cardwarden.cli.options import config_option, given_config, household, settings
from cardwarden.cli.waiting import somebody_waits
from cardwarden.errors import SettingsError
from cardwarden.phrases.phrase import joined
from cardwarden.service import logs
from cardwarden.service.life import is_running
from cardwarden.service.monitors import say_failing
from cardwarden.service.only import the_only_daemon
from cardwarden.service.runner import Daemon
from cardwarden.settings.last_known import last_known
from cardwarden.settings.places import find_configuration
from cardwarden.wiring import Opening, assembled, tell_blind, told_if_blind


@click.command("run")
@config_option
def command() -> int:
    """Guard the address books until stopped (SIGTERM or Ctrl-C). SIGHUP reads the configuration again."""
    try:
        chosen = settings()
    except SettingsError as error:
        _tell_of(error)
        raise
    logs.start(chosen.log.format, chosen.log.level, os.environ, household=household() or "")
    with (
        told_if_blind(chosen, first=lambda: say_failing(chosen, os.environ)),
        assembled(chosen, Opening.GUARD, helped=True) as program,
        the_only_daemon(program.store.path, program.clock),
    ):
        daemon = Daemon(program, settings, os.environ)
        with closing(Beside(lambda: daemon.program)) as beside:
            beside.settle(chosen)
            daemon.run(beside.settle)
    return 0


def _tell_of(error: SettingsError) -> None:
    """Tell whom the last settings name that the books are not guarded, as they are wrong now; not if somebody sees that."""
    try:
        config = find_configuration(given_config(), os.environ, Path.home())
    except SettingsError:
        config = None
    known = last_known(config, os.environ, Path.home(), household())
    if known is None or somebody_waits() or is_running(known.store.path):
        return
    tell_blind(known, joined([error.said, *error.problems]), first=lambda: say_failing(known, os.environ))
