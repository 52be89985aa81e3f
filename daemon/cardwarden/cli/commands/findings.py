"""`cardwarden findings`: list what is open."""

from __future__ import annotations

import click

from cardwarden.actions.queries.listing import findings_json, listed_with
from cardwarden.actions.queries.naming import known_source
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, say, severity, table, tell
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from cardwarden.store.findings import StoredFinding
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
        tell(phrase("findings-not-checked", command=Code("cardwarden check")))
        return 0
    if not findings:
        tell(phrase("findings-never") if every else phrase("findings-none"))
        return 0
    ordered = sorted(findings, key=lambda stored: (-stored.finding.severity, stored.id))
    table(
        [
            Column("id", right=True, whole=True),
            Column("event", whole=True),
            Column("severity", whole=True),
            Column("contact"),
            Column("what"),
            *([Column("state", whole=True)] if every else []),
        ],
        [
            [
                str(stored.id),
                f"e{stored.event_id}",
                severity(stored.finding.severity),
                _whose(stored, voice),
                voice.title(stored.finding.title),
                *([voice.say(phrase(f"state-{stored.state.value}"))] if every else []),
            ]
            for stored in ordered
        ],
    )
    say()
    tell(phrase("findings-more", count=len(findings), command=Code(f"cardwarden show {ordered[0].id}")))
    return 0


def _whose(stored: StoredFinding, voice: Voice) -> str:
    if stored.finding.card is None:
        return voice.say(phrase("finding-of-book", source=stored.source))
    return voice.name(stored.finding.card.name, width=40)
