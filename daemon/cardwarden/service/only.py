"""One daemon a database: a second one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardwarden.actions.claim import wait_for
from cardwarden.clock import Clock
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.service.life import lock_beside
from cardwarden.store.file_lock import file_lock

_PATIENCE = (
    5.0  # seconds: whoever asks whether there is a daemon holds the lock for a moment, and one may just be ending
)


@contextmanager
def the_only_daemon(database: Path, clock: Clock) -> Iterator[None]:
    """Be the database's one daemon while the body runs. Raises RefusedError if there is another, StoreError."""

    def refusal(holder: str) -> Phrase:
        return phrase("daemon-already", process=holder, path=Code(str(database)))

    with file_lock(lock_beside(database)) as lock:
        wait_for(lock, clock, _PATIENCE, refusal)
        yield
