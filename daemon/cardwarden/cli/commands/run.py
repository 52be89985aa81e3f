"""`cardwarden run`: guard the books until stopped."""

from __future__ import annotations

import logging

import click

from cardwarden.cli.options import config_option, settings
from cardwarden.service.runner import run
from cardwarden.wiring import assembled


@click.command("run")
@config_option
def command() -> int:
    """Guard the address books until stopped (SIGTERM or Ctrl-C)."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with assembled(settings()) as program:
        run(program)
    return 0
