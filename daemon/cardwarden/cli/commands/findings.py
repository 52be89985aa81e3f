"""`cardwarden findings`: list what is open."""

from __future__ import annotations

import click

from cardwarden.cli.listing import Listed, ListedEvent, event_json, finding_json
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, say, severity, table
from cardwarden.store import findings as finding_store
from cardwarden.text import clip, plural
from cardwarden.wiring import assemble


@click.command("findings")
@click.option("--all", "every", is_flag=True, help="Also what was accepted, passed or resolved.")
@click.option("--source", metavar="NAME", help="Only this source.")
@json_option
@config_option
def command(*, every: bool, source: str | None, as_json: bool) -> int:
    """List the open findings."""
    program = assemble(settings())
    with program.store.read() as connection:
        found = finding_store.list_findings(connection, include_closed=every, source=source)
        ids = {finding.id for finding in found}
        events = finding_store.find_events(connection, {finding.event_id for finding in found})
    if as_json:
        listed = [ListedEvent.stored(event) for event in events]
        kept = [ListedEvent(e.id, e.event, tuple(f for f in e.findings if f.id in ids)) for e in listed]
        print_json(
            {
                "findings": [finding_json(Listed.stored(finding)) for finding in found],
                "events": [event_json(event) for event in kept],
            }
        )
        return 0
    if not found:
        say("Nothing was ever found." if every else "Nothing is open.")
        return 0
    ordered = sorted(found, key=lambda one: (-one.finding.severity, one.id))
    columns = [
        Column("ID", right=True, whole=True),
        Column("Event", whole=True),
        Column("Severity", whole=True),
        Column("Contact"),
        Column("What"),
        *([Column("State", whole=True)] if every else []),
    ]
    table(
        columns,
        [
            [
                str(one.id),
                f"e{one.event_id}",
                severity(one.finding.severity),
                clip(one.finding.card.name, 40) if one.finding.card else f"the book {one.source}",
                one.finding.title,
                *([one.state.value] if every else []),
            ]
            for one in ordered
        ],
    )
    say()
    say(f"{plural(len(found), 'finding')}. See one with: cardwarden show {ordered[0].id}")
    return 0
