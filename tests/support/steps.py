"""How much work SQLite does, in steps of its machine: the same on each machine, however busy it is."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, event

from cardwarden.store.engine import Store

_EACH = 100


def steps(store: Store, work: Callable[[], object]) -> int:
    """About how many steps the database takes while the work is done."""
    count = 0

    def step() -> int:
        nonlocal count
        count += _EACH
        return 0

    def begin(connection: Connection) -> None:
        connection.connection.dbapi_connection.set_progress_handler(step, _EACH)  # type: ignore[union-attr]

    engines = (store._reader, store._writer)
    for engine in engines:
        event.listen(engine, "begin", begin)
    try:
        work()
    finally:
        for engine in engines:
            event.remove(engine, "begin", begin)
            with engine.connect() as connection:
                connection.connection.dbapi_connection.set_progress_handler(None, 0)  # type: ignore[union-attr]
    return count
