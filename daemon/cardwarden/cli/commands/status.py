"""`cardwarden status`: is everything guarded, is anything open, does anything wait?"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import click

from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, say, table
from cardwarden.service.heartbeat import Heartbeat
from cardwarden.service.only import is_running
from cardwarden.service.status import Status, status_json, status_of
from cardwarden.text import clip, harmless, plural
from cardwarden.wiring import Program, assembled


@click.command("status")
@json_option
@config_option
def command(*, as_json: bool) -> int:
    """Show each book's last and next check, what is open, what waits to be sent, and how changes are noticed.

    Exits with 0 whatever is open; "check" tells scripts, and "healthcheck" whether the daemon lives.
    """
    with assembled(settings()) as program:
        status = status_of(program)
    if as_json:
        print_json(status_json(program, status))
    else:
        _print(program, status)
    return 0


def _print(program: Program, status: Status) -> None:
    """Print the daemon, the books and what each is up to."""
    zone, now = program.zone, program.clock.now()
    beat = status.daemon if status.is_alive else None
    if beat:
        since = datetime.fromisoformat(beat.started_at)
        say(f"The daemon runs (process {beat.pid}), since {_when(since, zone, now)}.")
        if beat.trouble:
            say(f"Nothing is guarded: {harmless(beat.trouble)}", "bold red")
    elif status.daemon and is_running(program.store.path):
        say(f"The daemon (process {status.daemon.pid}) gives no sign of life.", "bold red")
    elif status.daemon:
        say(f"The daemon (process {status.daemon.pid}) is gone without having been stopped.", "bold red")
    else:
        say("The daemon does not run.", "yellow")
    table(
        [Column("Source"), Column("Book"), Column("Last check"), Column("Next"), Column("Cards", right=True),
         Column("Open", right=True), Column("Changes are noticed")],
        [row for name in program.settings.sources for row in _rows(name, status, beat, zone, now)],
    )  # fmt: skip
    for book_status in status.books:
        if not book_status.outcome.is_conclusive:
            read_at = book_status.last_conclusive_at
            last = f"last read {_when(read_at, zone, now)}" if read_at else "never read"
            say(f"{book_status.source}: {last}. {harmless(book_status.reason)}", "yellow")
    for expectation in status.expected:
        why = f" ({program.voice.value(expectation.why)})" if expectation.why else ""
        until = _when(expectation.until, zone, now)
        say(f"{expectation.source}: changes are expected until {until}{why}; they pass untold.", "yellow")
    for channel in program.channels:
        failing = status.failing.get(channel.name)
        count = status.waiting.get(channel.name, 0)
        if failing:
            say(
                f"Channel {channel.name} takes no messages since {_when(failing.since, zone, now)}; "
                f"{plural(count, 'alert')} wait. {harmless(failing.error)}",
                "yellow",
            )
        elif count:
            say(f"Channel {channel.name}: {plural(count, 'alert')} to be sent, at once or with the next digest.")
    for name, count in status.waiting.items():
        if name not in {channel.name for channel in program.channels}:
            say(f"{plural(count, 'alert')} wait for the channel {name}, which is not in the settings.", "yellow")
    total = sum(book_status.open for book_status in status.books)
    say(f"{plural(total, 'finding')} open. To see them: cardwarden findings" if total else "Nothing is open.")


def _rows(name: str, status: Status, beat: Heartbeat | None, zone: tzinfo, now: datetime) -> list[list[str]]:
    upcoming = _when(datetime.fromisoformat(beat.next[name]), zone, now) if beat and name in beat.next else "-"
    watch = beat.watch.get(name, "") if beat else "-"
    books = [book_status for book_status in status.books if book_status.source == name]
    if not books:
        return [[name, "-", "never", upcoming, "-", "-", watch]]
    return [
        [
            name,
            clip(status.title, 24),
            _when(status.last_at, zone, now) + ("" if status.outcome.is_conclusive else ", inconclusive"),
            upcoming,
            f"{status.cards:,}",
            f"{status.open:,}",
            watch if watch in {"-", "watched"} else f"by schedule: {watch}",
        ]
        for status in books
    ]


def _when(at: datetime, zone: tzinfo, now: datetime) -> str:
    """The time of day where it is near, else the date too."""
    form = "%H:%M" if abs(now - at) < timedelta(hours=18) else "%Y-%m-%d %H:%M"
    return f"{at.astimezone(zone):{form}}"
