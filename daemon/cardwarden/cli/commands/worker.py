"""`cardwarden worker`: guard all households of a server, beside other workers."""

from __future__ import annotations

import os
from dataclasses import replace

import click

from cardwarden.cli.options import config_option, server
from cardwarden.clock import SystemClock
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.service import logs


@click.command("worker")
@click.option(
    "--listen", metavar="HOST:PORT", help="Where it answers monitors; else workers.listen of the configuration."
)
@config_option
def command(listen: str | None) -> int:
    """Do what is due for every household of a server until stopped (SIGTERM or Ctrl-C), beside other workers.

    All share what is to be done in the server's PostgreSQL, on as many machines as are wanted. SIGHUP reads the settings of
    all households again; those of the server are read at the start.
    """
    from cardwarden.beside import beside_household, wanted_beside  # noqa: PLC0415 - a home has no workers

    try:
        from cardwarden.fleet.ears import BesideHousehold  # noqa: PLC0415 - as it is
        from cardwarden.fleet.worker import Worker  # noqa: PLC0415 - an extra, and a home has none
    except ImportError as error:
        part = Code((error.name or "").partition(".")[0])
        raise UsageError(phrase("fleet-not-installed", part=part, extra=Code("cardwarden[fleet]"))) from error

    here = server()
    if here.settings.store.url is None:
        example = Code("postgresql+psycopg://user@host/database")
        raise UsageError(phrase("fleet-without-postgresql", path=Code(str(here.path)), example=example))
    workers = here.settings.workers
    logs.start(workers.format, workers.level, os.environ)
    if listen is not None:
        here = replace(
            here, settings=here.settings.model_copy(update={"workers": workers.model_copy(update={"listen": listen})})
        )
    Worker(here, SystemClock(), os.environ, beside=BesideHousehold(wanted_beside, beside_household)).run()
    return 0
