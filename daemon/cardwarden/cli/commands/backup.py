"""`cardwarden backup`: copy the database, also while the daemon runs."""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.backup import backup
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import tell
from cardwarden.database_file import warning
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.wiring import Opening, assembled


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def command(file: Path) -> int:
    """Copy the database into a new file, also while the daemon runs.

    To use it, stop cardwarden and put the copy in the database's place.
    """
    with assembled(settings(), Opening.USE) as program:
        backup(program.store, file.absolute(), program.clock)
        doubt = warning(program.store.path)
    tell(phrase("backup-done", path=Code(str(file))))
    if doubt:
        tell(doubt, "yellow")
    return 0
