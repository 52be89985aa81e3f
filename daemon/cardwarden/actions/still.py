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
from cardwarden.store import standing as standing_store
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
    standings: Iterable[BookStanding],
    judging: Judging,
    clock: Clock,
) -> Mapping[str, Checked]:
    """Of these books of a source, as they stand, those that hold what they held, by their ids: they are checked by that.

    A book that another process is at work on, that does not stand any more as it did when its source was asked, or whose
    check would end otherwise than the last one, is not among them: it is checked by itself. Raises StoreError.
    """
    wanted = {ref.id: ref for ref in refs}
    tokens = {
        stands.book.book: stands.book.token
        for stands in standings
        if stands.book.book in wanted and stands.book.token and _goes_on(stands, wanted[stands.book.book], judging)
    }
    unchanged = sorted(_unchanged(source, tokens)) if len(tokens) >= _WORTH_ASKING else []
    done: dict[str, Checked] = {}
    for start in range(0, len(unchanged), _AT_ONCE):
        with (
            claimed_now(store, source.name, unchanged[start : start + _AT_ONCE]) as claimed,
            store.write() as connection,
        ):
            still = [
                stands
                for stands in standing_store.of_source(connection, source.name)
                if stands.book.book in claimed
                and stands.book.token == tokens[stands.book.book]
                and _goes_on(stands, wanted[stands.book.book], judging)
            ]
            if still:
                standing_store.note_going_on(connection, [(stands, stands.book.token) for stands in still], clock.now())
        for stands in still:
            done[stands.book.book] = Checked(
                source.name, stands.book.title, stands.outcome, cards=stands.cards, check=stands.run.check_id
            )
    return done


def _goes_on(stands: BookStanding, ref: BookRef, judging: Judging) -> bool:
    """Whether a check of a book comes to what the last one did, if nothing in it changed."""
    book = stands.book
    is_judged_so = book.judged_with == judging.settings_digest and book.title == ref.title
    return is_judged_so and stands.is_told and stands.goes_on


def _unchanged(source: Source, tokens: Mapping[str, str]) -> frozenset[str]:
    """What the source tells; nothing if it cannot: then each book is asked itself, and says why."""
    try:
        return source.unchanged(tokens) & tokens.keys()
    except SourceError as error:
        _log.info("%s: its books are looked at one by one: %s", source.name, error)
    except BUGS as error:
        _log.error("%s: a bug, %s", source.name, place_of(error))
    return frozenset()
