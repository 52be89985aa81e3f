"""A lock that is a file's: free the moment its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cardwarden.errors import StoreError, because
from cardwarden.flock import locked
from cardwarden.own_file import new_file
from cardwarden.phrases.phrase import Code, phrase


@dataclass(frozen=True, slots=True)
class FileLock:
    """The lock of an open file, in which its holder's process id stands."""

    _handle: int

    def take(self) -> bool:
        """Take it; False if another process has it."""
        if not locked(self._handle):
            return False
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, str(os.getpid()).encode("ascii"), 0)
        return True

    def holder(self) -> str:
        """The process id of who has it; "" if that is not known."""
        return os.pread(self._handle, 20, 0).decode("ascii", "replace").strip()

    def stands(self, _connection: object) -> bool:
        """Always: it is let go of only with its file."""
        return True


@contextmanager
def file_lock(path: Path) -> Iterator[FileLock]:
    """The lock of the file at `path`, let go of at the end of the block. Raises StoreError if the file cannot be made."""
    try:
        handle = _opened(path)
    except OSError as error:
        raise StoreError(phrase("error-lock-failed", path=Code(str(path)), why=because(error))) from error
    try:
        yield FileLock(handle)
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    try:
        return new_file(path)
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
