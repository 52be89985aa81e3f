"""`cardwarden history`: what happened to the contacts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import click

from cardwarden.actions.queries.documents.contacts import HistoryDocument, HistoryEventDocument
from cardwarden.actions.queries.documents.findings import CardDocument
from cardwarden.actions.queries.history import HistoryEntry, history
from cardwarden.actions.queries.naming import card_named, known_source
from cardwarden.cli import times
from cardwarden.cli.difference import WIDTH, difference_lines
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import INDENT, Column, print_json, print_table, say, say_value, tell
from cardwarden.cli.speech import sentence
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, Moment, phrase
from cardwarden.wiring import assembled

_EACH_OF = 5  # contacts of one check are listed one by one


@click.command("history")
@click.option("--card", metavar="NAME|UID|NUMBER", help="Only this contact.")
@click.option("--since", metavar="TIME", help=f"Only from then on: {times.HELP}.")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option("--each", is_flag=True, help="Also of many at once each one.")
@json_option
@config_option
def command(*, card: str | None, since: str | None, source: str | None, each: bool, as_json: bool) -> int:
    """List what happened to the contacts, the newest first.

    What a book held at its first check is listed with --card only; then the lines that changed are shown, too.
    """
    with assembled(settings()) as program, program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        found_card = card_named(connection, card, source, gone_too=True) if card else None
        start = times.moment(since, program.clock.now(), program.zone) if since else None
        happened = history(
            connection,
            since=start,
            source=source,
            card=found_card,
            region_of=None if as_json else program.region_of,
            width=WIDTH,
        )
    if as_json:
        print_json(HistoryDocument(list(map(_document, happened.entries)), happened.is_cut))
        return 0
    if not happened.entries:
        tell(phrase("history-nothing"))
        return 0
    if card:
        for entry in happened.entries:
            what = phrase(f"history-{entry.what}")
            tell(phrase("history-line", at=Moment(entry.at), who=entry.who, what=what, source=entry.source), "bold")
            for line in difference_lines(entry.changed) if entry.changed is not None else ():
                say_value(line, INDENT)
    else:
        _table(happened.entries, program.voice, each=each)
    say()
    command = Code("cardwarden show --card NAME --at TIME")
    more = "-more" if happened.is_cut else ""
    tell(phrase(f"history-end{more}", count=len(happened.entries), command=command))
    return 0


def _table(shown: Sequence[HistoryEntry], voice: Voice, *, each: bool) -> None:
    """What happened, a line a contact; of many contacts in one check one line, unless each is wanted."""
    rows: list[list[HistoryEntry]] = []
    for _, group in groupby(shown, key=lambda entry: (entry.check_id, entry.source, entry.what)):
        entries = list(group)
        rows += [entries] if len(entries) > _EACH_OF and not each else [[entry] for entry in entries]
    print_table(
        [Column("when", whole=True), Column("source"), Column("contact"), Column("what", whole=True)],
        [
            [
                voice.short(row[0].at),
                row[0].source,
                _names(row, voice),
                sentence(phrase(f"history-{row[0].what}")),
            ]
            for row in rows
        ],
    )


def _names(row: Sequence[HistoryEntry], voice: Voice) -> str:
    name = voice.value(row[0].who, width=40)
    return name if len(row) == 1 else voice.say(phrase("names-and-more", name=name, count=len(row) - 1))


def _document(entry: HistoryEntry) -> HistoryEventDocument:
    return HistoryEventDocument(
        at=entry.at,
        check=entry.check_id,
        source=entry.source,
        card=CardDocument(entry.card.uid, entry.card.name, entry.card.href),
        what=entry.what,
        before=entry.before,
        after=entry.after,
    )
