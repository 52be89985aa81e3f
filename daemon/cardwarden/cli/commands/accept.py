"""`cardwarden accept`: a change is right, and becomes the baseline."""

from __future__ import annotations

import click

from cardwarden.actions.accept import accept
from cardwarden.cli.naming import card_named, findings_named
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, say
from cardwarden.detect.finding import State
from cardwarden.errors import UsageError
from cardwarden.store import findings as finding_store
from cardwarden.text import plural
from cardwarden.wiring import assemble


@click.command("accept")
@click.argument("ids", nargs=-1, metavar="[ID | eID]...")
@click.option("--card", metavar="NAME|UID|NUMBER", help="Everything that is open on this contact.")
@click.option("--source", metavar="NAME", help="Everything that is open in this source.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with the finding.")
@json_option
@config_option
def command(ids: tuple[str, ...], *, card: str | None, source: str | None, why: str, as_json: bool) -> int:
    """Accept findings (12), events (e12), or all that is open on a contact or in a source.

    What is there now is right from then on.
    """
    if not ids and not card and not source:
        raise UsageError("Name what to accept: a finding (12), an event (e12), --card NAME or --source NAME.")
    program = assemble(settings())
    with program.store.read() as connection:
        wanted = [found.id for found in findings_named(connection, ids) if found.state is State.OPEN]
        if card or source:
            key = card_named(connection, card, source).card.entry.key if card else None
            wanted += [
                found.id
                for found in finding_store.list_findings(connection, source=source)
                if key is None or (found.finding.card and found.finding.card.key == key)
            ]
    done = accept(program.store, wanted, program.judging, program.clock, why=why)
    if as_json:
        print_json({"accepted": done})
    else:
        say(f"Accepted {plural(len(done), 'finding')}." if done else "Nothing of that is open.")
    return 0
