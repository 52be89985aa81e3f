"""How everything stands: the daemon, every book, every channel; one answer for the command and the API."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.actions import continuity
from cardwarden.actions.blind import Blind
from cardwarden.actions.queries.mirrors import MirrorNow, mirrors_now
from cardwarden.clock import SystemClock
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Value
from cardwarden.service import heartbeat
from cardwarden.service.heartbeat import WATCHED, Heartbeat
from cardwarden.service.life import is_running
from cardwarden.store import expectations, outbox
from cardwarden.store.books import BookStatus, statuses
from cardwarden.store.expectations import Expectation
from cardwarden.store.outbox import Failing
from cardwarden.wiring import Program

_WHOLE = 4000  # columns: a reason is shown whole


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of the daemon, the books and the channels.

    `daemon` is its last sign of life, `trouble` why nothing is guarded: what the daemon that lives says of itself, else
    what was told last; None if all is well. `record` is that the database is not the one that was in use, which no check
    has told yet.
    """

    daemon: Heartbeat | None
    is_alive: bool
    books: list[BookStatus]
    waiting: dict[str, int]
    failing: dict[str, Failing]
    expected: list[Expectation]
    trouble: Value | None
    record: Value | None
    mirrors: list[MirrorNow]


def status_of(program: Program) -> Status:
    """How a program's books, channels and daemon stand. Raises StoreError."""
    beat = heartbeat.read(heartbeat.path_beside(program.store.path))
    is_alive = beat is not None and is_running(program.store.path) and beat.is_alive(SystemClock().monotonic())
    blind = Blind(program.store.path, program.environ, program.clock)
    trouble = beat.trouble_now(program.store.path) if beat and is_alive else blind.why
    record = continuity.said_of(program.store)
    with program.store.read() as connection:
        return Status(
            beat,
            is_alive,
            statuses(connection),
            outbox.pending(connection),
            outbox.failing(connection),
            expectations.in_force(connection, program.clock.now()),
            trouble,
            record,
            mirrors_now(connection, program.mirrors),
        )


def status_json(program: Program, status: Status) -> dict[str, object]:
    """The same for programs: what `status --json` and /api/status say."""
    beat, voice = status.daemon if status.is_alive else None, program.voice
    return {
        "daemon": {
            "running": status.is_alive,
            "pid": beat.pid if beat else None,
            "started_at": beat.started_at if beat else None,
            "trouble": voice.value(status.trouble or status.record, width=_WHOLE),
        },
        "sources": [
            {
                "source": name,
                "next_check": beat.next.get(name) if beat else None,
                "watch": _watch(beat, name, voice) if beat and name in beat.watch else None,
                "books": [_book(book_status, voice) for book_status in status.books if book_status.source == name],
            }
            for name in program.settings.sources
        ],
        "channels": [
            {
                "channel": channel.name,
                "waiting": status.waiting.get(channel.name, 0),
                "failing_since": failing.since.isoformat() if failing else None,
                "error": voice.value(failing.error, width=_WHOLE) if failing else None,
            }
            for channel in program.channels
            for failing in [status.failing.get(channel.name)]
        ],
        "expected": [
            {"source": one.source, "until": one.until.isoformat(), "why": voice.value(one.why)}
            for one in status.expected
        ],
        "mirrors": [
            {
                "mirror": one.name,
                "origin": one.origin,
                "copy": one.copy,
                "state": one.state,
                "compared_at": one.compared_at.isoformat() if one.compared_at else None,
                "open": one.open,
                "waiting": one.waiting,
                "keeps": list(one.keeps),
                "dropped": list(one.dropped),
            }
            for one in status.mirrors
        ],
        "open": sum(book_status.open for book_status in status.books),
    }


def _book(status: BookStatus, voice: Voice) -> dict[str, object]:
    return {
        "book": status.title,
        "outcome": status.outcome,
        "reason": voice.value(status.reason, width=_WHOLE),
        "cards": status.cards,
        "open": status.open,
        "last_check": status.last_at.isoformat(),
        "last_conclusive": status.last_conclusive_at.isoformat() if status.last_conclusive_at else None,
        "last_deep": status.last_deep_at.isoformat() if status.last_deep_at else None,
    }


def _watch(beat: Heartbeat, name: str, voice: Voice) -> str:
    """How changes of a source are noticed: "watched", or why they are not."""
    why = beat.noticed(name)
    return WATCHED if why is None else voice.value(why)
