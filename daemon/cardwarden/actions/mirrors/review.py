"""After a check of either book of a pair: compare them if anything changed, whatever one pair comes to."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cardwarden.actions.checked import ChannelSelector
from cardwarden.actions.claim import claim
from cardwarden.actions.mirrors.pair import Mirror, book_called, stored_pair
from cardwarden.clock import Clock
from cardwarden.errors import BUGS, RefusedError, place_of
from cardwarden.store import mirrors as mirror_store
from cardwarden.store.books import StoredBook
from cardwarden.store.engine import Connection, Store

if TYPE_CHECKING:
    from cardwarden.actions.mirrors.record import Reviewed

# What compares is loaded when there is something to compare: after most checks there is not.

_PATIENCE = 5.0  # seconds; the next check compares, too

_log = logging.getLogger(__name__)


def is_news(connection: Connection, mirrors: Sequence[Mirror], source: str, clock: Clock) -> bool:
    """Whether there is anything for `review_mirrors` to do."""
    if {pair.name for pair in mirror_store.mirrors(connection)} - {mirror.name for mirror in mirrors}:
        return True
    try:
        return any(_pair_to_compare(connection, mirror, clock) for mirror in mirrors if source in mirror.sources)
    except BUGS:
        return True  # it is met again there, and told


def review_mirrors(
    store: Store, mirrors: Sequence[Mirror], source: str, wanted: ChannelSelector, clock: Clock
) -> list[Reviewed]:
    """Compare the pairs of which a book of `source` is one, if anything changed since they were compared.

    Pairs that the settings have no more are given up, and what was open of them is over. Raises StoreError.
    """
    with store.read() as connection:
        stored = {pair.name: pair for pair in mirror_store.mirrors(connection)}
    if stored.keys() - {mirror.name for mirror in mirrors}:
        from cardwarden.actions.mirrors.record import give_up  # noqa: PLC0415

        give_up(
            store, [pair for name, pair in stored.items() if name not in {mirror.name for mirror in mirrors}], clock
        )
    all_reviewed: list[Reviewed] = []
    for mirror in mirrors:
        if source not in mirror.sources:
            continue
        try:
            reviewed = _review(store, mirror, wanted, clock)
        except RefusedError:
            continue  # the book is being checked, or put right: who does that compares them
        except BUGS as error:
            from cardwarden.actions.mirrors.record import note_fault  # noqa: PLC0415

            _log.error("mirror %s: a bug, %s", mirror.name, place_of(error))
            reviewed = note_fault(store, mirror, place_of(error), wanted, clock)
        if reviewed and (reviewed.events or reviewed.resolved):
            all_reviewed.append(reviewed)
    return all_reviewed


def _review(store: Store, mirror: Mirror, wanted: ChannelSelector, clock: Clock) -> Reviewed | None:
    """Compare one pair, if there is anything new; None if there is not, or a book was never read."""
    with store.read() as connection:
        pair = _pair_to_compare(connection, mirror, clock)
    if pair is None:
        return None
    origin, copy = pair
    from cardwarden.actions.mirrors.books import BothBooks, news_of  # noqa: PLC0415
    from cardwarden.actions.mirrors.comparison import compare_mirror  # noqa: PLC0415
    from cardwarden.actions.mirrors.record import note_apart, record  # noqa: PLC0415
    from cardwarden.detect.drift.doubt import Apart, apart, apart_in_many_ways, differing  # noqa: PLC0415

    with claim(store, copy.source, copy.book, clock, patience=_PATIENCE):
        with store.read() as connection:
            both = BothBooks.loaded(connection, mirror, origin, copy)
            if (why := apart(len(both.origin_cards), len(both.copy_cards), len(both.pairs))) is Apart.NONE:
                comparison = compare_mirror(connection, mirror, both, clock.now())
            if why is Apart.NONE and apart_in_many_ways(news_of(both, comparison.reported), len(both.pairs)):
                why = Apart.IN_MANY_WAYS
        if why is Apart.IN_MANY_WAYS:
            return note_apart(store, mirror, both, why, wanted, clock, cards=differing(comparison.reported))
        if why is not Apart.NONE:
            return note_apart(store, mirror, both, why, wanted, clock)
        return record(store, mirror, both, comparison, wanted, clock)


def _pair_to_compare(connection: Connection, mirror: Mirror, clock: Clock) -> tuple[StoredBook, StoredBook] | None:
    """The two books, if there is anything new; None if there is not, or one was never read."""
    origin, copy = book_called(connection, mirror.origin), book_called(connection, mirror.copy)
    if origin is None or copy is None or origin.id == copy.id:
        return None
    return (origin, copy) if _is_anything_new(connection, mirror, origin, copy, clock) else None


def _is_anything_new(
    connection: Connection, mirror: Mirror, origin: StoredBook, copy: StoredBook, clock: Clock
) -> bool:
    """Whether either book changed since they were compared, the settings did, or something that waited is due."""
    known = stored_pair(connection, mirror)
    if (
        known is None
        or known.compared_with != mirror.settings_digest
        or (known.origin_id, known.copy_id) != (origin.id, copy.id)
    ):
        return True
    if known.apart or known.fault or (known.due_at is not None and known.due_at <= clock.now()):
        return True
    checks = mirror_store.last_check(connection, origin.id), mirror_store.last_check(connection, copy.id)
    return checks != (known.origin_check, known.copy_check)
