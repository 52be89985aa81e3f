"""`cardwarden show`: a finding, an event or a contact, in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce

import click
from rich.text import Text

from cardwarden.actions.queries.listing import ListedEvent, findings_document, listed_with
from cardwarden.actions.queries.naming import card_named, findings_named, known_source
from cardwarden.actions.queries.writer import writer_of
from cardwarden.actions.restore.left import why_not
from cardwarden.alerts.lines import change_block, display_name, shown_values
from cardwarden.cli import times
from cardwarden.cli.listing import INDENT, say_head
from cardwarden.cli.marks import marked, marked_within
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, say, say_indented, say_value, table, tell, tell_indented
from cardwarden.detect.finding import Finding, State
from cardwarden.errors import UsageError
from cardwarden.phrases.language import Voice, opening
from cardwarden.phrases.phrase import Code, Moment, Person, Phrase, joined, phrase
from cardwarden.store import acceptances as acceptance_store
from cardwarden.store import bodies as body_store
from cardwarden.store import restores as restore_store
from cardwarden.store import versions as version_store
from cardwarden.store.books import charset_of_card
from cardwarden.store.cards import FoundCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.versions import StoredVersion
from cardwarden.text import clip
from cardwarden.vcard.content import text_of
from cardwarden.vcard.encoding import charset_of
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
            at_time = times.moment(at, now, program.zone) if at else None
            _show_card(connection, card, source, at_time, now, program.region_of, as_json=as_json)
            return 0
        findings = findings_named(connection, ids)
        events, voice = listed_with(connection, findings), program.voice
        if as_json:
            print_json(findings_document(events, voice))
            return 0
        stored = {finding.id: finding for finding in findings}
        for event in events:
            _show_event(connection, event, [stored[listed.id] for listed in event.findings], voice)
    return 0


def _show_event(connection: Connection, event: ListedEvent, findings: list[StoredFinding], voice: Voice) -> None:
    """Print an event: its facts, why it is one, its findings, who decided what."""
    say_head(event, voice)
    first = findings[0]
    if len(findings) == 1:
        if len(event.event.findings) > 1 and first.finding.card:
            say_indented(voice.about(display_name(first.finding, voice, 60), voice.say(first.finding.title)), INDENT)
        say_value(_facts(first.finding, voice), INDENT)
        if first.finding.explanation:
            say_indented(voice.title(first.finding.explanation), INDENT)
    else:
        if event.event.reason:
            say_indented(voice.title(event.event.reason), INDENT)
        say()
        table(
            [
                Column("id", right=True, whole=True),
                *map(Column, ("contact", "field", "before", "after")),
                Column("state"),
            ],
            [
                [
                    str(stored.id),
                    voice.name(stored.finding.card.name, width=40) if stored.finding.card else "",
                    voice.field(stored.finding.prop) if stored.finding.prop else "",
                    *_cells(stored.finding, voice),
                    voice.say(phrase(f"state-{stored.state.value}")),
                ]
                for stored in findings
            ],
        )
    say()
    still_open = [stored for stored in findings if stored.state is State.OPEN]
    seen, state = Moment(first.opened_at), _state(findings)
    if len(findings) == 1:
        tell_indented(phrase("show-seen-one", at=seen, source=first.source, id=str(first.id), state=state), INDENT)
    else:
        tell_indented(phrase("show-seen-many", at=seen, source=first.source, count=len(findings), state=state), INDENT)
    if len({stored.card_id for stored in findings}) == 1 and first.card_id is not None:
        tell_indented(writer_of(connection, findings).said, INDENT)
    for line in _who(connection, findings):
        tell_indented(line, INDENT)
    if still_open:
        named = str(first.id) if len(findings) == 1 else f"e{event.id}"
        tell_indented(phrase("show-accept", command=Code(f"cardwarden accept {named}")), INDENT)
        if any(why_not(stored) is None for stored in still_open):
            tell_indented(phrase("show-restore", command=Code(f"cardwarden restore {named}")), INDENT)
        tell_indented(phrase("show-repair"), INDENT)
    elif first.state is State.PASSED and len(findings) == 1 and (how := why_not(first)):
        tell_indented(how, INDENT)
    say()


def _who(connection: Connection, findings: list[StoredFinding]) -> list[Phrase]:
    """Who accepted findings and who put their contacts back, with the times."""
    accepted = acceptance_store.standing(connection, [stored.id for stored in findings])
    opened = min(stored.opened_at for stored in findings)
    cards = {stored.card_id for stored in findings if stored.card_id is not None}
    restores = [restore for restore in restore_store.of_cards(connection, cards) if restore.at >= opened]
    by = [
        (acceptance.at, phrase("evidence-accepted-by", who=acceptance.who)) for acceptance in accepted if acceptance.who
    ]
    by += [
        (restore.at, phrase("put-back-by", who=restore.who) if restore.who else phrase("put-back"))
        for restore in restores
    ]
    return [phrase("show-did", at=Moment(at), what=what) for at, what in sorted(by, key=lambda deed: deed[0])]


def _facts(finding: Finding, voice: Voice) -> Text:
    """The field with what it was and is, a line each; what changed in it is marked."""
    heading = voice.about(opening(voice.field(finding.prop)), "").rstrip() if finding.prop else ""
    lines = "\n".join(filter(None, [heading, *change_block(finding, voice, _LONGEST)]))
    return marked_within(lines, *shown_values(finding, voice, _LONGEST))


def _cells(finding: Finding, voice: Voice) -> tuple[Text, Text]:
    """What a value was and is, what changed marked."""
    before, after = marked(*shown_values(finding, voice, _LONGEST))
    return before, after if after or not before else Text(voice.say(phrase("show-gone")))


def _state(findings: list[StoredFinding]) -> Phrase:
    """How many stand how: "open", or "3 open, 94 resolved"; of one that is closed also when."""
    states = {state: phrase(f"state-{state.value}") for state in State}
    if len(findings) == 1:
        state, closed = states[findings[0].state], findings[0].closed_at
        return phrase("show-state-at", state=state, at=Moment(closed)) if closed else state
    counts = {state: sum(stored.state is state for stored in findings) for state in State}
    there = [state for state, count in counts.items() if count]
    if len(there) == 1:
        return phrase("show-state-all", state=states[there[0]])
    each = [phrase("show-state-some", number=counts[state], state=states[state]) for state in there]
    return reduce(lambda first, second: phrase("show-and", first=first, second=second), each)


def _show_card(
    connection: Connection,
    named: str,
    source: str | None,
    at: datetime | None,
    now: datetime,
    region_of: Callable[[str], str],
    *,
    as_json: bool,
) -> None:
    """Print what a contact says, or said at a time. Raises UsageError, AmbiguousError."""
    card = card_named(connection, named, source, gone_too=True)
    entry = card.card.entry
    who = Person(entry.name, entry.key)
    versions = version_store.versions(connection, card.card.id)
    from cardwarden.actions.history import version_at  # noqa: PLC0415 - an event is shown without the detector

    then = version_at(connection, card, versions, at, now) if at else None
    if at and then is None:
        command = Code("cardwarden history --card NAME")
        raise UsageError(phrase("show-not-there", who=who, source=card.source, at=Moment(at), command=command))
    body = body_store.body(connection, then.digest if then else entry.digest)
    text = text_of(body, charset_of(body, region_of(card.source), charset_of_card(connection, card.card.id)))
    if as_json:
        from cardwarden.actions.queries.documents.contacts import ContactDocument, VersionDocument  # noqa: PLC0415
        from cardwarden.actions.queries.documents.findings import CardDocument  # noqa: PLC0415

        print_json(
            ContactDocument(
                card=CardDocument(entry.uid, entry.name, entry.href),
                source=card.source,
                present=card.card.present,
                versions=[VersionDocument(v.digest, v.since, v.until, v.last, v.times) for v in versions],
                vcard=text,
            )
        )
        return
    for line in text.replace("\r\n", "\n").rstrip("\n").split("\n"):
        say(clip(line, _LONGEST))
    say()
    tell(joined([_said(card, who, versions, then), phrase("show-versions", count=len(versions))]))


def _said(card: FoundCard, who: Person, versions: Sequence[StoredVersion], then: StoredVersion | None) -> Phrase:
    """When a contact said what is shown."""
    if then and then.until:
        since, until = Moment(then.since), Moment(then.last)
        return phrase("show-said-until", who=who, source=card.source, since=since, until=until, count=then.times)
    if then:
        return phrase("show-said-still", who=who, source=card.source, since=Moment(then.since), count=then.times)
    if card.card.present:
        return phrase("show-says", who=who, source=card.source, since=Moment(versions[-1].since))
    return phrase("show-no-longer", who=who, source=card.source)
