"""`cardwarden expect`: changes that are about to come are meant."""

from __future__ import annotations

from datetime import timedelta

import click

from cardwarden.actions.expect import expect
from cardwarden.actions.queries.documents.checks import ExpectDocument
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, tell
from cardwarden.cli.person import person
from cardwarden.cli.speech import sentence
from cardwarden.errors import UsageError, WrongValueError
from cardwarden.phrases.phrase import Code, Moment, phrase
from cardwarden.sources.options import duration
from cardwarden.wiring import Opening, assembled

_LONGEST = timedelta(days=7)


@click.command("expect")
@click.argument("length", metavar="LENGTH")
@click.option("--source", required=True, metavar="NAME", help="The source whose changes are meant.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with what passes.")
@json_option
@config_option
def command(length: str, *, source: str, why: str, as_json: bool) -> int:
    """For a while (30m, 2h, 1d), accept what changes in a source without a word.

    What no owner does by hand is told all the same: a number that gained a "+", a look-alike address, a guarded contact.

    What changed before is checked first and judged as always. When you are done, run "cardwarden check": a change that is
    seen after the time is over counts as unexpected.
    """
    try:
        span = duration(length)
    except WrongValueError as error:
        raise UsageError(phrase("expect-length", why=error.said)) from None
    if not timedelta() < span <= _LONGEST:
        raise UsageError(phrase("expect-too-long"))
    with assembled(settings(), Opening.USE) as program:
        before = program.check(source)
        made = expect(program.store, source, span, program.clock, why=why, who=person())
    unseen = [book.reason for book in before if not book.outcome.is_conclusive]
    if as_json:
        reasons = [sentence(reason) for reason in unseen]
        print_json(ExpectDocument(source, made.since, made.until, reasons))
        return 0
    command = Code(f"cardwarden check --source {source}")
    tell(phrase("expect-until", source=source, until=Moment(made.until), command=command))
    for reason in unseen:
        tell(phrase("expect-unseen", why=reason), "yellow")
    return 0
