"""What a source said at a time, and what changed between two times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cardwarden.actions.diff import Difference
from cardwarden.actions.terms import Judging
from cardwarden.detect.compare import compare
from cardwarden.detect.judge import events_of, judge
from cardwarden.detect.reading import Readings
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Code, Moment, phrase
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import checks as check_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import FoundCard, StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.versions import StoredVersion
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import index_card


@dataclass(frozen=True, slots=True)
class BookThen:
    """A book as a check saw it."""

    book: StoredBook
    check_id: int
    cards: tuple[StoredCard, ...]


def books_at(connection: Connection, source: str, at: datetime, now: datetime) -> list[BookThen]:
    """Every book of a source as it was at a time. Raises UsageError if none of them was checked by then."""
    books: list[BookThen] = []
    for book in book_store.books(connection, source):
        check_id = check_store.check_at(connection, book.id, at, now)
        if check_id is not None:
            books.append(BookThen(book, check_id, tuple(card_store.cards_at(connection, book.id, check_id))))
    if not books:
        raise UsageError(
            phrase("error-nothing-seen-by-then", source=source, at=Moment(at), command=Code("cardwarden history"))
        )
    return books


def diff_times(
    connection: Connection,
    source: str,
    before: datetime,
    after: datetime,
    judging: Judging,
    now: datetime,
    *,
    progress: Progress = SILENT,
) -> Difference:
    """What changed in a source between two times, each book for itself. Raises UsageError as `books_at` does."""
    old = {then.book.id: then for then in books_at(connection, source, before, now)}
    parts: list[Difference] = []

    def body(digest: str) -> bytes:
        return body_store.body(connection, digest)

    for then in books_at(connection, source, after, now):
        judging = judging.of_book(then.book)
        was = {card.id: card for card in old[then.book.id].cards} if then.book.id in old else {}
        later = {card.id: card for card in then.cards}
        keys = dict.fromkeys((*was, *later))
        pairs = [
            (_entry(connection, was.get(key), judging), _entry(connection, later.get(key), judging))
            for key in counted(keys, progress, Work.READING, len(keys))
        ]
        case = compare(pairs, Readings(body, judging.region, judging.ignore, judging.usual), progress=progress)
        findings = [finding for finding in judge(case, judging.rules, progress) if not finding.already]
        parts.append(Difference(tuple(events_of(findings)), case, judging.region))
    return replace(parts[0], events=tuple(event for part in parts for event in part.events))


def _entry(connection: Connection, card: StoredCard | None, judging: Judging) -> Entry | None:
    """The index entry of what a card said; the stored one is of what it says now."""
    if card is None:
        return None
    raw = next(split_book(body_store.body(connection, card.entry.digest)))
    entry = index_card(raw, card.entry.href, card.entry.ordinal, judging.region, judging.usual)
    return replace(entry, key=card.entry.key, digest=card.entry.digest)


def version_at(
    connection: Connection, card: FoundCard, versions: Sequence[StoredVersion], at: datetime, now: datetime
) -> StoredVersion | None:
    """What a card said at a time, of its versions; None if it was not there."""
    book = book_store.find_book(connection, card.source, card.book)
    check = check_store.check_at(connection, book.id, at, now) if book else None
    if check is None:
        return None
    there = (
        version
        for version in versions
        if version.from_check <= check and (version.until_check is None or check < version.until_check)
    )
    return next(there, None)
