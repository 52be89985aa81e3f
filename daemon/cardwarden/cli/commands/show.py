"""`cardwarden show`: a finding, an event or a contact, in full."""

from __future__ import annotations

from datetime import datetime

import click
from rich.text import Text

from cardwarden.actions.history import version_at
from cardwarden.actions.queries.listing import ListedEvent, findings_json, listed_with
from cardwarden.actions.queries.naming import card_named, findings_named, known_source
from cardwarden.alerts.lines import change_block, display_name, shown_values
from cardwarden.cli import times
from cardwarden.cli.listing import INDENT, say_head
from cardwarden.cli.marks import marked, marked_within
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, say, say_indented, table
from cardwarden.detect.finding import Finding, State
from cardwarden.errors import UsageError
from cardwarden.phrases.language import Voice, opening
from cardwarden.phrases.phrase import phrase
from cardwarden.store import acceptances as acceptance_store
from cardwarden.store import bodies as body_store
from cardwarden.store import restores as restore_store
from cardwarden.store import versions as version_store
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.text import clip, plural
from cardwarden.wiring import assembled

_LONGEST = 4_000  # columns of a value: as much as a finding keeps


@click.command("show")
@click.argument("ids", nargs=-1, metavar="[ID | eID]...")
@click.option("--card", metavar="NAME|UID|NUMBER", help="A contact instead: what its card says now.")
@click.option("--at", metavar="TIME", help=f"With --card: what it said then: {times.HELP}.")
@click.option("--source", metavar="NAME", help="With --card: only this source.")
@json_option
@config_option
def command(ids: tuple[str, ...], *, card: str | None, at: str | None, source: str | None, as_json: bool) -> int:
    """Show findings (12), events (e12) or a contact (--card) in full."""
    if bool(ids) == bool(card) or (at and not card):
        raise UsageError("Name what to show: the number of a finding (12), of an event (e12), or --card NAME.")
    with assembled(settings()) as program, program.store.read() as connection:
        if card:
            known_source(connection, program.settings.sources, source)
            now = program.clock.now()
            at_time = times.moment(at, now, program.zone) if at else None
            _show_card(connection, card, source, at_time, now, program.voice, as_json=as_json)
            return 0
        found = findings_named(connection, ids)
        events, voice = listed_with(connection, found), program.voice
        if as_json:
            print_json(findings_json(events, voice))
            return 0
        stored = {finding.id: finding for finding in found}
        for event in events:
            _show_event(connection, event, [stored[listed.id] for listed in event.findings], voice)
    return 0


def _show_event(connection: Connection, event: ListedEvent, found: list[StoredFinding], voice: Voice) -> None:
    """Print an event: its facts, why it is one, its findings, who decided what."""
    say_head(event, voice)
    first = found[0]
    if len(found) == 1:
        if len(event.event.findings) > 1 and first.finding.card:
            say_indented(f"{display_name(first.finding, voice, 60)}: {voice.say(first.finding.title)}", INDENT)
        say_indented(_facts(first.finding, voice), INDENT)
        if first.finding.explanation:
            say_indented(voice.title(first.finding.explanation), INDENT)
    else:
        if event.event.reason:
            say_indented(voice.title(event.event.reason), INDENT)
        say()
        table(
            [
                Column("ID", right=True, whole=True),
                *map(Column, ("Contact", "Field", "Before", "After")),
                Column("State"),
            ],
            [
                [
                    str(one.id),
                    voice.name(one.finding.card.name, width=40) if one.finding.card else "",
                    voice.field(one.finding.prop) if one.finding.prop else "",
                    *_cells(one.finding, voice),
                    one.state.value,
                ]
                for one in found
            ],
        )
    say()
    still_open = [one for one in found if one.state is State.OPEN]
    number = f"finding {first.id}" if len(found) == 1 else plural(len(found), "finding")
    seen = voice.when(first.opened_at)
    say_indented(f"Seen first {seen} in {first.source}; {number}, {_state(found, voice)}.", INDENT)
    for line in _who(connection, found, voice):
        say_indented(line, INDENT)
    if still_open:
        named = str(first.id) if len(found) == 1 else f"e{event.id}"
        say_indented(f"If this is right, accept it: cardwarden accept {named}", INDENT)
        say_indented(f"If not, put back what was there: cardwarden restore {named}", INDENT)
        say_indented("Or put it right in the address book: the next check sees that and closes it.", INDENT)
    say()


