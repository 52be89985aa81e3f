"""`cardwarden show`: a finding, an event or a contact, in full."""

from __future__ import annotations

import click

from cardwarden.cli.listing import Listed, ListedEvent, event_json, finding_json, say_event
from cardwarden.cli.naming import card_named, findings_named
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, say
from cardwarden.errors import UsageError
from cardwarden.store import findings as finding_store
from cardwarden.store import history
from cardwarden.text import harmless
from cardwarden.wiring import Program, assemble


@click.command("show")
@click.argument("ids", nargs=-1, metavar="[ID | eID]...")
@click.option("--card", metavar="NAME|UID|NUMBER", help="A contact instead: what its card says now.")
@json_option
@config_option
def command(ids: tuple[str, ...], *, card: str | None, as_json: bool) -> int:
    """Show findings (12), events (e12) or a contact (--card) in full."""
    if bool(ids) == bool(card):
        raise UsageError("Name what to show: the number of a finding (12), of an event (e12), or --card NAME.")
    program = assemble(settings())
    if card:
        return _show_card(program, card, as_json=as_json)
    with program.store.read() as connection:
        found = findings_named(connection, ids)
        events = finding_store.find_events(connection, {finding.event_id for finding in found})
    chosen = {finding.id for finding in found}
    listed = [ListedEvent.stored(event) for event in events]
    listed = [ListedEvent(e.id, e.event, tuple(f for f in e.findings if f.id in chosen)) for e in listed]
    if as_json:
        print_json(
            {
                "findings": [finding_json(Listed.stored(finding)) for finding in found],
                "events": [event_json(event) for event in listed],
            }
        )
        return 0
    by_id = {event.id: event for event in events}
    for event in listed:
        stored = by_id[event.id]
        say_event(event, whole=True)
        states = ", ".join(dict.fromkeys(finding.state for finding in event.findings))
        say(f"     In {stored.source}, found {stored.at.astimezone():%Y-%m-%d %H:%M %Z}. State: {states}.")
        if any(finding.state == "open" for finding in event.findings):
            say(f"     If this is right: cardwarden accept e{event.id}")
        say()
    return 0


def _show_card(program: Program, named: str, *, as_json: bool) -> int:
    with program.store.read() as connection:
        found = card_named(connection, named)
        body = history.body(connection, found.card.entry.digest)
        versions = history.versions(connection, found.card.id)
    text = body.decode("utf-8", "replace")
    if as_json:
        entry = found.card.entry
        print_json(
            {
                "card": {"uid": entry.uid, "name": entry.name, "href": entry.href},
                "source": found.source,
                "present": found.card.present,
                "versions": [
                    {
                        "sha256": v.digest,
                        "since": v.since.isoformat(),
                        "until": v.until.isoformat() if v.until else None,
                    }
                    for v in versions
                ],
                "vcard": text,
            }
        )
        return 0
    for line in text.replace("\r\n", "\n").rstrip("\n").split("\n"):
        say(harmless(line))
    say()
    state = "is in the book" if found.card.present else "is no longer in the book"
    since = f", as shown since {versions[-1].since.astimezone():%Y-%m-%d %H:%M %Z}" if versions else ""
    count = len(versions)
    say(f"{harmless(found.card.entry.name)} {state} {found.source}{since}. Versions seen: {count}.")
    return 0
