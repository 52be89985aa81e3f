"""Whatever evidence shows was recorded in the chain: a row that was altered, added or taken out is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from cardwarden.actions.accept import accept, take_back
from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.report.evidence import as_json
from cardwarden.actions.report.gather import of_card, of_findings
from cardwarden.actions.restore.perform import looked_at, plans, restore
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.actions.retain import retain
from cardwarden.actions.verify import verify_store
from cardwarden.errors import StoreError
from cardwarden.phrases.language import Voice
from cardwarden.store import findings as finding_store
from cardwarden.store import tables as t
from cardwarden.store.covered import COVERED
from cardwarden.store.writings import Writing, keep_writings
from support.world import World

NOT_COVERED = {
    "books": {"token", "judged_with", "last_conclusive_at", "last_deep_at", "doubted_as", "doubted_since", "listing"}
}


@pytest.fixture
def lived(world: World) -> World:
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
        take_back(program.store, [by_name["Sato"]], program.judging, program.clock)
        accept(program.store, [by_name["Sato"]], program.judging, program.clock, who="Hanako")
        request = RestoreRequest(findings=(by_name["Keio"],))
        shown = [looked_at(plan, program.viewer("family")) for plan in plans(program.store, request, program.judging)]
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


@pytest.mark.sqlite
def test_every_value_of_every_row_that_evidence_shows_is_covered(lived: World) -> None:
    assert flaw_of(lived) == ""
    for name, table in COVERED.items():
        keys = [column.name for column in table.primary_key.columns]
        rows = rows_of(lived, name, [column.name for column in table.c])
        assert rows, name
        row = dict(zip((column.name for column in table.c), rows[-1], strict=True))
        where = " AND ".join(f"{key} = ?" for key in keys)
        place = tuple(row[key] for key in keys)
        for column in set(row) - NOT_COVERED.get(name, set()):
            statement = f"UPDATE {name} SET {column} = ? WHERE {where}"
            with altered(lived, statement, (other(row[column]), *place)) as done:
                assert not done or named_in(flaw_of(lived), name), (name, column)
        with altered(lived, f"DELETE FROM {name} WHERE {where}", place):
            assert named_in(flaw_of(lived), name), name


def named_in(flaw: str, table: str) -> bool:
    """Of a book that is another one, its first check is named before its row."""
    return f" of {table}" in flaw or (table == "books" and "check 1 of" in flaw)


@pytest.mark.sqlite
def test_a_row_that_was_slipped_in_is_named(lived: World) -> None:
    slip = "INSERT INTO acceptances (at, who, why) SELECT at, who, why FROM acceptances LIMIT 1"
    with altered(lived, slip):
        assert "row 3 of acceptances" in flaw_of(lived)


def shown(world: World) -> object:
    """All that evidence says, apart from the chain itself."""
    with world.program() as program, program.store.read() as connection:
        now = world.clock.now()
        voice = Voice("en")
        found = finding_store.list_findings(connection, include_closed=True)
        made = of_findings(connection, found, now, voice)
        person = card_named(connection, "Yamada")
        contact = of_card(connection, person, now - timedelta(days=9), now, lambda _: "JP", now, voice)
        return (
            as_json(made)["findings"],
            as_json(contact)["contacts"],
            {k: v for k, v in made.files.items() if k != "chain.txt"},
        )


@pytest.mark.sqlite
def test_what_changes_the_evidence_is_found_whatever_column_it_is_in(lived: World) -> None:
    before = shown(lived)
    found = 0
    for name, table in t.metadata.tables.items():
        keys = [column.name for column in table.primary_key.columns]
        columns = [column.name for column in table.c]
        for row in rows_of(lived, name, columns)[:3]:
            values: dict[str, Any] = dict(zip(columns, row, strict=True))
            where = " AND ".join(f"{key} = ?" for key in keys)
            for column in columns:
                statement = f"UPDATE {name} SET {column} = ? WHERE {where}"
                place = tuple(values[key] for key in keys)
                with altered(lived, statement, (other(values[column]), *place)) as done:
                    if done and differs(lived, before):
                        found += 1
                        assert flaw_of(lived), (name, column)
    assert found > 30


def differs(world: World, before: object) -> bool:
    try:
        return shown(world) != before
    except Exception:  # noqa: BLE001 - no evidence is made of a record that cannot be read
        return False


def test_forgetting_and_retention_leave_a_record_that_verifies(lived: World) -> None:
    lived.remove("Sato")
    lived.check()
    with lived.program() as program:
        accept(program.store, [found.id for found in lived.open()], program.judging, program.clock)
        for _ in range(3):
            lived.clock.at += timedelta(days=1)
            retain(program.store, timedelta(days=1), lived.clock)
        assert verify_store(program.store).flaw is None
        with program.store.read() as connection:
            left = finding_store.list_findings(connection, include_closed=True)
        assert "Sato" not in {found.finding.card.name for found in left if found.finding.card}
