"""A quick look for a shell that completes a word: names and ids, without the weight of the whole store (80 ms, not 600)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from cardwarden.text import harmless

_AT_MOST: Final = 200
_PATIENCE: Final = 0.1  # seconds: a person waits for a key's answer


def contacts(database: Path, beginning: str) -> list[str]:
    """Names of contacts that begin so, whatever the case; nothing if the database cannot be read.

    A name that could act on a terminal is left out.
    """
    asked = beginning.casefold()
    with _open(database) as connection:
        rows = connection.execute("SELECT DISTINCT name FROM cards WHERE present") if connection else ()
        names = (bytes(name).decode("utf-8", "replace") for (name,) in rows)
        counted = sorted(
            {name for name in names if name and name.casefold().startswith(asked) and harmless(name) == name}
        )
    return counted[:_AT_MOST]


def ids(database: Path, beginning: str) -> list[str]:
    """Open findings (12) and events (e3) whose id begins so, the newest first; nothing if it cannot be read."""
    with _open(database) as connection:
        query = "SELECT id, event_id FROM findings WHERE state = 'open' ORDER BY id DESC"
        rows = connection.execute(query).fetchall() if connection else []
    events = dict.fromkeys(f"e{event}" for _, event in rows)
    return [
        identifier
        for identifier in (*events, *(str(number) for number, _ in rows))
        if identifier.startswith(beginning.lower())
    ][:_AT_MOST]


@contextmanager
def _open(database: Path) -> Iterator[sqlite3.Connection | None]:
    """A connection that can only read; None if there is nothing to read, or not for this user."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as connection:
            connection.execute("SELECT 1 FROM cards LIMIT 1")
            yield connection
    except (sqlite3.Error, ValueError):
        yield None
