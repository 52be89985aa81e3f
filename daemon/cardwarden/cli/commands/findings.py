"""`cardwarden findings`: list what is open."""

from __future__ import annotations

import click

from cardwarden.actions.queries.listing import findings_json, listed_with
from cardwarden.actions.queries.naming import known_source
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, say, severity, table
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from cardwarden.text import plural
from cardwarden.wiring import assembled


@click.command("findings")
@click.option("--all", "every", is_flag=True, help="Also what was accepted, passed or resolved.")
@click.option("--source", metavar="NAME", help="Only this source.")
@json_option
@config_option
def command(*, every: bool, source: str | None, as_json: bool) -> int:
    """List the open findings, the worst first. Exits with 0 whatever is open; "check" tells scripts."""
    with assembled(settings()) as program, program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        findings = finding_store.list_findings(connection, include_closed=every, source=source)
        events, voice = listed_with(connection, findings), program.voice
        checked = bool(book_store.books(connection, source))
    if as_json:
        print_json(findings_json(events, voice))
        return 0
    if not checked:
        say("Nothing was checked yet. Run: cardwarden check")
        return 0
    if not findings:
        say("Nothing was ever found." if every else "Nothing is open.")
        return 0
    ordered = sorted(findings, key=lambda stored: (-stored.finding.severity, stored.id))
    table(
        [
            Column("ID", right=True, whole=True),
            Column("Event", whole=True),
            Column("Severity", whole=True),
            Column("Contact"),
            Column("What"),
            *([Column("State", whole=True)] if every else []),
        ],
        [
            [
                str(stored.id),
                f"e{stored.event_id}",
                severity(stored.finding.severity),
                voice.name(stored.finding.card.name, width=40) if stored.finding.card else f"the book {stored.source}",
                voice.title(stored.finding.title),
                *([stored.state.value] if every else []),
            ]
            for stored in ordered
        ],
    )
    say()
    say(f"{plural(len(findings), 'finding')}. More about one: cardwarden show {ordered[0].id}")
    return 0
