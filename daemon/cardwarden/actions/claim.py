"""One process at a time on one book: a lock that is free the moment its holder dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cardwarden.clock import Clock
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.store.base import Lock
from cardwarden.store.engine import Store

PATIENCE = 30.0  # seconds
_STEP = 0.05


@contextmanager
def claim(store: Store, source: str, book: str, clock: Clock, *, patience: float = PATIENCE) -> Iterator[None]:
    """Be the only one who works on a book of the record while the body runs.

    Raises RefusedError if another process still has it after `patience` seconds, and StoreError if it cannot be
    claimed at all.
    """

    def refusal(holder: str) -> Phrase:
        return phrase("error-book-busy", process=holder, source=source, count=round(patience))

    with store.lock(_name(source, book)) as lock:
        wait_for(lock, clock, patience, refusal)
        yield


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
