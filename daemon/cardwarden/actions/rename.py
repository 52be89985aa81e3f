"""Rename a source: what is known of its books is known under another name from then on."""

from __future__ import annotations

from contextlib import ExitStack

from cardwarden.actions.claim import claim
from cardwarden.clock import Clock
from cardwarden.detect.finding import State
from cardwarden.errors import RefusedError, UsageError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import books as book_store
from cardwarden.store import chain, expectations
from cardwarden.store import findings as finding_store
from cardwarden.store.engine import Store


def rename(store: Store, old: str, new: str, clock: Clock) -> list[str]:
    """Give the books of the source `old` the source's name `new`; gives their titles.

    What a check noted under the new name before it knew belongs to them from then on.
    Raises UsageError if nothing is known of `old`, RefusedError if `new` has a history of its own or if another process
    is at work on one of the books.
    """
    with store.read() as connection:
        named, there = book_store.books(connection, old), book_store.books(connection, new)
    if not named:
        raise UsageError(phrase("error-nothing-known-of-source", source=old, command=Code("cardwarden status")))
    with ExitStack() as claims:
        for source, place in sorted({(book.source, book.book) for book in [*named, *there]}):
            claims.enter_context(claim(store, source, place, clock))
        at = clock.now()
        with store.write() as connection:
            named, there = book_store.books(connection, old), book_store.books(connection, new)
            if any(book.last_conclusive_at for book in there):
                raise RefusedError(phrase("error-has-own-history", new=new, old=old))
            for book in there:
                same = next((candidate for candidate in named if candidate.book == book.book), named[0])
                book_store.set_goes_on_as(connection, book.id, same)
                waiting = [stored.id for stored in finding_store.open_findings(connection, book.id)]
                finding_store.transition(
                    connection, waiting, State.RESOLVED, at, phrase("over-renamed", old=Code(old), new=Code(new))
                )
            ids = [book.id for book in named]
            ids += book_store.parts_of(connection, ids)
            book_store.set_source(connection, ids, new)
            for book_id in ids:
                chain.rename(connection, book_id, new, at)
            expectations.rename(connection, old, new)
    return [book.title for book in named]
