"""`cardwarden export`: a source as it was at a time."""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.export import export
from cardwarden.actions.history import books_at
from cardwarden.actions.queries.naming import known_source
from cardwarden.cli import times
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import tell
from cardwarden.cli.progress import showing
from cardwarden.phrases.phrase import Code, Moment, phrase
from cardwarden.wiring import assembled


@click.command("export")
@click.option("--source", required=True, metavar="NAME", help="The source to write.")
@click.option(
    "--at", default="now", metavar="TIME", help=f"As it was then: {times.HELP}. Without it: at the last check."
)
@click.option("-o", "out", required=True, type=click.Path(path_type=Path), metavar="FILE.vcf|FOLDER")
@config_option
def command(*, source: str, at: str, out: Path) -> int:
    """Write a source as it was at a time into one file (NAME.vcf) or a folder, to the byte.

    Nothing is overwritten.
    """
    with assembled(settings()) as program, program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        now = program.clock.now()
        when = times.moment(at, now, program.zone)
        with showing() as progress:
            count = export(connection, books_at(connection, source, when, now), out, progress)
    cards = phrase("count-cards", count=count)
    tell(phrase("export-done", cards=cards, source=source, at=Moment(when), path=Code(str(out))))
    return 0
