"""`cardwarden diff`: compare two address books."""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.diff import diff_books
from cardwarden.cli.listing import findings_json, numbered, say_event
from cardwarden.cli.options import config_option, json_option
from cardwarden.cli.output import print_json, say
from cardwarden.detect.finding import Severity
from cardwarden.detect.rules import RULES
from cardwarden.errors import UsageError
from cardwarden.text import plural
from cardwarden.vcard.number import REGIONS


@click.command("diff")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--region", metavar="CC", default="", help="Country of numbers without a country code, such as JP.")
@json_option
@config_option
def command(before: Path, after: Path, *, region: str, as_json: bool) -> int:
    """Compare two .vcf files or folders of them: what changed, and is it bad.

    It takes both books as they are. No configuration is needed and nothing is remembered.
    """
    region = region.upper()
    if region and region not in REGIONS:
        raise UsageError(f'There is no country "{region}". Write two letters, such as JP, DE or US.')
    difference = diff_books(before, after, region, [rule() for rule in RULES])
    events = numbered(difference.events)
    if as_json:
        print_json(findings_json(events))
    else:
        for event in events:
            say_event(event)
        say(_summary(len(events), len(difference.case.past.entries), len(difference.case.book.entries)))
    return int(any(event.event.severity >= Severity.WARNING for event in events))


def _summary(events: int, before: int, after: int) -> str:
    books = f"{plural(before, 'card')} before, {after:,} after"
    return f"{plural(events, 'event')}. {books}." if events else f"Nothing changed that means anything. {books}."
