"""What follows a check of a source: is every book still read, is the record the one that was known, do copies agree?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cardwarden.actions import access, continuity
from cardwarden.actions.access import UnreadPolicy
from cardwarden.actions.checked import ChannelSelector, SourceChecked
from cardwarden.actions.mirrors import review as mirrors_review
from cardwarden.actions.mirrors.pair import Mirror
from cardwarden.clock import Clock
from cardwarden.store import books as book_store
from cardwarden.store.engine import Store

if TYPE_CHECKING:
    from cardwarden.actions.mirrors.record import Reviewed


def review(
    store: Store,
    check: SourceChecked,
    policy: UnreadPolicy,
    mirrors: Sequence[Mirror],
    wanted: ChannelSelector,
    clock: Clock,
) -> list[Reviewed]:
    """Look at all three after a check of a source; gives what comparing its mirrors came to.

    One look at the store tells that there is nothing to do, as after most checks. Raises StoreError, and RefusedError if
    another process looks at the record for too long.
    """
    source = check.source
    with store.read() as connection:
        every = book_store.every_status(connection)
        own = [status for status in every if status.source == source]
        is_access_new = access.is_news(connection, check, own, policy, clock)
        is_record_new = not continuity.is_as_known(connection, store.path, source, book_store.named(every))
        are_mirrors_new = mirrors_review.is_news(connection, mirrors, source, clock)
    if is_access_new:
        access.review_access(store, check, policy, wanted, clock)
    if is_access_new or is_record_new:  # what is noted of access may make the record go further
        continuity.review_record(store, source, wanted, clock)
    if are_mirrors_new or is_access_new:
        return mirrors_review.review_mirrors(store, mirrors, source, wanted, clock)
    return []
