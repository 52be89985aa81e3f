"""`cardwarden findings`: list what is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import click
from rich.text import Text

from cardwarden.actions.queries.listing import Listed, finding_list, findings_document
from cardwarden.actions.queries.naming import known_source
from cardwarden.alerts.lines import change_line, shown_values
from cardwarden.cli.colours import severity
from cardwarden.cli.marks import marked_within
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, print_table, say, tell
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.wiring import assembled

_WIDTH: Final = 60  # columns of a value
_EACH_OF: Final = 5
"""So many findings of one event that say the same are listed one by one."""


@click.command("findings")
@click.option("--all", "every", is_flag=True, help="Also what was accepted, passed or resolved.")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option("--each", is_flag=True, help="Also of many alike each one.")
@json_option
@config_option
def command(*, every: bool, source: str | None, each: bool, as_json: bool) -> int:
    """List the open findings, the worst first; many alike are one line. Exits with 0 whatever is open; "check" tells scripts."""
    with assembled(settings()) as program, program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        listing, voice = finding_list(connection, source, closed_too=every), program.voice
    if as_json:
        print_json(findings_document(listing.events, voice))
        return 0
    if not listing.is_checked:
        tell(phrase("findings-not-checked", command=Code("cardwarden check")))
        return 0
    findings = listing.findings
    if not findings:
        tell(phrase("findings-never") if every else phrase("findings-none"))
        return 0
    rows = _alike(findings, 1 if each else _EACH_OF)
    print_table(
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
                str(row[0].id) if len(row) == 1 else "",
                f"e{row[0].event}",
                severity(row[0].finding.severity),
                _whose(row, voice),
                _what(row, voice),
                *([voice.say(phrase(f"state-{row[0].state.value}"))] if every else []),
            ]
            for row in rows
        ],
    )
    say()
    tell(phrase("findings-more", count=len(findings), command=Code(f"cardwarden show {findings[0].id}")))
    return 0


def _alike(findings: Iterable[Listed], each_of: int) -> list[list[Listed]]:
    """The findings, those of one event together that say the same of more than `each_of` contacts."""
    kinds: dict[object, list[Listed]] = {}
    for listed in findings:
        finding = listed.finding
        kinds.setdefault((listed.event, finding.severity, _names(finding.title), listed.state), []).append(listed)
    return [
        row for kind in kinds.values() for row in ([kind] if len(kind) > each_of > 1 else [[listed] for listed in kind])
    ]


def _whose(row: Sequence[Listed], voice: Voice) -> str:
    first = row[0]
    if first.finding.named is None:
        return voice.say(phrase("finding-of-book", source=first.source))
    name = voice.value(first.finding.named, width=40)
    return name if len(row) == 1 else voice.say(phrase("names-and-more", name=name, count=len(row) - 1))


def _what(row: Sequence[Listed], voice: Voice) -> Text:
    """What happened, and of a single finding below it from what to what, with what changed marked."""
    finding = row[0].finding
    said = Text(voice.title(finding.title))
    if len(row) == 1 and (values := change_line(finding, voice, _WIDTH)):
        said.append("\n").append_text(marked_within(values, *shown_values(finding, voice, _WIDTH)))
    return said


def _names(said: Phrase) -> tuple[str, ...]:
    """What a title says: its phrase, and the one that it says that of."""
    return (said.name, *(value.name for _, value in said.values if isinstance(value, Phrase)))
