"""May a reading be believed? Which card is which, and what the looks before saw."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from cardwarden.actions.checked import Doubted
from cardwarden.actions.judging import TrackedCard
from cardwarden.actions.known import KnownBook, MoreThanPart
from cardwarden.actions.reading import Reading
from cardwarden.actions.terms import Judging
from cardwarden.clock import Clock
from cardwarden.detect.conditions import condition_of
from cardwarden.detect.finding import condition_key
from cardwarden.detect.guard import BookCounts, Earlier, Inconclusive, Trusted, doubt_of, guard, look
from cardwarden.detect.outcome import Doubt
from cardwarden.phrases.phrase import Code, Phrase, Value, phrase
from cardwarden.store import accepted as accepted_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store.books import StoredBook
from cardwarden.store.engine import Connection
from cardwarden.vcard.card import Entry
from cardwarden.vcard.index import with_keys
from cardwarden.vcard.pairing import Pair, pair


@dataclass(frozen=True, slots=True)
class Believed:
    """A reading that may be compared: which stored card is which entry.

    confirms    the doubt of earlier looks that it shows to be right, NONE if there was none
    first_look  nothing that is there was judged before
    """

    cards: tuple[TrackedCard, ...]
    confirms: Doubt
    first_look: bool


def believe(
    connection: Connection,
    source: str,
    known: KnownBook,
    reading: Reading,
    judging: Judging,
    sources: Collection[str] | None,
    clock: Clock,
) -> Believed | Doubted:
    """Pair what is known with what was read, and judge whether that may be believed.

    `sources` are the names that the settings have: a new book may be a known one of a source that they have no more.
    Raises MoreThanPart if only a part of the book was loaded, and that is not enough.
    """
    if known.untouched is None and (not_read := _unread(known, reading)):
        return not_read
    entries = reading.entries(known)
    if known.was_never_seen and sources is not None and not _is_accepted(connection, known, Doubt.RENAMED):
        old = known_as(connection, entries, sources)
        if old:
            return Doubted(Doubt.RENAMED, said_of(old, source))
    pairs = pair([card.entry for card in known.cards], entries, holding_more=known.in_place.members)
    there = {id(card.entry) for card in known.present}

    def seen_before() -> Iterator[Pair]:
        return ((was if was and id(was) in there else None, now) for was, now in pairs)

    numbers = look(seen_before())
    before = known.book.doubt if known.book else Doubt.NONE
    if known.untouched is not None:
        more = known.untouched
        numbers = BookCounts(numbers.before + more, numbers.now + more, numbers.unreadable, numbers.recognised + more)
        not_as_meant = reading.missed or reading.fetched.keys() != set(known.touched)
        if not_as_meant or doubt_of(numbers, before) is not Doubt.NONE:
            raise MoreThanPart
    if doubt_of(numbers, before) is Doubt.NONE:
        return Believed(tuple(_tracked(connection, known, pairs)), Doubt.NONE, known.was_never_seen)
    seen, now = _looks_like(entries), clock.monotonic()
    since = _since(known.book, seen, now)
    verdict = guard(
        numbers,
        earlier=Earlier() if since is None or not known.book else Earlier(before, timedelta(seconds=now - since)),
        believe_after=judging.believe_after,
        may_be_other=_is_accepted(connection, known, Doubt.OTHER_BOOK),
        before=before,
    )
    match verdict:
        case Inconclusive(doubt, reason):
            return Doubted(doubt, reason, seen, now if since is None else since)
        case Trusted(confirms):
            is_other = confirms is Doubt.OTHER_BOOK
            cards = _tracked(connection, known, pairs, forget=is_other)
            return Believed(tuple(cards), confirms, known.was_never_seen or is_other)


def _is_accepted(connection: Connection, known: KnownBook, doubt: Doubt) -> bool:
    """Whether its owner declared right what such a doubt told of the book."""
    if known.book is None:
        return False
    return condition_key(condition_of(doubt)) in accepted_store.accepted_keys(connection, known.book.id)


def _unread(known: KnownBook, reading: Reading) -> Doubted | None:
    """Nothing at all could be read, or only the lesser part of a book of which nothing is known yet."""
    if not reading.missed:
        return None
    nothing = not reading.fetched and len(reading.missed) == len(reading.members)
    too_little = known.was_never_seen and len(reading.missed) * 2 > len(reading.members)
    return Doubted(Doubt.UNREAD, why_unread(reading.missed.values())) if nothing or too_little else None


def why_unread(reasons: Collection[Value]) -> Value:
    """Why members could not be read, in one sentence; "" if all could."""
    if not reasons:
        return ""
    first = next(iter(reasons))
    if len(reasons) == 1:
        return first
    return phrase("files-unread", count=len(reasons), first=first, command=Code("cardwarden status"))


def _looks_like(entries: Sequence[Entry]) -> str:
    """The same for two readings that saw the same cards."""
    total = hashlib.sha256()
    for digest in sorted(entry.digest for entry in entries):
        total.update(bytes.fromhex(digest))
    return total.hexdigest()


def _since(book: StoredBook | None, seen: str, now: float) -> float | None:
    """Since when a doubted book has looked so; None if it did not, or if the machine was started since.

    After a start the monotonic clock begins anew: what seems to have passed is less than what has.
    """
    if book is None or book.doubted_as != seen or book.doubted_since is None or book.doubted_since > now:
        return None
    return book.doubted_since


def _tracked(
    connection: Connection, known: KnownBook, pairs: Sequence[Pair], *, forget: bool = False
) -> list[TrackedCard]:
    """Which stored card is which entry; new ones get a key of their own. Of another book, nobody is missed (`forget`)."""
    rows = {id(card.entry): card for card in known.cards}
    cards: list[TrackedCard] = []
    for was, now in pairs:
        if was:
            row = rows[id(was)]
            row = replace(row, base=None) if forget and now is None else row
            cards.append(TrackedCard(row, replace(now, key=was.key) if now else None))
    taken: Container[str]
    if known.untouched is not None and known.book:
        taken = card_store.TakenKeys(connection, known.book.id)
    else:
        taken = {card.entry.key for card in known.cards}
    added = with_keys((now for was, now in pairs if was is None and now), taken)
    return cards + [TrackedCard(None, entry) for entry in added]


def has_former(connection: Connection, sources: Collection[str]) -> bool:
    """Whether any book that holds cards is of a source that the settings have no more."""
    return bool(book_store.with_cards(connection, but=sources))


def known_as(connection: Connection, entries: Sequence[Entry], sources: Collection[str]) -> StoredBook | None:
    """The book of a source that the settings have no more which holds most of these cards."""
    here = {name for entry in entries for name in (entry.uid, entry.digest) if name}
    for book in book_store.with_cards(connection, but=sources):
        cards = card_store.load_cards(connection, book.id)
        recognised = sum(card.entry.uid in here or card.entry.digest in here for card in cards)
        if recognised * 2 > min(len(cards), len(entries)):
            return book
    return None


def said_of(book: StoredBook, source: str) -> Phrase:
    """What is said of a new book that is a known one, and the command that ends that."""
    command = Code(f"cardwarden {shlex.join(['source', 'rename', book.source, source])}")
    return phrase("book-known-as", old=book.source, command=command)
