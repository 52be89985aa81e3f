"""The daily care of the history: seal it, go through the file, take out what is too old to keep."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

from cardwarden.actions.claim import claim
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError
from cardwarden.store import books as book_store
from cardwarden.store import chain, removal
from cardwarden.store.engine import Store

_PATIENCE = 5.0  # seconds; tomorrow is another day


def retain(store: Store, keep: timedelta | None, clock: Clock) -> int:
    """Seal the chain and take out what was seen no more since longer than `keep`; gives how many versions that were.

    None keeps everything. The baseline, and cards with an open finding, always stay. A book that is being checked waits
    for the next time. Raises StoreError, also where the file is damaged.
    """
    store.check()
    with store.write() as connection:
        chain.seal(connection, clock.now())
        books = book_store.books(connection)
    if keep is None:
        return 0
    count = 0
    for book in books:
        with ExitStack() as claims:
            try:
                claims.enter_context(claim(store.path, book.source, book.book, clock, patience=_PATIENCE))
            except RefusedError:
                continue
            now = clock.now()
            with store.write() as connection:
                count += removal.retire(connection, book.id, now - keep, now)
    return count
