"""Is all guarded? Every book with its last conclusive check, what is open, how the channels fare, the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cardwarden.detect.finding import Severity
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Value, phrase
from cardwarden.store import books as book_store
from cardwarden.store import card_events, care, expectations, lookup, outbox
from cardwarden.store import checks as check_store
from cardwarden.store import findings as finding_store
from cardwarden.store.books import BookStatus
from cardwarden.store.card_events import CardEvent
from cardwarden.store.cards import StoredCard
from cardwarden.store.care import Care
from cardwarden.store.engine import Connection, Store
from cardwarden.store.lookup import ChangedCheck

_WEEK = timedelta(weeks=1)
_SLACK = timedelta(minutes=10)
CARDS = 100
"""Cards on one page of a book."""
WEEKS = 26
"""Weeks of changes that are counted."""
_LATELY = 8  # checks with changes that are listed


class Guard(StrEnum):
    """Whether a book is guarded: read in time, not read in time, or never read."""

    GUARDED = "guarded"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class BookNow:
    """A book as it stands. `expected_until` is when the changes that were announced are over."""

    status: BookStatus
    guard: Guard
    open: Mapping[Severity, int]
    expected_until: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """A channel: how much waits for it, and since when and why it takes nothing."""

    name: str
    waiting: int
    failing_since: datetime | None
    error: Value


@dataclass(frozen=True, slots=True)
class Overview:
    """How everything stands. `unread` are sources of which no book was ever read, `last_done` when the record was cared for."""

    books: tuple[BookNow, ...]
    unread: tuple[str, ...]
    channels: tuple[ChannelNow, ...]
    database_size: int
    last_done: Mapping[Care, datetime]
    open: Mapping[Severity, int]

    @property
    def is_guarded(self) -> bool:
        """Every book was read in time, and every channel takes messages."""
        return (
            bool(self.books)
            and not self.unread
            and all(book.guard is Guard.GUARDED for book in self.books)
            and not any(channel.failing_since for channel in self.channels)
        )


@dataclass(frozen=True, slots=True)
class BookView:
    """A book with a page of its cards, how many changed in each of the last weeks (the oldest first), and the last checks
    at which something changed."""

    book: BookNow
    cards: tuple[StoredCard, ...]
    number: int
    pages: int
    weeks: tuple[int, ...]
    lately: tuple[ChangedCheck, ...]


@dataclass(frozen=True, slots=True)
class CheckView:
    """What one check of a book found changed: a page of the cards that came, changed or went, and how many there are."""

    book: BookStatus
    at: datetime
    events: tuple[CardEvent, ...]
    number: int
    pages: int
    total: int


def overview(
    store: Store,
    connection: Connection,
    gaps: Mapping[str, timedelta],
    channels: Collection[str],
    now: datetime,
) -> Overview:
    """How everything stands; `gaps` is how long it usually takes from one check of each source to the next."""
    books = [book_now(connection, status, gaps, now) for status in book_store.statuses(connection)]
    shown = [book for book in books if book.status.source in gaps]
    waiting, failing = outbox.pending(connection), outbox.failing(connection)
    open_now: dict[Severity, int] = {}
    for book in shown:
        for severity, count in book.open.items():
            open_now[severity] = open_now.get(severity, 0) + count
    return Overview(
        tuple(shown),
        tuple(name for name in gaps if name not in {book.status.source for book in shown}),
        tuple(
            ChannelNow(name, waiting.get(name, 0), state.since if state else None, state.error if state else "")
            for name in channels
            for state in [failing.get(name)]
        ),
        store.size(),
        care.last_done(connection),
        open_now,
    )


def book_now(connection: Connection, status: BookStatus, gaps: Mapping[str, timedelta], now: datetime) -> BookNow:
    """One book as it stands."""
    allowed = 2 * gaps.get(status.source, timedelta()) + _SLACK
    read_at = status.last_conclusive_at
    guard = Guard.NEVER if read_at is None else Guard.GUARDED if now - read_at <= allowed else Guard.LATE
    expectation = expectations.current(connection, status.source, now)
    counts = finding_store.count_open_in(connection, status.id) if status.open else {}
    return BookNow(status, guard, counts, expectation.until if expectation else None)


def growth(store: Store, connection: Connection, now: datetime) -> float | None:
    """The bytes that the record grows by a day, as it did so far; None until a week shows it."""
    since = check_store.first_check_at(connection)
    if since is None or now - since < _WEEK:
        return None
    return store.size() / ((now - since) / timedelta(days=1))


def book_statuses(connection: Connection, sources: Collection[str]) -> list[BookStatus]:
    """The books of these sources, as their last checks left them."""
    return [status for status in book_store.statuses(connection) if status.source in sources]


def book_view(
    connection: Connection, book_id: int, gaps: Mapping[str, timedelta], now: datetime, *, number: int = 1
) -> BookView:
    """One book. Raises UsageError if there is none."""
    status = next((status for status in book_store.statuses(connection) if status.id == book_id), None)
    if status is None:
        raise UsageError(phrase("error-no-book"))
    cards, total = lookup.cards_page(connection, book_id, offset=(number - 1) * CARDS, limit=CARDS)
    weeks = lookup.changes_by_week(connection, book_id, now - WEEKS * _WEEK, WEEKS)
    pages = max(1, -(-total // CARDS))
    lately = lookup.changed_checks(connection, book_id, at_most=_LATELY)
    return BookView(book_now(connection, status, gaps, now), tuple(cards), number, pages, tuple(weeks), tuple(lately))


def check_view(connection: Connection, book_id: int, check_id: int, *, number: int = 1) -> CheckView:
    """What one check of a book found changed. Raises UsageError if there is no such book or check."""
    status = next((status for status in book_store.statuses(connection) if status.id == book_id), None)
    here = card_events.card_events(connection, book_id=book_id, check_id=check_id)
    if status is None or not here:
        raise UsageError(phrase("page-no-such-check"))
    first = (number - 1) * CARDS
    pages = max(1, -(-len(here) // CARDS))
    return CheckView(status, here[0].at, tuple(here[first : first + CARDS]), number, pages, len(here))
