"""`cardwarden run`: guard the books until stopped."""

from __future__ import annotations

import os
from contextlib import closing

import click

from cardwarden.beside import Beside
from cardwarden.cli.options import config_option, settings
from cardwarden.service import logs
from cardwarden.service.only import the_only_daemon
from cardwarden.service.runner import Daemon
from cardwarden.wiring import assembled, told_if_blind


@click.command("run")
@config_option
def command() -> int:
    """Guard the address books until stopped (SIGTERM or Ctrl-C). SIGHUP reads the configuration again."""
    chosen = settings()
    logs.start(chosen.log.format, chosen.log.level, os.environ)
    with told_if_blind(chosen), assembled(chosen) as program, the_only_daemon(program.store.path, program.clock):
        daemon = Daemon(program, settings, os.environ)
        with closing(Beside(lambda: daemon.program)) as beside:
            beside.settle(chosen)
            daemon.run(beside.settle)
    return 0