def _who(connection: Connection, found: list[StoredFinding], voice: Voice) -> list[str]:
    """Who accepted findings and who put their contacts back, with the times."""
    accepted = acceptance_store.standing(connection, [one.id for one in found])
    opened = min(one.opened_at for one in found)
    cards = {one.card_id for one in found if one.card_id is not None}
    restores = [one for one in restore_store.of_cards(connection, cards) if one.at >= opened]
    by = [(one.at, phrase("evidence-accepted-by", who=one.who)) for one in accepted if one.who]
    by += [(one.at, phrase("put-back-by", who=one.who) if one.who else phrase("put-back")) for one in restores]
    return [f"{voice.when(at)} {voice.say(what)}" for at, what in sorted(by, key=lambda one: one[0])]


def _facts(finding: Finding, voice: Voice) -> Text:
    """The field with what it was and is, a line each; what changed in it is marked."""
    heading = f"{opening(voice.field(finding.prop))}:" if finding.prop else ""
    lines = "\n".join(filter(None, [heading, *change_block(finding, voice, _LONGEST)]))
    return marked_within(lines, *shown_values(finding, voice, _LONGEST))


def _cells(finding: Finding, voice: Voice) -> tuple[Text, Text]:
    """What a value was and is, what changed marked."""
    before, after = marked(*shown_values(finding, voice, _LONGEST))
    return before, after if after or not before else Text("gone")


def _state(found: list[StoredFinding], voice: Voice) -> str:
    """How many stand how: "open", or "3 open, 94 resolved"; of one that is closed also when."""
    if len(found) == 1:
        closed = found[0].closed_at
        return f"{found[0].state.value} {voice.when(closed)}" if closed else found[0].state.value
    counts = {state: sum(one.state is state for one in found) for state in State}
    if len(there := [state for state, count in counts.items() if count]) == 1:
        return f"all {there[0].value}"
    return ", ".join(f"{counts[state]:,} {state.value}" for state in there)


def _show_card(
    connection: Connection,
    named: str,
    source: str | None,
    at: datetime | None,
    now: datetime,
    voice: Voice,
    *,
    as_json: bool,
) -> None:
    """Print what a contact says, or said at a time. Raises UsageError, AmbiguousError."""
    found = card_named(connection, named, source, gone_too=True)
    entry = found.card.entry
    versions = version_store.versions(connection, found.card.id)
    then = version_at(connection, found, versions, at, now) if at else None
    if at and then is None:
        raise UsageError(
            f"{voice.name(entry.name)} was not in {found.source} at {voice.when(at)}. "
            "See when it came and went: cardwarden history --card NAME"
        )
    text = body_store.body(connection, then.digest if then else entry.digest).decode("utf-8", "replace")
    if as_json:
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
                        "last_seen": v.last.isoformat(),
                        "checks": v.times,
                    }
                    for v in versions
                ],
                "vcard": text,
            }
        )
        return
    for line in text.replace("\r\n", "\n").rstrip("\n").split("\n"):
        say(clip(line, _LONGEST))
    say()
    name = opening(voice.name(entry.name))
    if then:
        until = f"seen last {voice.when(then.last)}" if then.until else "and still does"
        since = voice.when(then.since)
        said = f"{name} said this in {found.source} from {since}, {until}, at {plural(then.times, 'check')}."
    elif found.card.present:
        said = f"{name} has said this in {found.source} since {voice.when(versions[-1].since)}."
    else:
        said = f"{name} is no longer in {found.source}. This is what it said last."
    say(f"{said} {plural(len(versions), 'version')} seen.")
