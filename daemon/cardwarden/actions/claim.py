"""One process at a time on one book: a lock that is free the moment its holder dies."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cardwarden.clock import Clock
from cardwarden.errors import RefusedError, StoreError, because
from cardwarden.phrases.phrase import Code, Phrase, phrase

PATIENCE = 30.0  # seconds
_STEP = 0.05


@contextmanager
def claim(beside: Path, source: str, book: str, clock: Clock, *, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a book, which lies in a folder beside the database `beside`, while the body runs.

    Raises RefusedError if another process still has it after `patience` seconds, and StoreError where the lock file
    cannot be made.
    """
    folder = beside.with_name(beside.name + ".locks")
    path = folder / hashlib.sha256(f"{source}\n{book}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(phrase("error-lock-failed", path=Code(str(path)), why=because(error))) from error

    def refusal(holder: str) -> Phrase:
        return phrase("error-book-busy", process=holder, source=source, count=round(patience))

    with held(path, clock, patience, refusal):
        yield


@contextmanager
def held(path: Path, clock: Clock, patience: float, refusal: Callable[[str], Phrase]) -> Iterator[None]:
    """Hold the lock of a file, in which the holder's process id stands, while the body runs.

    Raises RefusedError with what `refusal` makes of the holder's id if another process still has it after `patience`
    seconds, and StoreError if the file cannot be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(phrase("error-lock-failed", path=Code(str(path)), why=because(error))) from error
    try:
        deadline = clock.monotonic() + patience
        while not locked(handle):
            if clock.monotonic() >= deadline:
                raise RefusedError(refusal(os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"))
            clock.sleep(_STEP)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(handle)


def locked(handle: int) -> bool:
    """Take the lock of an open file; False if another process has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
