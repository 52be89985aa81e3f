"""One daemon a database: a second one is refused, and whoever asks knows at once whether there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardwarden.actions.claim import wait_for
from cardwarden.clock import Clock
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.store.file_lock import file_lock, locked

_PATIENCE = (
    5.0  # seconds: whoever asks whether there is a daemon holds the lock for a moment, and one may just be ending
)


@contextmanager
def the_only_daemon(database: Path, clock: Clock) -> Iterator[None]:
    """Be the database's one daemon while the body runs. Raises RefusedError if there is another, StoreError."""

    def refusal(holder: str) -> Phrase:
        return phrase("daemon-already", process=holder, path=Code(str(database)))

    with file_lock(_path(database)) as lock:
        wait_for(lock, clock, _PATIENCE, refusal)
        yield


def is_running(database: Path) -> bool:
    """Whether a daemon guards with that database: the lock is free the moment its process is gone."""
    try:
        handle = os.open(_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not locked(handle)
    finally:
        os.close(handle)


def _path(database: Path) -> Path:
    return database.with_name(database.name + ".daemon.lock")
