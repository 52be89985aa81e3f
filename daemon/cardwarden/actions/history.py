"""What a source said at a time, and what changed between two times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cardwarden.actions.diff import Difference
from cardwarden.actions.judging import Judging
from cardwarden.detect.compare import compare
from cardwarden.detect.judge import events_of, judge
from cardwarden.errors import UsageError
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import checks as check_store
from cardwarden.store import versions as version_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.text import clip
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import index_card


@dataclass(frozen=True, slots=True)
class BookThen:
    """A book as a check saw it."""

    book: StoredBook
    check_id: int
    cards: tuple[StoredCard, ...]


def books_at(connection: Connection, source: str, at: datetime) -> list[BookThen]:
    """Every book of a source as it was at a time. Raises UsageError where none of them was checked by then."""
    found: list[BookThen] = []
    for book in book_store.books(connection, source):
        check_id = check_store.check_at(connection, book.id, at)
        if check_id is not None:
            found.append(BookThen(book, check_id, tuple(card_store.cards_at(connection, book.id, check_id))))
    if not found:
        raise UsageError(
            f'Nothing was seen of "{clip(source, 40)}" by {at.astimezone():%Y-%m-%d %H:%M}: its first check came later. '
            "See when: cardwarden history"
        )
    return found


def diff_times(connection: Connection, source: str, before: datetime, after: datetime, judging: Judging) -> Difference:
    """What changed in a source between two times, each book for itself. Raises UsageError as `books_at` does."""
    old = {then.book.id: then for then in books_at(connection, source, before)}
    parts: list[Difference] = []

    def body(digest: str) -> bytes:
        return body_store.body(connection, digest)

    for then in books_at(connection, source, after):
        was = {card.id: card for card in old[then.book.id].cards} if then.book.id in old else {}
        now = {card.id: card for card in then.cards}
        pairs = [
            (_entry(connection, was.get(key), judging.region), _entry(connection, now.get(key), judging.region))
            for key in dict.fromkeys((*was, *now))
        ]
        case = compare(pairs, body, judging.region, ignore=judging.ignore)
        findings = [finding for finding in judge(case, judging.rules) if not finding.already]
        parts.append(Difference(tuple(events_of(findings)), case, judging.region))
    return replace(parts[0], events=tuple(event for part in parts for event in part.events))


def _entry(connection: Connection, card: StoredCard | None, region: str) -> Entry | None:
    """The index entry of what a card said; the stored one is of what it says now."""
    if card is None:
        return None
    raw = next(split_book(body_store.body(connection, card.entry.digest)))
    entry = index_card(raw, card.entry.href, card.entry.ordinal, region)
    return replace(entry, key=card.entry.key, digest=card.entry.digest)


def version_at(versions: Sequence[version_store.StoredVersion], at: datetime) -> version_store.StoredVersion | None:
    """What a card said at a time; None where it was not there."""
    there = [one for one in versions if one.since <= at and (one.until is None or at < one.until)]
    return there[-1] if there else None
