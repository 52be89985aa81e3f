"""Is the record still the one that was known? A lost or older one is told in each book that it kept, until its owner agrees."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cardwarden.actions.claim import claim
from cardwarden.clock import Clock
from cardwarden.detect.finding import Cause, Event, Finding, FindingKind, Severity, State
from cardwarden.own_file import replace_file
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.store import record
from cardwarden.store.books import BookStatus, statuses
from cardwarden.store.engine import Connection, Store

if TYPE_CHECKING:
    from cardwarden.actions.checked import ChannelSelector

RULE = "record-lost"


class RecordChange(StrEnum):
    """What became of a record that was known: there is a new one instead, or an older copy of it."""

    LOST = "lost"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class BookPlace:
    """A book by its source and what that calls it."""

    source: str
    book: str


@dataclass(frozen=True, slots=True)
class Untold:
    """That a record which kept a book was lost, or is an older one, and that this is not told yet."""

    place: BookPlace
    change: RecordChange


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What is kept beside the database, so that its loss is noticed.

    records  each record that was in use, and how far it went: the number of its newest row of checks, and its digits
    current  the one in use last
    books    the books of it
    untold   what is not told yet of a record before
    """

    records: dict[str, tuple[int, str]] = field(default_factory=dict)
    current: str = ""
    books: tuple[BookPlace, ...] = ()
    untold: tuple[Untold, ...] = ()


def known_beside(database: Path) -> Path:
    """Where that is kept: a small file that only its owner reads, and that `rm cardwarden.db*` and `rm *` leave where it is."""
    return database.with_name(f".{database.name}.known")


def was_in_use(database: Path) -> bool:
    """Whether a record was kept there, as far as is noted beside it."""
    return bool(_read(known_beside(database)).current)


def gone(database: Path) -> Phrase:
    """What to say of a record that was kept there, and is there no more."""
    return phrase("record-gone", path=Code(str(database)), command=Code("cardwarden check"))


def change_of_record(store: Store) -> Phrase | None:
    """That the record is not the one that was known, if the next check of its books will tell that. Raises StoreError."""
    known = _read(known_beside(store.path))
    with store.read() as connection:
        change = _change(known, record.identity(connection), connection)
    if change is None:
        return None
    return phrase(f"status-record-{change}", path=Code(str(store.path)))


def review_record(store: Store, source: str, wanted: ChannelSelector, clock: Clock) -> None:
    """After a check of a source: tell of a record that is new or older than what was known, and note what is known now.

    Raises StoreError, and RefusedError if another process does this for too long.
    """
    with claim(store, "record:", "", clock):
        _review(store, source, wanted, clock.now())


def is_as_known(connection: Connection, database: Path, source: str, books: Sequence[BookStatus]) -> bool:
    """Whether there is nothing for `review_record` to do, as the books of all sources stand."""
    known = _read(known_beside(database))
    name, newest = record.standing(connection)
    here = {BookPlace(book.source, book.book) for book in books}
    is_told = not any(untold.place.source == source and untold.place in here for untold in known.untold)
    return is_told and known == _noted(known, name, newest, books)


def _noted(known: KnownRecord, name: str, newest: tuple[int, str], books: Sequence[BookStatus]) -> KnownRecord:
    """What is to be noted of the record in use, beside what is known."""
    here = tuple(BookPlace(status.source, status.book) for status in books)
    return replace(known, records={**known.records, name: newest}, current=name, books=here)


def _review(store: Store, source: str, wanted: ChannelSelector, at: datetime) -> None:
    """Tell the books of a source of what was lost, and note which record is in use now. Raises StoreError, OSError."""
    path = known_beside(store.path)
    known = _read(path)
    with store.read() as connection:
        name, newest = record.standing(connection)
        change = None if known.records.get(name) == newest else _change(known, name, connection)
        books = statuses(connection)
    now = _noted(known, name, newest, books)
    if change:
        now = replace(now, untold=tuple(Untold(place, change) for place in known.books))
    for book in books:
        place = BookPlace(book.source, book.book)
        for untold in now.untold:
            if book.source == source and untold.place == place:
                with store.write() as connection:
                    _tell(connection, book, untold.change, name, wanted, at)
                now = replace(now, untold=tuple(other for other in now.untold if other != untold))
    if now != known:
        _write(path, now)


def _change(known: KnownRecord, name: str, connection: Connection) -> RecordChange | None:
    """Whether the record in use is a new one, or an older copy of a known one; None if it goes on."""
    if name in known.records:
        number, digits = known.records[name]
        return None if record.digits(connection, number) == digits else RecordChange.OLDER
    return RecordChange.LOST if known.current else None


def _tell(
    connection: Connection, book: BookStatus, change: RecordChange, name: str, wanted: ChannelSelector, at: datetime
) -> None:
    from cardwarden.store import findings as finding_store  # noqa: PLC0415 - each question asks whether the record is known
    from cardwarden.store import outbox  # noqa: PLC0415

    finding = _older(name) if change is RecordChange.OLDER else _lost(name)
    event = Event(Cause.CARD, finding.severity, 1, (finding,))
    event_id, _ = finding_store.add_event(connection, book.id, book.check_id, event, [State.OPEN], at)
    for channel in wanted(book.source, event.severity):
        outbox.enqueue(connection, channel, event_id, at)


def _lost(name: str) -> Finding:
    return Finding(
        kind=FindingKind.RECORD,
        rule=RULE,
        severity=Severity.CRITICAL,
        title=phrase("record-begun"),
        reason=phrase("record-begun-why"),
        identity=name,
    )


def _older(name: str) -> Finding:
    return Finding(
        kind=FindingKind.RECORD,
        rule=RULE,
        severity=Severity.WARNING,
        title=phrase("record-older"),
        reason=phrase("record-older-why"),
        identity=name,
    )


def _read(path: Path) -> KnownRecord:
    """What is noted; nothing if there is no file, or none that can be read."""
    try:
        noted = json.loads(path.read_bytes())
        records = {str(name): (int(number), str(digits)) for name, (number, digits) in noted["records"].items()}
        books = tuple(BookPlace(source, book) for source, book in noted["books"])
        untold = tuple(
            Untold(BookPlace(source, book), RecordChange(change)) for source, book, change in noted["untold"]
        )
        return KnownRecord(records, noted["current"], books, untold)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return KnownRecord()


def _write(path: Path, known: KnownRecord) -> None:
    noted = {
        "records": known.records,
        "current": known.current,
        "books": [[place.source, place.book] for place in known.books],
        "untold": [[untold.place.source, untold.place.book, untold.change] for untold in known.untold],
    }
    replace_file(path, json.dumps(noted).encode())
