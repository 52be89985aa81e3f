"""`cardwarden forget`: remove all that is kept of a contact."""

from __future__ import annotations

import click

from cardwarden.actions.forget import forget
from cardwarden.actions.queries.naming import card_named, known_source
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import tell
from cardwarden.cli.questions import confirmed
from cardwarden.cli.speech import sentence
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, Person, phrase
from cardwarden.wiring import Opening, assembled


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
    with assembled(settings(), Opening.USE) as program:
        with program.store.read() as connection:
            known_source(connection, program.settings.sources, source)
            found_card = card_named(connection, card, source, gone_too=True)
        who = Person(found_card.card.entry.name, found_card.card.entry.key)
        if not yes and not confirmed(sentence(phrase("forget-ask", who=who, source=found_card.source)), err=True):
            raise RefusedError(phrase("forget-not"))
        done = forget(program.store, found_card, program.clock, ignore_from_now=ignore_from_now)
    tell(phrase("forget-done", who=who, source=found_card.source))
    for backup in done.backups:
        tell(phrase("forget-backup", path=Code(str(backup))), "yellow")
    tell(phrase("forget-elsewhere"))
    return 0
