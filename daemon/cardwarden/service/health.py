"""Is every book guarded? The one answer that the ping, /readyz and the status line give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cardwarden.actions.access import is_given_up
from cardwarden.service.schedule import usual_gap
from cardwarden.sources.cron import parse_cron
from cardwarden.sources.options import SourceOptions
from cardwarden.sources.source import BookRef
from cardwarden.store.books import BookStatus, statuses
from cardwarden.store.engine import Connection
from cardwarden.wiring import Program

_SLACK = timedelta(minutes=10)


def gap(program: Program, options: SourceOptions) -> timedelta:
    """How long it usually takes from one check of a source to the next."""
    if options.cron:
        return max(usual_gap(parse_cron(options.cron), program.zone, program.clock.now()), program.least_gap)
    return max(options.every, program.least_gap)


def unguarded(program: Program) -> list[str]:
    """What had no conclusive check in time, one source or book each; empty if all is well. Raises StoreError."""
    with program.store.read() as connection:
        return unguarded_of(program, connection, statuses(connection))


def unguarded_of(program: Program, connection: Connection, books: Sequence[BookStatus]) -> list[str]:
    """The same, if these are all books. Raises StoreError."""
    read = {status.source for status in books}
    never = [name for name in program.settings.sources if name not in read]
    return [*never, *map(_name, late_books(program, connection, books))]


def late_books(program: Program, connection: Connection, books: Sequence[BookStatus]) -> list[BookStatus]:
    """Those of these books that had no conclusive check in time. Raises StoreError."""
    now = program.clock.now()
    allowed = {name: 2 * gap(program, options) + _SLACK for name, options in program.settings.sources.items()}
    return [
        status
        for status in books
        if status.source in allowed
        and not _is_in_time(status, now, allowed[status.source])
        and program.source(status.source).keeps(BookRef(status.book, status.title))
        and not is_given_up(connection, status)
    ]


def _is_in_time(status: BookStatus, now: datetime, allowed: timedelta) -> bool:
    return status.last_conclusive_at is not None and now - status.last_conclusive_at <= allowed


def _name(status: BookStatus) -> str:
    return f"{status.source} ({status.title})" if status.book else status.source
