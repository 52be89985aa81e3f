"""Opening the record, whichever database it is kept in."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from cardwarden.errors import StoreError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store.base import Store
from cardwarden.store.sqlite import BACKUP, open_sqlite

__all__ = ["BACKUP", "Connection", "Store", "open_store"]


def open_store(url: str, schema: str = "cardwarden", beside: Path | None = None, *, make: bool = True) -> Store:
    """Open the record at `url`, made or brought up to date if needed. Raises StoreError.

    `sqlite:////absolute/path` is a file. `postgresql+psycopg://user@host/database` is a server, of which `schema` holds the
    record; `beside` is the name beside which this machine keeps what is its own.

    Without `make` nothing is made: if no record was begun yet, what comes back reads as an empty one and refuses to be
    written (`is_begun`).
    """
    if not url.startswith("postgresql"):
        return open_sqlite(url, make=make)
    from cardwarden.store.postgresql import open_alone  # noqa: PLC0415 - a home does without

    try:
        return open_alone(url, schema, beside or Path(schema), make=make)
    except ImportError as error:
        part = Code((error.name or "").partition(".")[0])
        raise StoreError(phrase("database-not-installed", part=part, extra=Code("cardwarden[postgresql]"))) from error
