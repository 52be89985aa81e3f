"""Opening the record, whichever database it is kept in."""

from __future__ import annotations

from sqlalchemy import Connection

from cardwarden.store.base import Store
from cardwarden.store.sqlite import BACKUP, open_sqlite

__all__ = ["BACKUP", "Connection", "Store", "open_store"]


def open_store(url: str, *, make: bool = True) -> Store:
    """Open the record at `url` (`sqlite:////absolute/path`), made or brought up to date where needed. Raises StoreError.

    Without `make` nothing is made: if no record was begun yet, what comes back reads as an empty one and refuses to be
    written (`is_begun`).
    """
    return open_sqlite(url, make=make)
