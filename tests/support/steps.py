"""How much work something is, in steps: the same on each machine, however busy it is."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Mapping
from types import CodeType, FrameType
from typing import Any

from sqlalchemy import Connection, event

from cardwarden.store.engine import Store
from cardwarden.store.sqlite import SqliteStore

_EACH = 100


def sqlite_of(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection below SQLAlchemy's."""
    own = connection.connection.driver_connection
    assert isinstance(own, sqlite3.Connection)
    return own


def steps(store: Store, work: Callable[[], object]) -> int:
    """About how many steps SQLite's machine takes while the work is done."""
    count = 0

    def step() -> int:
        nonlocal count
        count += _EACH
        return 0

    def begin(connection: Connection) -> None:
        sqlite_of(connection).set_progress_handler(step, _EACH)

    assert isinstance(store, SqliteStore)
    engines = (store._reader, store._writer)
    for engine in engines:
        event.listen(engine, "begin", begin)
    try:
        work()
    finally:
        for engine in engines:
            event.remove(engine, "begin", begin)
            with engine.connect() as connection:
                sqlite_of(connection).set_progress_handler(None, 0)
    return count


def turns(work: Callable[[], object]) -> int:
    """How many calls, lines and turns of loops a piece of work takes in Python."""
    count = 0

    def counted(*_: object) -> object:
        nonlocal count
        count += 1
        return counted

    before = sys.gettrace()
    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def calls(
    function: Callable[..., object],
    work: Callable[[], object],
    note: Callable[[Mapping[str, Any]], object] = lambda names: None,
) -> list[object]:
    """What `note` makes of the local names at the end of each call of a function while the work is done."""
    code: CodeType = function.__code__
    seen: list[object] = []
    before = sys.getprofile()

    def called(frame: FrameType, happening: Any, about: object) -> None:
        if happening == "return" and frame.f_code is code:
            seen.append(note(frame.f_locals))
        if before is not None:
            before(frame, happening, about)

    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return seen
