"""`cardwarden backup`: copy the database, also while the daemon runs."""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.backup import backup
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import say
from cardwarden.store.place import warning
from cardwarden.text import harmless
from cardwarden.wiring import assembled


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def command(file: Path) -> int:
    """Copy the database into a new file, also while the daemon runs.

    To use it, stop cardwarden and put the copy in the database's place.
    """
    with assembled(settings()) as program:
        backup(program.store, file.absolute())
        doubt = warning(program.store.path)
    say(f"The database was copied to {harmless(str(file))}.")
    if doubt:
        say(doubt, "yellow")
    return 0
