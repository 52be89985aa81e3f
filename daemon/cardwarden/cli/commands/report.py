"""`cardwarden report`: a file of evidence for others."""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.queries.listing import findings_since
from cardwarden.actions.queries.naming import card_named, findings_named, known_source
from cardwarden.actions.report.archive import write_archive
from cardwarden.actions.report.evidence import Evidence
from cardwarden.actions.report.gather import card_evidence, findings_evidence
from cardwarden.cli import times
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import tell
from cardwarden.cli.progress import showing
from cardwarden.errors import UsageError
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Code, Moment, phrase
from cardwarden.progress import Progress
from cardwarden.wiring import Program, assembled


@click.command("report")
@click.argument("ids", nargs=-1, metavar="[ID | eID]...")
@click.option("--since", metavar="TIME", help=f"All of notice or above found from then on: {times.HELP}.")
@click.option("--card", metavar="NAME|UID|NUMBER", help="A contact instead: what its numbers were at every check.")
@click.option("--from", "start", metavar="TIME", default="1970-01-02", help="With --card: from then on.")
@click.option("--to", "end", metavar="TIME", default="now", help="With --card: up to then.")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option("--redact", is_flag=True, help="Leave out the fields that are not concerned.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the page; else what the settings say.")
@click.option("-o", "out", required=True, type=click.Path(path_type=Path), metavar="EVIDENCE.zip")
@config_option
def command(
    ids: tuple[str, ...],
    *,
    since: str | None,
    card: str | None,
    start: str,
    end: str,
    source: str | None,
    redact: bool,
    language: str | None,
    out: Path,
) -> int:
    """Make a file of evidence: a page to read, the contacts as they were stored, and sums to check it by.

    It is about findings (12), events (e12), all since a time, or one contact over a time.
    """
    if sum(map(bool, (ids, since, card))) != 1:
        raise UsageError(phrase("report-what"))
    with assembled(settings()) as program:
        voice = Voice(language, program.zone) if language else program.voice
        with showing() as progress:
            evidence = (
                _about_card(program, card, source, start, end, voice, progress, redact=redact)
                if card
                else _about_findings(program, ids, since, source, voice, progress, redact=redact)
            )
            write_archive(evidence, out, progress)
    path = Code(str(out))
    if evidence.contact:
        tell(phrase("report-contact-done", count=evidence.contact.checks, path=path))
    else:
        tell(phrase("report-findings-done", count=len(evidence.exhibits), path=path))
    tell(phrase("report-check-it", command=Code(f"cardwarden verify {out.name}")))
    return 0


def _about_findings(
    program: Program,
    ids: tuple[str, ...],
    since: str | None,
    source: str | None,
    voice: Voice,
    progress: Progress,
    *,
    redact: bool,
) -> Evidence:
    """Evidence about these findings, or about all since a time. Raises UsageError."""
    now = program.clock.now()
    with program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        if since is None:
            findings = findings_named(connection, ids)
        else:
            start = times.moment(since, now, program.zone)
            findings = findings_since(connection, start, source)
            if not findings:
                raise UsageError(phrase("report-nothing-since", at=Moment(start)))
        return findings_evidence(
            connection,
            findings,
            program.region_of,
            now,
            voice,
            redact=redact,
            progress=progress,
        )


def _about_card(
    program: Program,
    card: str,
    source: str | None,
    start: str,
    end: str,
    voice: Voice,
    progress: Progress,
    *,
    redact: bool,
) -> Evidence:
    """Evidence about one contact between two times. Raises UsageError."""
    now = program.clock.now()
    with program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        since, until = (times.moment(text, now, program.zone) for text in (start, end))
        return card_evidence(
            connection,
            card_named(connection, card, source, gone_too=True),
            since,
            until,
            program.region_of,
            now,
            voice,
            redact=redact,
            progress=progress,
        )
