"""Copy the database, also while the daemon runs."""

from __future__ import annotations

from pathlib import Path

from cardwarden.clock import Clock
from cardwarden.errors import RefusedError, StoreError, because
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import care
from cardwarden.store.care import Care
from cardwarden.store.engine import Store


def backup(store: Store, to: Path, clock: Clock) -> None:
    """Copy the database as it is now into a new file, and note when.

    Raises RefusedError if that is there, StoreError if it fails.
    """
    try:
        store.backup(to)
    except FileExistsError as error:
        raise RefusedError(phrase("error-path-exists", path=Code(str(to)))) from error
    except OSError as error:
        raise StoreError(phrase("error-backup-failed", path=Code(str(to)), why=because(error))) from error
    with store.write() as connection:
        care.note_done(connection, Care.COPIED, clock.now())
