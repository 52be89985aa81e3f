"""Carry a household's whole record from one database into another, of whichever kinds they are."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from cardwarden.actions.claim import claim
from cardwarden.actions.verify import verify_store
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError, StoreError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import books as book_store
from cardwarden.store import copying, verification
from cardwarden.store.engine import Store


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows came over, and the newest link of the chain, which is the same on both sides (64 hex digits)."""

    rows: int
    head: str


def move(source: Store, target: Store, clock: Clock) -> Moved:
    """Copy the record into an empty one; the chain is gone through on both sides, and the source stays as it is.

    All books are claimed meanwhile, so nothing is recorded that does not come along. Raises RefusedError if the target
    holds something, StoreError if either side does not fit its chain: the target is as empty as before then.
    """
    with ExitStack() as claims:
        with source.read() as connection:
            books = book_store.books(connection)
        for book in books:
            claims.enter_context(claim(source, book.source, book.book, clock))
        before = verify_store(source)
        with source.read() as given, target.write() as taken:
            if not copying.is_empty(taken):
                raise RefusedError(phrase("move-not-empty", path=Code(target.name)))
            rows = copying.copy_record(given, taken)
            if verification.verify(taken) != before:
                raise StoreError(phrase("move-differs", path=Code(target.name)))
    return Moved(rows, before.head)
