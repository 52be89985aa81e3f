"""A record in which every table has rows, and what altering a row of it comes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from cardwarden.actions.accept import accept, take_back
from cardwarden.actions.restore.perform import looked_at, plans, restore
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.actions.verify import verify_store
from cardwarden.errors import StoreError
from cardwarden.store.writings import Writing, keep_writings
from support.world import World


def recorded(world: World) -> World:
    """A record in which every table has rows: damage that was accepted, taken back, put back, and is open."""
    world.more = "restore = true\n"
    world.put("Yamada", "TEL:186080-1234-5602", "NOTE:one")
    world.put("Sato", "TEL:186080-1234-5604")
    world.put("Keio", "TEL:186080-1234-5605")
    world.check()
    for name, number in (("Yamada", "5602"), ("Sato", "5604"), ("Keio", "5605")):
        world.put(name, f"TEL:+186080-1234-{number}")
    world.check()
    by_name = {found.finding.card.name: found.id for found in world.open() if found.finding.card}
    with world.program() as program:
        accept(program.store, [by_name["Sato"]], program.judging, program.clock, why="new", who="Hanako")
        take_back(program.store, [by_name["Sato"]], program.judging, program.clock, who="Ken")
        accept(program.store, [by_name["Sato"]], program.judging, program.clock, who="Hanako")
        request = RestoreRequest(findings=(by_name["Keio"],))
        shown = [
            looked_at(plan, program.writer_to_ask("family")) for plan in plans(program.store, request, program.judging)
        ]
        restore(program.store, request, shown, program.writer, program.judging, program.clock)
        with program.store.write() as connection:
            keep_writings(connection, 1, {1: Writing("DAVx5/4.3", program.clock.now())})
    world.check()
    return world


@contextmanager
def altered(world: World, statement: str, values: tuple[object, ...] = ()) -> Iterator[bool]:
    """The record after a statement, and as it was again afterwards; says whether the statement could be done."""
    path = world.root / "state/cardwarden.db"
    good = path.read_bytes()
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            try:
                raw.execute(statement, values)
            except sqlite3.IntegrityError:
                yield False
                return
        yield True
    finally:
        path.write_bytes(good)
        for more in ("-wal", "-shm"):
            path.with_name(path.name + more).unlink(missing_ok=True)


def other(value: object) -> object:
    """A value of the same kind that is not the same."""
    match value:
        case bytes():
            return value + b"x"
        case str():
            return value.replace("0", "1") if "0" in value else f"{value}x"
        case int():
            return value + 1
        case _:
            return 1


def rows_of(world: World, table: str, columns: list[str]) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(world.root / "state/cardwarden.db")) as raw:
        return raw.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()


def flaw_of(world: World) -> str:
    """What verify names, "" if everything fits."""
    with world.program() as program:
        try:
            verify_store(program.store)
        except StoreError as error:
            return str(error)
    return ""
