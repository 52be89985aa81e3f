"""Copy the database, also while the daemon runs."""

from __future__ import annotations

from pathlib import Path

from cardwarden.errors import RefusedError, StoreError
from cardwarden.store.engine import Store


def backup(store: Store, to: Path) -> None:
    """Copy the database as it is now into a new file. Raises RefusedError where that is there, StoreError where it fails."""
    try:
        store.backup(to)
    except FileExistsError as error:
        raise RefusedError(f"{to} is there already and was left as it is. Name a new file.") from error
    except OSError as error:
        raise StoreError(f"The backup {to} could not be written: {error.strerror}. Nothing was left there.") from error
