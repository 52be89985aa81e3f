"""`cardwarden source rename`: a source has another name in the settings now."""

from __future__ import annotations

import click

from cardwarden.actions.queries.documents.setup import RenamedDocument
from cardwarden.actions.rename import rename
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, tell
from cardwarden.errors import UsageError
from cardwarden.phrases.nearest import no_source
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.wiring import Opening, assembled


@click.group("source", cls=Group)
@config_option
def command() -> None:
    """Work with the sources as a whole."""


@command.command("rename")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@json_option
@config_option
def rename_command(old: str, new: str, *, as_json: bool) -> int:
    """Let the source that was called OLD go on as NEW, with its history, its baselines and what is open.

    First give it the new name in the configuration.
    """
    with assembled(settings(), Opening.USE) as program:
        if old in program.settings.sources:
            raise UsageError(phrase("source-still-there", name=old))
        if new not in program.settings.sources:
            raise UsageError(no_source(new, program.settings.sources))
        titles = rename(program.store, old, new, program.clock)
    if as_json:
        print_json(RenamedDocument(old, new, titles))
    else:
        tell(phrase("source-renamed", old=old, new=new, count=len(titles), command=Code("cardwarden check")))
    return 0
