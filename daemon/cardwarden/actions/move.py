"""Carry a household's whole record from one database into another, of whichever kinds they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from cardwarden.actions.claim import claim
from cardwarden.actions.verify import verify_store
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError, StoreError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import books as book_store
from cardwarden.store import chain, copying, migrate, record, verification
from cardwarden.store.engine import Connection, Store


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows came over, and the newest link of the chain, which is the same on both sides (64 hex digits)."""

    rows: int
    head: str

    @property
    def proof(self) -> str:
        """As many digits of it as prove what came before."""
        return self.head[: chain.HEAD]


def copy(source: Store, target: Store, clock: Clock) -> Moved:
    """Copy the record; the chain is gone through on both sides, and the source stays as it is.

    All books are claimed, and nobody else writes, so nothing is recorded meanwhile that does not come along. An earlier copy
    of the same record is replaced. Raises RefusedError if the target holds anything else, StoreError if either side does not
    fit its chain: the target is as it was before then.
    """
    return move(source, target, clock, None)


def move(source: Store, target: Store, clock: Clock, settled: Callable[[], None] | None) -> Moved:
    """The same, and `settled` is called when the target has all of it: from then on that is the record in use.

    What the source holds is taken away as soon as `settled` comes back, before anybody else can write to it.
    """
    with ExitStack() as held:
        with source.read() as connection:
            migrate.ask_for_known(connection, source.name)
            books = book_store.books(connection)
        for book in books:
            held.enter_context(claim(source, book.source, book.book, clock))
        verify_store(source)
        given = held.enter_context(source.write())
        before = verification.verify(given)
        with target.write() as taken:
            _refuse_other(given, taken, target)
            rows = copying.copy_record(given, taken)
            if before.flaw or verification.verify(taken) != before:
                raise StoreError(phrase("move-differs", path=Code(target.name)))
        if settled is not None:
            settled()
            source.take_away(given)
    return Moved(rows, before.head)


def _refuse_other(given: Connection, taken: Connection, target: Store) -> None:
    """Make room if the target holds nothing but an earlier copy. Raises RefusedError if it holds anything else."""
    if copying.is_empty(taken):
        return
    here, there = chain.lines(given), chain.lines(taken)
    if record.identity(given) != record.identity(taken) or here[: len(there)] != there:
        raise RefusedError(phrase("move-not-empty", path=Code(target.name)))
    copying.clear(taken)
