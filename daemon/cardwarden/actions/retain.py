"""The daily care of the history: seal it, go through the file, take out what is too old to keep."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from cardwarden.actions.claim import claim
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError
from cardwarden.store import books as book_store
from cardwarden.store import care, chain, removal
from cardwarden.store.engine import Store

_PATIENCE = 5.0  # seconds; tomorrow is another day
_WITNESSED = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Retained:
    """What the daily care came to: how many `versions` were taken out, or why it `waits`."""

    versions: int = 0
    waits: str = ""


def retain(store: Store, keep: timedelta | None, clock: Clock) -> Retained:
    """Seal the chain and take out what was seen no more since longer than `keep`.

    None keeps everything. The baseline, and cards with an open finding, always stay. A book that is being checked waits
    for the next time. Nothing is taken out while the clock may be wrong: what it says must have been witnessed by the
    care of the days before, or a leap of years would end all history. Raises StoreError, also if the file is damaged.
    """
    store.check()
    now = clock.now()
    with store.write() as connection:
        chain.seal(connection, now)
        books = book_store.books(connection)
        since = care.witnessed_since(connection, now)
        care.note(connection, now)
    if keep is None:
        return Retained()
    if now - since < _WITNESSED:
        return Retained(
            waits="the clock leapt or the machine was off, so for two days it is not known how old things are"
        )
    count = 0
    for book in books:
        with ExitStack() as claims:
            try:
                claims.enter_context(claim(store, book.source, book.book, clock, patience=_PATIENCE))
            except RefusedError:
                continue
            with store.write() as connection:
                count += removal.retire(connection, book.id, now - keep, now)
    return Retained(count)
