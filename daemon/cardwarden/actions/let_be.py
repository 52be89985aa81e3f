"""Let be: for a while nobody is reminded of findings that stay open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cardwarden.clock import Clock
from cardwarden.phrases.phrase import Value
from cardwarden.store import web as web_store
from cardwarden.store.engine import Store


def let_findings_be(store: Store, ids: Iterable[int], length: timedelta, clock: Clock, *, who: Value) -> datetime:
    """Nobody is reminded of them for so long, as long as they stay in their event. Gives when that ends."""
    until = clock.now() + length
    with store.write() as connection:
        web_store.let_be(connection, ids, until, who)
    return until
