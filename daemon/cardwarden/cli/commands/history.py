"""`cardwarden history`: what happened to the contacts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

import click
from rich.text import Text

from cardwarden.actions.queries.documents.contacts import HistoryDocument, HistoryEventDocument
from cardwarden.actions.queries.documents.findings import CardDocument
from cardwarden.actions.queries.naming import card_named, known_source
from cardwarden.cli import times
from cardwarden.cli.difference import difference
from cardwarden.cli.listing import INDENT
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, say, say_value, table, tell
from cardwarden.cli.speech import sentence
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, Moment, Person, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store.books import charset_of_card
from cardwarden.store.card_events import CardEvent, card_events
from cardwarden.store.engine import Connection
from cardwarden.wiring import assembled

_AT_MOST = 1000
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
        events = card_events(
            connection,
            since=start,
            source=source,
            card_id=found_card.card.id if found_card else None,
            at_most=_AT_MOST + 1,
        )
        shown = events[:_AT_MOST]
        lines: list[list[Text]] = []
        if found_card and not as_json:
            region, usual = program.region_of(found_card.source), charset_of_card(connection, found_card.card.id)
            lines = [_lines(connection, event, region, usual) for event in shown]
    if as_json:
        print_json(HistoryDocument([_document(event) for event in shown], len(events) > len(shown)))
        return 0
    if not shown:
        tell(phrase("history-nothing"))
        return 0
    if card:
        for event, changed in zip(shown, lines, strict=True):
            what = phrase(f"history-{_what(event)}")
            tell(phrase("history-line", at=Moment(event.at), who=_who(event), what=what, source=event.source), "bold")
            for line in changed:
                say_value(line, INDENT)
    else:
        _table(shown, program.voice, each=each)
    say()
    command = Code("cardwarden show --card NAME --at TIME")
    more = "-more" if len(events) > len(shown) else ""
    tell(phrase(f"history-end{more}", count=len(shown), command=command))
    return 0


def _table(shown: Sequence[CardEvent], voice: Voice, *, each: bool) -> None:
    """What happened, a line a contact; of many contacts in one check one line, unless each is wanted."""
    rows: list[list[CardEvent]] = []
    for _, group in groupby(shown, key=lambda event: (event.check_id, event.source, _what(event))):
        events = list(group)
        rows += [events] if len(events) > _EACH_OF and not each else [[event] for event in events]
    table(
        [Column("when", whole=True), Column("source"), Column("contact"), Column("what", whole=True)],
        [
            [
                voice.short(row[0].at),
                row[0].source,
                _names(row, voice),
                sentence(phrase(f"history-{_what(row[0])}")),
            ]
            for row in rows
        ],
    )


def _names(row: Sequence[CardEvent], voice: Voice) -> str:
    name = voice.value(_who(row[0]), width=40)
    return name if len(row) == 1 else voice.say(phrase("names-and-more", name=name, count=len(row) - 1))


def _lines(connection: Connection, event: CardEvent, region: str, usual: str) -> list[Text]:
    """What changed, line by line; nothing of a writing that was taken out of the history.

    `region` and `usual` as for `charsets_of`.
    """
    if not (event.before and event.after):
        return []
    before, after = body_store.body(connection, event.before), body_store.body(connection, event.after)
    return difference(before, after, region, usual)


def _who(event: CardEvent) -> Person:
    entry = event.card.entry
    return Person(None if event.card.is_forgotten else entry.name, entry.key)


def _what(event: CardEvent) -> Literal["came", "changed", "went"]:
    if event.before is None:
        return "came"
    return "went" if event.after is None else "changed"


def _document(event: CardEvent) -> HistoryEventDocument:
    entry = event.card.entry
    return HistoryEventDocument(
        at=event.at,
        check=event.check_id,
        source=event.source,
        card=CardDocument(entry.uid, entry.name, entry.href),
        what=_what(event),
        before=event.before,
        after=event.after,
    )
