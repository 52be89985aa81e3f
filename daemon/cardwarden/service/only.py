"""One daemon a database: a second one is refused, and whoever asks knows at once whether there is one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardwarden.clock import Clock
from cardwarden.errors import RefusedError, StoreError

_PATIENCE = (
    5.0  # seconds: whoever asks whether there is a daemon holds the lock for a moment, and one may just be ending
)


@contextmanager
def the_only_daemon(database: Path, clock: Clock) -> Iterator[None]:
    """Be the database's one daemon while the body runs. Raises RefusedError if there is another, StoreError."""
    path = _path(database)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"The lock file {path} cannot be made: {error.strerror}.") from error
    try:
        deadline = clock.monotonic() + _PATIENCE
        while not _locked(handle):
            if clock.monotonic() >= deadline:
                holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
                raise RefusedError(
                    f"Another daemon (process {holder}) guards with the database {database} already. "
                    "Stop that one first, or name another file as url under [store]."
                )
            clock.sleep(0.1)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(handle)


def is_running(database: Path) -> bool:
    """Whether a daemon guards with that database: the lock is free the moment its process is gone."""
    try:
        handle = os.open(_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _locked(handle)
    finally:
        os.close(handle)


def _path(database: Path) -> Path:
    return database.with_name(database.name + ".daemon.lock")


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
