"""Opening the record, whichever database it is kept in."""

from __future__ import annotations

from sqlalchemy import Connection

from cardwarden.store.base import Store
from cardwarden.store.sqlite import BACKUP, open_sqlite

__all__ = ["BACKUP", "Connection", "Store", "open_store"]


def open_store(url: str) -> Store:
    """Open the record at `url` (`sqlite:////absolute/path`), made or brought up to date where needed. Raises StoreError."""
    return open_sqlite(url)
