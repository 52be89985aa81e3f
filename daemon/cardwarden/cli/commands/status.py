"""`cardwarden status`: is everything guarded, is anything open, does anything wait?"""

from __future__ import annotations

from datetime import datetime

import click

from cardwarden.actions.queries.mirrors import MirrorState, said_of_mirror
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import INDENT, Column, print_json, print_table, tell, tell_indented
from cardwarden.cli.speech import sentence
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, Moment, Value, phrase
from cardwarden.service.guards import Guards, said_of_guards
from cardwarden.service.heartbeat import Heartbeat
from cardwarden.service.life import is_running
from cardwarden.service.status import Status, status_document, status_of
from cardwarden.settings.model import Settings
from cardwarden.text import clip
from cardwarden.wiring import Program, assembled


@click.command("status")
@json_option
@config_option
def command(*, as_json: bool) -> int:
    """Show each book's last and next check, what is open, what waits to be sent, and how changes are noticed.

    Exits with 0 whatever is open; "check" tells scripts, and "healthcheck" whether the daemon lives.
    """
    with assembled(settings()) as program:
        status = status_of(program, _guards(program.settings))
    if as_json:
        print_json(status_document(program, status))
    else:
        _print(program, status)
    return 0


def _guards(settings: Settings) -> Guards | None:
    """The workers that may guard it. Raises SettingsError, StoreError."""
    if settings.share is None:
        return None
    from cardwarden.fleet.guards import guards_of  # noqa: PLC0415 - a home has no workers

    return guards_of(settings)


def _print(program: Program, status: Status) -> None:
    """Print the daemon, the books and what each is up to."""
    now = program.clock.now()
    beat = status.daemon if status.is_alive else None
    _tell_daemon(program, status, beat)
    if status.trouble:
        tell(phrase("status-blind", why=status.trouble), "bold red")
    for wait in status.waits:
        tell(wait, "yellow")
    if status.record:
        tell(status.record, "bold red")
    print_table(
        [Column("source"), Column("book"), Column("last-check"), Column("next"), Column("cards", right=True),
         Column("open", right=True), Column("noticed")],
        [row for name in program.settings.sources for row in _rows(name, status, beat, program.voice, now)],
    )  # fmt: skip
    for book_status in status.books:
        if book_status.source not in program.settings.sources:
            continue
        if not book_status.outcome.is_conclusive:
            _tell_unread(book_status.source, book_status.last_conclusive_at, book_status.reason or "")
        elif unread := status.unread.get(book_status.id):
            tell(phrase("status-partial", book=book_status.source, count=len(unread)), "yellow")
            for member in unread:
                tell_indented(member.reason, INDENT)
    _tell_gone(program, status)
    for mirror in status.mirrors:
        for said in said_of_mirror(mirror):
            tell(said, "" if mirror.state is MirrorState.COMPARED and not mirror.open else "yellow")
    _tell_expected(status)
    _tell_channels(program, status)
    total = sum(book_status.open for book_status in status.books)
    command = Code("cardwarden findings")
    tell(phrase("status-open", count=total, command=command) if total else phrase("findings-none"))


def _tell_daemon(program: Program, status: Status, beat: Heartbeat | None) -> None:
    """Who guards: a daemon that lives (`beat`) or is silent, workers, or nobody."""
    if beat:
        tell(phrase("daemon-runs-since", process=str(beat.pid), since=Moment(datetime.fromisoformat(beat.started_at))))
    elif status.daemon and is_running(program.store.path):
        tell(phrase("daemon-is-silent", process=str(status.daemon.pid)), "bold red")
    elif status.guards and (status.guards.living or not status.daemon):
        tell(said_of_guards(status.guards), "" if status.guards.is_guarding else "yellow")
    elif status.daemon:
        tell(phrase("daemon-is-gone", process=str(status.daemon.pid)), "bold red")
    else:
        tell(phrase("daemon-runs-not"), "yellow")


def _tell_expected(status: Status) -> None:
    """What passes as accepted now, until when, and who said so and why, as far as that is known."""
    for expectation in status.expected:
        until = Moment(expectation.until)
        if expectation.who and expectation.why:
            who, why = expectation.who, expectation.why
            tell(phrase("status-expected-by-why", source=expectation.source, until=until, who=who, why=why), "yellow")
        elif expectation.who:
            who = expectation.who
            tell(phrase("status-expected-by", source=expectation.source, until=until, who=who), "yellow")
        elif expectation.why:
            why = expectation.why
            tell(phrase("status-expected-why", source=expectation.source, until=until, why=why), "yellow")
        else:
            tell(phrase("status-expected", source=expectation.source, until=until), "yellow")


def _tell_unread(book: str, last_read: datetime | None, why: Value) -> None:
    if last_read:
        tell(phrase("status-last-read", book=book, at=Moment(last_read), why=why), "yellow")
    else:
        tell(phrase("status-never-read", book=book, why=why), "yellow")


def _tell_gone(program: Program, status: Status) -> None:
    """What is open in books of sources that the settings have no more."""
    for name in sorted({book.source for book in status.books} - program.settings.sources.keys()):
        if count := sum(book.open for book in status.books if book.source == name):
            command = Code(f"cardwarden source rename {name} NEW")
            tell(phrase("status-source-gone", source=name, count=count, command=command), "yellow")


def _tell_channels(program: Program, status: Status) -> None:
    """Those that fail, and what waits for others."""
    for channel in program.channels:
        failing = status.failing.get(channel.name)
        count = status.waiting.get(channel.name, 0)
        if failing:
            since = Moment(failing.since)
            said = phrase("status-channel-fails", channel=channel.name, since=since, count=count, why=failing.error)
            tell(said, "yellow")
        elif count:
            tell(phrase("status-channel-waits", channel=channel.name, count=count))
    for name, count in status.waiting.items():
        if name not in {channel.name for channel in program.channels}:
            tell(phrase("status-channel-gone", channel=name, count=count), "yellow")


def _rows(name: str, status: Status, beat: Heartbeat | None, voice: Voice, now: datetime) -> list[list[str]]:
    """The rows of a source: one for each of its books."""
    following = status.next_check(name)
    upcoming = voice.near(following, now) if following else "-"
    watch = _noticed(beat, name) if beat else "-"
    books = [book_status for book_status in status.books if book_status.source == name]
    if not books:
        return [[name, "-", sentence(phrase("status-never")), upcoming, "-", "-", watch]]
    return [
        [
            name,
            clip(status.title, 24),
            _last(voice.near(status.last_at, now), is_conclusive=status.outcome.is_conclusive),
            upcoming,
            voice.number(status.cards),
            voice.number(status.open),
            watch,
        ]
        for status in books
    ]


def _last(at: str, *, is_conclusive: bool) -> str:
    return at if is_conclusive else sentence(phrase("status-inconclusive", at=at))


def _noticed(beat: Heartbeat, name: str) -> str:
    """How changes of a source are noticed."""
    if name not in beat.watch:
        return "-"
    why = beat.noticed(name)
    return sentence(phrase("status-watched") if why is None else phrase("status-by-schedule", why=why))
