"""One check of one book: claim, recall, read, believe, compare, judge, record. (Delivery is the step after.)"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from cardwarden.actions import noted
from cardwarden.actions.checked import ChannelSelector, Checked, Doubted
from cardwarden.actions.claim import claim
from cardwarden.actions.known import BookListing, MoreThanPart, is_idle, known_book, listed, with_cards
from cardwarden.actions.noted import CheckedBook
from cardwarden.actions.still import still_books
from cardwarden.actions.terms import Judging
from cardwarden.clock import Clock
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.errors import BUGS, LimitError, RefusedError, SourceError, place_of
from cardwarden.heap import give_back_memory
from cardwarden.phrases.phrase import phrase
from cardwarden.sources.source import BookRef, Source
from cardwarden.store import books as book_store
from cardwarden.store.engine import Store

if TYPE_CHECKING:
    from cardwarden.actions.reading import Reading
    from cardwarden.actions.verdict import Verdict

# What reads and judges cards is loaded when a card is to be read: most checks find that nothing changed.

_log = logging.getLogger(__name__)


def check_source(
    store: Store,
    source: Source,
    judging: Judging,
    wanted: ChannelSelector,
    clock: Clock,
    *,
    deep: bool = False,
    whole: bool = False,
    helped: bool = False,
    sources: Collection[str] | None = None,
) -> list[Checked]:
    """Check every book of a source. What hinders one of them is its result and does not keep the others from it.

    Those of which one question tells that nothing changed are recorded together (`still`), unless it is a deep check.
    A known book that the source does not list any more, or cannot list, is looked at all the same, so that its owner
    learns that it cannot be read. `sources` are the names of all that the settings have, None if that is not known.
    With `whole` all cards are loaded, also for a change that touches few of them; with `helped` a second process may take part
    in a long reading. What comes out is the same.
    Raises StoreError if nothing can be recorded.
    """
    with store.read() as connection:
        stored = book_store.books(connection, source.name)
    # One without a name stands for a source that could not tell its books yet (`access`), or is what it lists.
    known = [BookRef(book.book, book.title) for book in stored if book.book]
    try:
        listed = source.books()
    except SourceError as error:
        if not known:
            return [Checked(source.name, "", Outcome.INCONCLUSIVE, Doubt.UNREAD, error.said)]
        listed = []
    here = {ref.id for ref in listed}
    refs = [*listed, *(ref for ref in known if ref.id not in here and source.keeps(ref))]
    still = {} if deep else still_books(store, source, listed, stored, judging, clock)
    done: list[Checked] = []
    for ref in refs:
        if ref.id in still:
            done.append(still[ref.id])
            continue
        try:
            done.append(
                check_book(
                    store, source, ref, judging, wanted, clock, deep=deep, whole=whole, helped=helped, sources=sources
                )
            )
        except RefusedError as error:
            done.append(
                Checked(
                    source.name, ref.title, Outcome.INCONCLUSIVE, Doubt.UNREAD, error.said, refused=True, book=ref.id
                )
            )
    return done


def check_book(
    store: Store,
    source: Source,
    ref: BookRef,
    judging: Judging,
    wanted: ChannelSelector,
    clock: Clock,
    *,
    deep: bool = False,
    whole: bool = False,
    helped: bool = False,
    sources: Collection[str] | None = None,
) -> Checked:
    """Check one book and record what came of it; alerts are put into the outbox in the same transaction.

    A book that cannot be read, or that the program itself fails at, is a result, not an error. Raises RefusedError if
    another process is checking the book, and StoreError if nothing could be recorded.
    """
    with claim(store, source.name, ref.id, clock) as claimed:
        known = known_book(store, source.name, ref)
        book = CheckedBook(source.name, ref, known, judging, wanted, claimed)
        try:
            listing = listed(source, ref, known, judging, deep=deep)
            if listing.deep and not whole:
                from cardwarden.actions.reading import without_known  # noqa: PLC0415

                listing = without_known(store, known, listing)
            if is_idle(known, listing):
                return noted.unchanged(store, book, listing, clock)
        except SourceError as error:
            return noted.doubted(store, book, _unread(error), clock)
        except BUGS as error:
            return noted.doubted(store, book, _fault(source.name, error), clock)
        return _read_and_judged(store, source, book, listing, clock, whole=whole, helped=helped, sources=sources)


def _read_and_judged(
    store: Store,
    source: Source,
    book: CheckedBook,
    listing: BookListing,
    clock: Clock,
    *,
    whole: bool,
    helped: bool,
    sources: Collection[str] | None,
) -> Checked:
    """Read what looks changed, judge it, and record what came of it."""
    from cardwarden.actions import record  # noqa: PLC0415
    from cardwarden.actions.part import part_of  # noqa: PLC0415
    from cardwarden.actions.reading import read  # noqa: PLC0415

    known, judging = book.known, book.judging
    try:
        part = None if whole else part_of(store, known, listing)
        if part and part.waiting:
            from cardwarden.actions.in_place import without_those_in_place  # noqa: PLC0415 - most files hold few cards

            part, listing = without_those_in_place(store, part, listing)
        book = replace(book, known=part or with_cards(store, known))
        reading = read(store, source, book.ref, book.known, listing, judging, helped=helped)
        book = replace(book, judging=replace(judging, usual=reading.charset))
    except SourceError as error:
        return noted.doubted(store, book, _unread(error), clock)
    except BUGS as error:
        return noted.doubted(store, book, _fault(source.name, error), clock)
    try:
        judged = _judged(store, book, reading, sources, clock)
    except MoreThanPart:
        in_place = book.known.in_place
        book = replace(book, known=with_cards(store, known))
        reading = reading.beside_all(book.known, listing, in_place)
        judged = _judged(store, book, reading, sources, clock)
    if isinstance(judged, Doubted):
        reading.staged.discard()
        return noted.doubted(store, book, judged, clock)
    try:
        return record.verdict(store, book, reading, judged, clock)
    except RefusedError:
        reading.staged.discard()
        raise


def _judged(
    store: Store, book: CheckedBook, reading: Reading, sources: Collection[str] | None, clock: Clock
) -> Verdict | Doubted:
    """Believe, compare and judge, all on one state of the store. Raises MoreThanPart if not all cards were loaded."""
    from cardwarden.actions.believing import believe  # noqa: PLC0415
    from cardwarden.actions.verdict import compare_cards, verdict_on  # noqa: PLC0415

    try:
        with store.read() as connection:
            believed = believe(connection, book.source, book.known, reading, book.judging, sources, clock)
            if isinstance(believed, Doubted):
                return believed
            if book.known.untouched is None:
                reading.let_go()  # of a part they may be wanted again, beside all cards
                give_back_memory(len(believed.cards))
            comparison = compare_cards(connection, book.known, reading, believed, book.judging)
            return verdict_on(connection, book.source, comparison, reading, believed, book.judging, clock.now())
    except BUGS as error:
        return _fault(book.source, error)


def _unread(error: SourceError) -> Doubted:
    """The book could not be read, or not all that it is."""
    return Doubted(Doubt.LIMIT if isinstance(error, LimitError) else Doubt.UNREAD, error.said)


def _fault(source: str, error: Exception) -> Doubted:
    """The program failed at a book as a whole: that is told, and its other books are checked."""
    _log.error("%s: a bug, %s", source, place_of(error))
    reason = phrase("fault-at-book", place=place_of(error))
    return Doubted(Doubt.FAULT, reason)
