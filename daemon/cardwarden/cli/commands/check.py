"""`cardwarden check`: check the address books now."""

from __future__ import annotations

import click

from cardwarden.actions.check import Checked, check_book
from cardwarden.actions.deliver import deliver
from cardwarden.cli.listing import ListedEvent, event_json, finding_json, say_event
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, say
from cardwarden.detect.finding import Severity
from cardwarden.errors import SourceError
from cardwarden.store import findings as finding_store
from cardwarden.text import harmless, plural
from cardwarden.wiring import assemble

_EXIT = {"clean": 0, "findings": 1, "inconclusive": 3}


@click.command("check")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option("--deep", is_flag=True, help="Read every card, also those that look unchanged.")
@json_option
@config_option
def command(*, source: str | None, deep: bool, as_json: bool) -> int:
    """Check the address books now, and send what there is to tell."""
    program = assemble(settings())
    names = [source] if source else list(program.settings.sources)
    books: list[Checked] = []
    for name in names:
        reader = program.source(name)
        try:
            refs = reader.books()
        except SourceError as error:
            books.append(Checked(name, "", "inconclusive", str(error)))
            continue
        judging = program.judging(name)
        books.extend(
            check_book(program.store, reader, ref, judging, program.wanted, program.clock, deep=deep) for ref in refs
        )
    delivered = deliver(program.store, program.channels, program.clock)
    with program.store.read() as connection:
        events = finding_store.find_events(connection, [event for book in books for event in book.events])
        waiting = [found for found in finding_store.open_findings(connection) if found.source in names]
    listed = [ListedEvent.stored(event) for event in events]
    listed.sort(key=lambda event: -event.event.severity)
    outcome = max((book.outcome for book in books), key=("clean", "inconclusive", "findings").index)
    if as_json:
        print_json(
            {
                "outcome": outcome,
                "books": [
                    {"source": b.source, "book": b.book, "outcome": b.outcome, "reason": b.reason, "cards": b.cards}
                    for b in books
                ],
                "findings": [finding_json(found) for event in listed for found in event.findings],
                "events": [event_json(event) for event in listed],
                "resolved": [number for book in books for number in book.resolved],
                "open": len(waiting),
            }
        )
    else:
        for event in listed:
            say_event(event)
        for book in books:
            say(_line(book))
        if waiting:
            worst = max(waiting, key=lambda found: found.finding.severity)
            say(f"{plural(len(waiting), 'finding')} open. See: cardwarden show e{worst.event_id}")
        for failure in delivered.failures:
            say(f"Not delivered yet, tried again later: {failure}", "yellow")
    is_open = any(found.finding.severity >= Severity.WARNING for found in waiting)
    return 1 if is_open else _EXIT[outcome]


def _line(book: Checked) -> str:
    title = f" ({harmless(book.book)})" if book.book and book.book != book.source else ""
    state = {"clean": "clean", "findings": "something is open", "inconclusive": "inconclusive"}[book.outcome]
    resolved = f", {plural(len(book.resolved), 'finding')} resolved" if book.resolved else ""
    reason = f". {harmless(book.reason)}" if book.reason else ""
    return f"{book.source}{title}: {state}, {plural(book.cards, 'card')}{resolved}{reason}"
