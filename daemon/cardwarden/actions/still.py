"""The books of a source of which one question tells that nothing changed: they are recorded together, and not looked at."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

from cardwarden.actions.checked import Checked
from cardwarden.actions.claim import claimed_now
from cardwarden.actions.terms import Judging
from cardwarden.clock import Clock
from cardwarden.errors import BUGS, SourceError, place_of
from cardwarden.sources.source import BookRef, Source
from cardwarden.store import cards as card_store
from cardwarden.store import standing as standing_store
from cardwarden.store.books import StoredBook
from cardwarden.store.engine import Store
from cardwarden.store.standing import BookStanding

_WORTH_ASKING = 2
"""Books: of one, its own listing is one question, too."""

_AT_ONCE = 200
"""Books that are claimed, each by an open file, and recorded in one transaction."""

_log = logging.getLogger(__name__)


def still_books(
    store: Store,
    source: Source,
    refs: Sequence[BookRef],
    known: Iterable[StoredBook],
    judging: Judging,
    clock: Clock,
) -> Mapping[str, Checked]:
    """Of these books of a source, as they are known, those that hold what they held, by their ids: they are checked by that.

    A book that another process is at work on, that is not known any more as it was when its source was asked, or whose
    check would end otherwise than the last one, is not among them: it is checked by itself. Raises StoreError.
    """
    titles = {ref.id: ref.title for ref in refs}
    asked = {
        book.book: book
        for book in known
        if book.token and book.judged_with == judging.settings_digest and book.title == titles.get(book.book)
    }
    tokens = {place: book.token for place, book in asked.items()}
    unchanged = sorted(_unchanged(source, tokens)) if len(tokens) >= _WORTH_ASKING else []
    done: dict[str, Checked] = {}
    for start in range(0, len(unchanged), _AT_ONCE):
        with (
            claimed_now(store, source.name, unchanged[start : start + _AT_ONCE]) as claimed,
            store.write() as connection,
        ):
            cards = card_store.counts_present(connection, source.name)
            still = [
                (stands, stands.book.token, cards.get(stands.book.id, 0))
                for stands in standing_store.of_source(connection, source.name)
                if stands.book.book in claimed and _goes_on(stands, asked[stands.book.book])
            ]
            if still:
                standing_store.note_going_on(connection, still, clock.now())
        for stands, _, count in still:
            done[stands.book.book] = Checked(
                source.name,
                stands.book.title,
                stands.outcome,
                cards=count,
                check=stands.run.check_id,
                book=stands.book.book,
            )
    return done


def _goes_on(stands: BookStanding, asked: StoredBook) -> bool:
    """Whether a check of a book, in which nothing changed since it was known so, comes to what the last one did."""
    now = stands.book
    is_known_so = (now.token, now.judged_with, now.title) == (asked.token, asked.judged_with, asked.title)
    return is_known_so and stands.is_told and stands.goes_on


def _unchanged(source: Source, tokens: Mapping[str, str]) -> frozenset[str]:
    """What the source tells; nothing if it cannot: then each book is asked itself, and says why."""
    try:
        return source.unchanged(tokens) & tokens.keys()
    except SourceError as error:
        _log.info("%s: its books are looked at one by one: %s", source.name, error)
    except BUGS as error:
        _log.error("%s: a bug, %s", source.name, place_of(error))
    return frozenset()
