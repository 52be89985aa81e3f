"""`cardwarden diff`: compare two address books."""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.diff import Difference, diff_books
from cardwarden.actions.diff_copies import diff_copies
from cardwarden.actions.history import diff_times
from cardwarden.actions.queries.documents.findings import ExplainedDocument, HarmlessDocument
from cardwarden.actions.queries.listing import findings_document, numbered
from cardwarden.actions.queries.naming import known_source
from cardwarden.cli import times
from cardwarden.cli.listing import say_event
from cardwarden.cli.options import config_option, json_option, settings, speak_as_configured
from cardwarden.cli.output import print_json, say, tell
from cardwarden.cli.progress import showing
from cardwarden.cli.speech import reader
from cardwarden.detect.finding import Severity
from cardwarden.detect.rules import RULES
from cardwarden.detect.words import why_harmless
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Field, Person, Phrase, phrase
from cardwarden.text import clip
from cardwarden.vcard.regions import REGIONS
from cardwarden.wiring import assembled


@click.command("diff")
@click.argument("before", type=click.Path(path_type=Path), required=False)
@click.argument("after", type=click.Path(path_type=Path), required=False)
@click.option("--region", metavar="CC", default="", help="Country of numbers without a country code, such as JP.")
@click.option(
    "--source",
    "sources",
    metavar="NAME",
    multiple=True,
    help="Instead of two books: a source, as it was at two times; or given twice, a source and its copy.",
)
@click.option("--at", "since", metavar="TIME", help=f"With --source: the earlier time: {times.HELP}.")
@click.option("--to", "until", metavar="TIME", default="now", help="With --source: the later time.")
@click.option("--explain", is_flag=True, help="Also list what was called harmless, and why.")
@json_option
@config_option
def command(
    before: Path | None,
    after: Path | None,
    *,
    region: str,
    sources: tuple[str, ...],
    since: str | None,
    until: str,
    explain: bool,
    as_json: bool,
) -> int:
    """Compare two .vcf files or folders of them: what changed, and is it bad.

    It takes both books as they are. No configuration is needed and nothing is remembered. With --source, a source as it
    was at two times is compared; with two of them, both as they were last read, the second as a copy of the first.
    """
    if len(sources) == 1 and since and not (before or explain):
        return _shown(_of_source(sources[0], since, until, as_json=as_json), explain=False, as_json=as_json)
    if len(sources) == 2 and not (since or before or explain):
        return _shown(_of_copies(*sources, as_json=as_json), explain=False, as_json=as_json)
    if sources or since or before is None or after is None:
        raise UsageError(phrase("diff-what"))
    speak_as_configured()
    region = region.upper()
    if region and region not in REGIONS:
        raise UsageError(phrase("error-no-country", code=region))
    with showing(quiet=as_json) as progress:
        difference = diff_books(before, after, region, [rule() for rule in RULES], explain=explain, progress=progress)
    return _shown(difference, explain=explain, as_json=as_json)


def _of_source(source: str, since: str, until: str, *, as_json: bool) -> Difference:
    with assembled(settings()) as program, program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        now = program.clock.now()
        first, last = (times.moment(text, now, program.zone) for text in (since, until))
        judging = program.judging(source)
        with showing(quiet=as_json) as progress:
            return diff_times(connection, source, first, last, judging, now, progress=progress)


def _of_copies(origin: str, copy: str, *, as_json: bool) -> Difference:
    with assembled(settings()) as program, program.store.read() as connection:
        for name in (origin, copy):
            known_source(connection, program.settings.sources, name.partition("/")[0])
        judging = (program.judging(origin.partition("/")[0]), program.judging(copy.partition("/")[0]))
        with showing(quiet=as_json) as progress:
            return diff_copies(connection, origin, copy, judging, progress=progress)


def _shown(difference: Difference, *, explain: bool, as_json: bool) -> int:
    """Print the events, and what was harmless if that is wanted; gives the exit code."""
    events, voice = numbered(difference.events), reader()
    if as_json:
        listing = findings_document(events, voice)
        harmless = [HarmlessDocument(name, r.name, r.before, r.after, str(r.reason)) for name, r in difference.harmless]
        print_json(ExplainedDocument(listing.findings, listing.events, harmless) if explain else listing)
    else:
        for event in events:
            say_event(event, voice)
        for name, rewrite in difference.harmless:
            who, field = Person(clip(name, 30), ""), Field(rewrite.name)
            tell(phrase("diff-harmless", who=who, field=field, reason=why_harmless(rewrite.reason)), "dim")
            for sign, value in (("-", rewrite.before), ("+", rewrite.after)):
                if value:
                    say(f"     {sign} {clip(value, 70)}", "dim")
        tell(_summary(len(events), len(difference.case.past.entries), len(difference.case.book.entries)))
    return int(any(event.event.severity >= Severity.WARNING for event in events))


def _summary(events: int, before: int, after: int) -> Phrase:
    books = phrase("diff-books", before=phrase("count-cards", count=before), after=after)
    return phrase("diff-events", count=events, books=books) if events else phrase("diff-nothing", books=books)
