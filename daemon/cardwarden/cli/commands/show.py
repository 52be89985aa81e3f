"""`cardwarden show`: a finding, an event or a contact, in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import click
from rich.text import Text

from cardwarden.actions.queries.listing import ListedEvent, findings_document
from cardwarden.actions.queries.naming import events_named, known_source
from cardwarden.actions.queries.shown import ShownContact, ShownEvent, ShownFinding, shown_contact, shown_event
from cardwarden.alerts.lines import change_block, display_name, shown_values
from cardwarden.cli import times
from cardwarden.cli.listing import say_head
from cardwarden.cli.marks import marked_texts, marked_within
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import (
    INDENT,
    Column,
    print_json,
    print_table,
    say,
    say_indented,
    say_value,
    tell,
    tell_indented,
)
from cardwarden.detect.finding import Finding, State
from cardwarden.errors import UsageError
from cardwarden.phrases.language import Voice, opening
from cardwarden.phrases.phrase import Code, Moment, Phrase, joined, phrase
from cardwarden.text import clip
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
        raise UsageError(phrase("show-what"))
    with assembled(settings()) as program, program.store.read() as connection:
        if card:
            known_source(connection, program.settings.sources, source)
            now = program.clock.now()
            when = times.moment(at, now, program.zone) if at else None
            contact = shown_contact(connection, card, source, program.region_of, now, at=when)
            _show_contact(contact, as_json=as_json)
            return 0
        named, voice = events_named(connection, ids), program.voice
        if as_json:
            print_json(findings_document(map(ListedEvent.stored, named), voice))
            return 0
        events = [shown_event(connection, event) for event in named]
    for event in events:
        _show_event(event, voice)
    return 0


def _show_event(shown: ShownEvent, voice: Voice) -> None:
    """Print an event: its facts, why it is one, its findings, who decided what."""
    say_head(shown.listed, voice)
    event, findings = shown.listed.event, shown.findings
    first = findings[0]
    if len(findings) == 1:
        if len(event.findings) > 1 and first.finding.card:
            say_indented(voice.about(display_name(first.finding, voice, 60), voice.say(first.finding.title)), INDENT)
        say_value(_facts(first.finding, voice), INDENT)
        if first.finding.explanation:
            say_indented(voice.title(first.finding.explanation), INDENT)
    else:
        if event.reason:
            say_indented(voice.title(event.reason), INDENT)
        say()
        print_table(
            [
                Column("id", right=True, whole=True),
                *map(Column, ("contact", "field", "before", "after")),
                Column("state"),
            ],
            [
                [
                    str(row.id),
                    voice.name(row.finding.card.name, width=40) if row.finding.card else "",
                    voice.field(row.finding.prop) if row.finding.prop else "",
                    *_cells(row.finding, voice),
                    voice.say(phrase(f"state-{row.state.value}")),
                ]
                for row in findings
            ],
        )
    say()
    still_open = [row for row in findings if row.state is State.OPEN]
    seen, state = Moment(first.opened_at), _state(findings)
    if len(findings) == 1:
        tell_indented(phrase("show-seen-one", at=seen, source=shown.source, id=str(first.id), state=state), INDENT)
    else:
        tell_indented(phrase("show-seen-many", at=seen, source=shown.source, count=len(findings), state=state), INDENT)
    if shown.written:
        tell_indented(shown.written, INDENT)
    for deed in shown.deeds:
        tell_indented(phrase("show-did", at=Moment(deed.at), what=deed.what), INDENT)
    if still_open:
        named = str(first.id) if len(findings) == 1 else f"e{shown.listed.id}"
        tell_indented(phrase("show-accept", command=Code(f"cardwarden accept {named}")), INDENT)
        if any(row.left is None for row in still_open):
            tell_indented(phrase("show-restore", command=Code(f"cardwarden restore {named}")), INDENT)
        tell_indented(phrase("show-repair"), INDENT)
    elif first.state is State.PASSED and len(findings) == 1 and first.left:
        tell_indented(first.left, INDENT)
    say()


def _facts(finding: Finding, voice: Voice) -> Text:
    """The field with what it was and is, a line each; what changed in it is marked."""
    heading = voice.about(opening(voice.field(finding.prop)), "").rstrip() if finding.prop else ""
    lines = "\n".join(filter(None, [heading, *change_block(finding, voice, _LONGEST)]))
    return marked_within(lines, *shown_values(finding, voice, _LONGEST))


def _cells(finding: Finding, voice: Voice) -> tuple[Text, Text]:
    """What a value was and is, what changed marked."""
    before, after = marked_texts(*shown_values(finding, voice, _LONGEST))
    return before, after if after or not before else Text(voice.say(phrase("show-gone")))


def _state(findings: Sequence[ShownFinding]) -> Phrase:
    """How many stand how: "open", or "3 open, 94 resolved"; of one that is closed also when."""
    states = {state: phrase(f"state-{state.value}") for state in State}
    if len(findings) == 1:
        state, closed = states[findings[0].state], findings[0].closed_at
        return phrase("show-state-at", state=state, at=Moment(closed)) if closed else state
    counts = {state: sum(row.state is state for row in findings) for state in State}
    there = [state for state, count in counts.items() if count]
    if len(there) == 1:
        return phrase("show-state-all", state=states[there[0]])
    each = [phrase("show-state-some", number=counts[state], state=states[state]) for state in there]
    return reduce(lambda first, second: phrase("show-and", first=first, second=second), each)


def _show_contact(shown: ShownContact, *, as_json: bool) -> None:
    """Print what a contact says, or said at a time."""
    if as_json:
        from cardwarden.actions.queries.documents.contacts import ContactDocument, VersionDocument  # noqa: PLC0415
        from cardwarden.actions.queries.documents.findings import CardDocument  # noqa: PLC0415

        entry = shown.card.entry
        print_json(
            ContactDocument(
                card=CardDocument(entry.uid, entry.name, entry.href),
                source=shown.source,
                present=shown.card.present,
                versions=[VersionDocument(v.digest, v.since, v.until, v.last, v.times) for v in shown.versions],
                vcard=shown.text,
            )
        )
        return
    for line in shown.text.replace("\r\n", "\n").rstrip("\n").split("\n"):
        say(clip(line, _LONGEST))
    say()
    tell(joined([_said(shown), phrase("show-versions", count=len(shown.versions))]))


def _said(shown: ShownContact) -> Phrase:
    """When a contact said what is shown."""
    who, then = shown.who, shown.then
    if then and then.until:
        since, until = Moment(then.since), Moment(then.last)
        return phrase("show-said-until", who=who, source=shown.source, since=since, until=until, count=then.times)
    if then:
        return phrase("show-said-still", who=who, source=shown.source, since=Moment(then.since), count=then.times)
    if shown.card.present:
        return phrase("show-says", who=who, source=shown.source, since=Moment(shown.versions[-1].since))
    return phrase("show-no-longer", who=who, source=shown.source)
