"""How everything stands: the daemon, every book, every channel; one answer for the command and the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cardwarden.actions import continuity
from cardwarden.actions.blind import Blind
from cardwarden.actions.queries.mirrors import MirrorNow, mirrors_now
from cardwarden.clock import SystemClock
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Value
from cardwarden.service import heartbeat
from cardwarden.service.guards import Guards
from cardwarden.service.heartbeat import WATCHED, Heartbeat
from cardwarden.service.life import is_running
from cardwarden.store import expectations, outbox
from cardwarden.store.books import BookStatus, statuses
from cardwarden.store.expectations import Expectation
from cardwarden.store.members import Unread, load_unread
from cardwarden.store.outbox import Failing
from cardwarden.wiring import Program

if TYPE_CHECKING:
    from cardwarden.actions.queries.documents.status import BookDocument, StatusDocument

# What programs read is imported where it is made, as in actions/queries/listing.py.

_WHOLE = 4000  # columns: a reason is shown whole


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of the daemon, the books and the channels.

    `daemon` is its last sign of life, `trouble` why nothing is guarded: what the daemon that lives says of itself, else
    what was told last; None if all is well. `record` is that the database is not the one that was in use, which no check
    has told yet. `waits` are the servers that the daemon waits for, and how long yet. `unread` are the members of a book
    that its last check could not read, by the book's id. `guards` are the server's workers; None if
    none can guard it.
    """

    daemon: Heartbeat | None
    is_alive: bool
    books: list[BookStatus]
    waiting: dict[str, int]
    failing: dict[str, Failing]
    expected: list[Expectation]
    trouble: Value | None
    record: Value | None
    waits: Sequence[Value]
    mirrors: list[MirrorNow]
    unread: Mapping[int, Sequence[Unread]]
    guards: Guards | None = None

    def next_check(self, source: str) -> datetime | None:
        """When a source is looked at next by the daemon, or by a worker; None if nobody will."""
        if self.daemon is not None and self.is_alive:
            return datetime.fromisoformat(self.daemon.next[source]) if source in self.daemon.next else None
        return self.guards.next.get(source) if self.guards and self.guards.is_guarding else None


def status_of(program: Program, guards: Guards | None = None) -> Status:
    """How a program's books, channels and daemon stand; `guards` are the workers that may guard it. Raises StoreError."""
    beat = heartbeat.read(heartbeat.life_beside(program.store.path))
    is_alive = beat is not None and is_running(program.store.path) and beat.is_alive(SystemClock().monotonic())
    blind = Blind(program.store.path, program.environ, program.clock)
    trouble = beat.trouble_now(program.store.path) if beat and is_alive else blind.why
    record = continuity.change_of_record(program.store)
    with program.store.read() as connection:
        books = statuses(connection)
        return Status(
            beat,
            is_alive,
            books,
            outbox.pending(connection),
            outbox.failing(connection),
            expectations.in_force(connection, program.clock.now()),
            trouble,
            record,
            beat.waits_at(program.clock.now()) if beat and is_alive else (),
            mirrors_now(connection, program.mirrors),
            {book.id: load_unread(connection, book.id) for book in books if book.outcome.is_conclusive},
            guards,
        )


def status_document(program: Program, status: Status) -> StatusDocument:
    """The same for programs: what `status --json` and /api/status say."""
    from cardwarden.actions.queries.documents.status import (  # noqa: PLC0415
        ChannelDocument,
        DaemonDocument,
        ExpectedDocument,
        MirrorDocument,
        SourceDocument,
        StatusDocument,
        WorkersDocument,
    )

    beat, voice = status.daemon if status.is_alive else None, program.voice
    return StatusDocument(
        daemon=DaemonDocument(
            running=status.is_alive,
            pid=beat.pid if beat else None,
            started_at=datetime.fromisoformat(beat.started_at) if beat else None,
            trouble=voice.value(status.trouble or status.record, width=_WHOLE),
            waits=[voice.value(wait) for wait in status.waits],
        ),
        sources=[
            SourceDocument(
                source=name,
                next_check=status.next_check(name),
                watch=_watch(beat, name, voice) if beat and name in beat.watch else None,
                books=[_book(book_status, voice) for book_status in status.books if book_status.source == name],
            )
            for name in program.settings.sources
        ],
        channels=[
            ChannelDocument(
                channel=channel.name,
                waiting=status.waiting.get(channel.name, 0),
                failing_since=failing.since if failing else None,
                error=voice.value(failing.error, width=_WHOLE) if failing else None,
            )
            for channel in program.channels
            for failing in [status.failing.get(channel.name)]
        ],
        expected=[
            ExpectedDocument(
                expectation.source, expectation.until, voice.value(expectation.who), voice.value(expectation.why)
            )
            for expectation in status.expected
        ],
        mirrors=[
            MirrorDocument(
                mirror=mirror.name,
                origin=mirror.origin,
                copy=mirror.copy,
                state=mirror.state,
                compared_at=mirror.compared_at,
                open=mirror.open,
                waiting=mirror.waiting,
                keeps=list(mirror.keeps),
                dropped=list(mirror.dropped),
                fault=mirror.fault,
            )
            for mirror in status.mirrors
        ],
        open=sum(book_status.open for book_status in status.books),
        workers=WorkersDocument(status.guards.living, status.guards.state) if status.guards else None,
    )


def _book(status: BookStatus, voice: Voice) -> BookDocument:
    from cardwarden.actions.queries.documents.status import BookDocument  # noqa: PLC0415

    return BookDocument(
        book=status.title,
        outcome=status.outcome,
        reason=voice.value(status.reason, width=_WHOLE),
        cards=status.cards,
        open=status.open,
        last_check=status.last_at,
        last_conclusive=status.last_conclusive_at,
        last_deep=status.last_deep_at,
    )


def _watch(beat: Heartbeat, name: str, voice: Voice) -> str:
    """How changes of a source are noticed: "watched", or why they are not."""
    why = beat.noticed(name)
    return WATCHED if why is None else voice.value(why)
