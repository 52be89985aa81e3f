"""What a check brought: what waits after it, and what of that it has to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cardwarden.detect.finding import FindingKind
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding

if TYPE_CHECKING:
    from cardwarden.actions.queries.listing import Listed, ListedEvent


@dataclass(frozen=True, slots=True)
class BeforeCheck:
    """What was known: the books that could be read once, and the events that a lost record was told by.

    A book is its source and what that calls it.
    """

    read: frozenset[tuple[str, str]]
    of_record: frozenset[int]


@dataclass(frozen=True, slots=True)
class AfterCheck:
    """What waits in the sources that were checked, the oldest first, and the events of the check, the worst first."""

    waiting: tuple[Listed, ...]
    events: tuple[ListedEvent, ...]


def before_check(connection: Connection) -> BeforeCheck:
    """What is known before a check."""
    books = book_store.books(connection)
    return BeforeCheck(
        frozenset((book.source, book.book) for book in books if book.last_conclusive_at),
        frozenset(_of_record(finding_store.open_findings(connection))),
    )


def after_check(
    connection: Connection, before: BeforeCheck, sources: Collection[str], event_ids: Iterable[int]
) -> AfterCheck:
    """What a check of these sources left; `event_ids` are the events it recorded. That a record was lost is told beside."""
    waiting = [stored for stored in finding_store.open_findings(connection) if stored.source in sources]
    news = {*event_ids, *(_of_record(waiting) - before.of_record)}
    if not waiting and not news:
        return AfterCheck((), ())
    from cardwarden.actions.queries.listing import Listed, listed_events  # noqa: PLC0415 - mostly nothing is to be told

    events = listed_events(connection, news)
    return AfterCheck(
        tuple(map(Listed.stored, waiting)), tuple(sorted(events, key=lambda event: -event.event.severity))
    )


def _of_record(findings: Iterable[StoredFinding]) -> set[int]:
    return {stored.event_id for stored in findings if stored.finding.kind is FindingKind.RECORD}
