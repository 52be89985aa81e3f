"""`cardwarden forget`: remove all that is kept of a contact."""

from __future__ import annotations

import click

from cardwarden.actions.forget import forget
from cardwarden.actions.queries.naming import card_named, known_source
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import say
from cardwarden.errors import RefusedError
from cardwarden.text import clip, harmless
from cardwarden.wiring import assembled


@click.command("forget")
@click.option("--card", required=True, metavar="NAME|UID|NUMBER", help="The contact.")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option("--ignore-from-now", is_flag=True, help="The contact stays in the book, and is not guarded any more.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def command(*, card: str, source: str | None, ignore_from_now: bool, yes: bool) -> int:
    """Remove all that is kept of a contact: what it said, its names, its findings and its messages.

    This cannot be undone. The chain still verifies; it says that something was taken out, not what.
    """
    with assembled(settings()) as program:
        with program.store.read() as connection:
            known_source(connection, program.settings.sources, source)
            found_card = card_named(connection, card, source, gone_too=True)
        name = clip(found_card.card.entry.name, 60) or "this contact"
        if not yes and not click.confirm(f"Remove all that is kept of {name} in {found_card.source}?", err=True):
            raise RefusedError("Nothing was removed.")
        done = forget(program.store, found_card, program.clock, ignore_from_now=ignore_from_now)
    say(f"Nothing is kept of {name} in {found_card.source} any more.")
    for backup in done.backups:
        say(f"A backup still holds it: {harmless(str(backup))}", "yellow")
    say("Copies of the database elsewhere, evidence, and messages that were sent, still hold it.")
    return 0
