"""One process at a time on one book: a lock that is free the moment its holder dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from cardwarden.clock import Clock
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.store.base import Lock
from cardwarden.store.engine import Connection, Store

PATIENCE = 30.0  # seconds
_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Claim:
    """A book of a source that nobody else is at work on."""

    _source: str
    _lock: Lock

    def prove(self, connection: Connection) -> None:
        """Within a `write`, before it ends: the book is still claimed.

        A claim in a database ends with its connection, and another process may have changed since what is known of the book. What
        already happened outside has to be recorded all the same; what was judged by such knowledge must not be.

        Raises RefusedError if the claim was lost, StoreError.
        """
        if not self._lock.stands(connection):
            raise RefusedError(phrase("error-claim-cut", source=self._source))


@contextmanager
def claim(store: Store, source: str, book: str, clock: Clock, *, patience: float = PATIENCE) -> Iterator[Claim]:
    """Be the only one who works on a book of the record while the body runs.

    Raises RefusedError if another process still has it after `patience` seconds, and StoreError if it cannot be
    claimed at all.
    """

    def refusal(holder: str) -> Phrase:
        return phrase("error-book-busy", process=holder, source=source, count=round(patience))

    with store.lock(_name(source, book)) as lock:
        wait_for(lock, clock, patience, refusal)
        yield Claim(source, lock)


@contextmanager
def claimed_now(store: Store, source: str, books: Sequence[str]) -> Iterator[frozenset[str]]:
    """Claim books of a source that nobody else is at work on, while the body runs; gives these. Raises StoreError."""
    with store.locks([_name(source, book) for book in books]) as taken:
        yield frozenset(book for book, is_taken in zip(books, taken, strict=True) if is_taken)


def _name(source: str, book: str) -> bytes:
    return f"{source}\n{book}".encode("utf-8", "surrogatepass")


def wait_for(lock: Lock, clock: Clock, patience: float, refusal: Callable[[str], Phrase]) -> None:
    """Take a lock. Raises RefusedError with what `refusal` makes of its holder if it is not free within `patience` seconds."""
    deadline = clock.monotonic() + patience
    while not lock.take():
        if clock.monotonic() >= deadline:
            raise RefusedError(refusal(lock.holder() or "unknown"))
        clock.sleep(_STEP)
