"""Is the record still the one that was known? A lost or older one is told in each book that it kept, until its owner agrees."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
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
_LOST, _OLDER = "lost", "older"


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What is kept beside the database, so that its loss is noticed.

    records  each record that was in use, and how far it went: the number of its newest row of checks, and its digits
    current  the one in use last
    books    the books of it, as source and what the source calls it
    untold   the books of a record before whose loss is not told yet: source, book, and "lost" or "older"
    """

    records: dict[str, tuple[int, str]] = field(default_factory=dict)
    current: str = ""
    books: list[list[str]] = field(default_factory=list)
    untold: list[list[str]] = field(default_factory=list)


def path_beside(database: Path) -> Path:
    """Where that is kept: a small file that only its owner reads, and that `rm cardwarden.db*` and `rm *` leave where it is."""
    return database.with_name(f".{database.name}.known")


def was_in_use(database: Path) -> bool:
    """Whether a record was kept there, as far as is noted beside it."""
    return bool(_read(path_beside(database)).current)


def gone(database: Path) -> Phrase:
    """What to say of a record that was kept there, and is there no more."""
    return phrase("record-gone", path=Code(str(database)), command=Code("cardwarden check"))


def said_of(store: Store) -> Phrase | None:
    """That the record is not the one that was known, if the next check of its books will tell that. Raises StoreError."""
    known = _read(path_beside(store.path))
    with store.read() as connection:
        change = _change(known, record.identity(connection), connection)
    if not change:
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
    known = _read(path_beside(database))
    name, newest = record.standing(connection)
    is_told = not any(
        book.source == source and [book.source, book.book, what] in known.untold
        for book in books
        for what in (_LOST, _OLDER)
    )
    return is_told and known == _noted(known, name, newest, books)


def _noted(known: KnownRecord, name: str, newest: tuple[int, str], books: Sequence[BookStatus]) -> KnownRecord:
    """What is to be noted of the record in use, beside what is known."""
    here = [[status.source, status.book] for status in books]
    return replace(known, records={**known.records, name: newest}, current=name, books=here)


def _review(store: Store, source: str, wanted: ChannelSelector, at: datetime) -> None:
    """Tell the books of a source of what was lost, and note which record is in use now. Raises StoreError, OSError."""
    path = path_beside(store.path)
    known = _read(path)
    with store.read() as connection:
        name, newest = record.standing(connection)
        change = "" if known.records.get(name) == newest else _change(known, name, connection)
        books = statuses(connection)
    now = _noted(known, name, newest, books)
    if change:
        now = replace(now, untold=[[*book, change] for book in known.books])
    for book in books:
        for what in (_LOST, _OLDER):
            entry = [book.source, book.book, what]
            if book.source == source and entry in now.untold:
                with store.write() as connection:
                    _tell(connection, book, what, name, wanted, at)
                now = replace(now, untold=[untold for untold in now.untold if untold != entry])
    if now != known:
        _write(path, now)


def _change(known: KnownRecord, name: str, connection: Connection) -> str:
    """Whether the record in use is a new one ("lost"), or an older copy of a known one; "" if it goes on."""
    if name in known.records:
        number, digits = known.records[name]
        return "" if record.digits(connection, number) == digits else _OLDER
    return _LOST if known.current else ""


def _tell(
    connection: Connection, book: BookStatus, what: str, name: str, wanted: ChannelSelector, at: datetime
) -> None:
    from cardwarden.store import findings as finding_store  # noqa: PLC0415 - each question asks whether the record is known
    from cardwarden.store import outbox  # noqa: PLC0415

    finding = _older(name) if what == _OLDER else _lost(name)
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
        return KnownRecord(records, noted["current"], noted["books"], noted["untold"])
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return KnownRecord()


def _write(path: Path, known: KnownRecord) -> None:
    replace_file(path, json.dumps(asdict(known)).encode())
