"""`cardwarden accept`: a change is right, and becomes the baseline."""

from __future__ import annotations

import click

from cardwarden.actions.accept import accept, take_back
from cardwarden.actions.queries.documents.checks import AcceptedDocument, TakenBackDocument
from cardwarden.actions.queries.naming import findings_meant, known_source
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, tell
from cardwarden.cli.person import person
from cardwarden.detect.finding import State
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import phrase
from cardwarden.wiring import Opening, assembled


@click.command("accept")
@click.argument("ids", nargs=-1, metavar="[ID | eID]...")
@click.option("--card", metavar="NAME|UID|NUMBER", help="Everything that is open on this contact.")
@click.option("--source", metavar="NAME", help="Everything that is open in this source.")
@click.option("--undo", is_flag=True, help="Take the acceptance back; without anything named, the last one.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with the finding.")
@json_option
@config_option
def command(ids: tuple[str, ...], *, card: str | None, source: str | None, undo: bool, why: str, as_json: bool) -> int:
    """Accept findings (12), events (e12), or all that is open on a contact or in a source.

    What was there at the last check is right from then on. With --undo it is not: what was expected before is expected
    again, and the findings are open again.
    """
    named = bool(ids or card or source)
    if not named and not undo:
        raise UsageError(phrase("accept-what"))
    with assembled(settings(), Opening.USE) as program:
        with program.store.read() as connection:
            known_source(connection, program.settings.sources, source)
            wanted = findings_meant(connection, ids, card, source, closed_too=undo)
        if undo:
            meant = {stored.id for stored in wanted} if named else None
            done = take_back(program.store, meant, program.judging, program.clock, why=why, who=person())
        else:
            still_open = [stored.id for stored in wanted if stored.state is State.OPEN]
            done = accept(
                program.store,
                still_open,
                lambda name: program.judging(name) if name in program.settings.sources else None,
                program.clock,
                why=why,
                who=person(),
            )
    if as_json:
        print_json(TakenBackDocument(list(done)) if undo else AcceptedDocument(list(done)))
    elif undo:
        tell(phrase("accept-taken-back", count=len(done)) if done else phrase("accept-nothing-accepted"))
    else:
        tell(phrase("accept-done", count=len(done)) if done else phrase("accept-nothing"))
    return 0
