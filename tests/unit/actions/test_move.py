"""A household's record moves from one database into another, whole, and goes on there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, type_coerce
from sqlalchemy.types import NullType

from cardwarden.actions.move import copy, move
from cardwarden.actions.verify import verify_store
from cardwarden.errors import RefusedError, StoreError
from cardwarden.store import tables as t
from cardwarden.store.engine import Store, open_store
from support.store import altered, finding, opened, url
from support.world import YAMADA, World


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Store]:
    """Another database, of the other kind if there is one."""
    made = open_store(url(tmp_path / "other/cardwarden.db"))
    yield made
    made.close()


def lived(world: World) -> None:
    world.put("Yamada", *YAMADA, "PHOTO;ENCODING=b;TYPE=JPEG:" + "/9j/4AAQ" * 500)
    world.put("Doe", "TEL:+1 650 253 0000")
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    world.remove("Doe")
    world.check()


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as it is kept; a yes is 1."""
    with store.read() as connection:
        return {
            table.name: [
                tuple(int(value) if isinstance(value, bool) else value for value in row)
                for row in connection.execute(
                    select(*(type_coerce(column, NullType()) for column in table.c)).order_by(
                        *table.primary_key.columns
                    )
                )
            ]
            for table in t.metadata.sorted_tables
        }


def test_everything_comes_over_and_the_source_stays(world: World, target: Store) -> None:
    lived(world)
    with world.program() as program:
        before = rows(program.store)
        done = copy(program.store, target, world.clock)
        assert rows(target) == before == rows(program.store)
        assert verify_store(target).head == done.head == verify_store(program.store).head
        assert done.rows == sum(map(len, before.values()))


def test_there_and_back_is_the_same(world: World, target: Store) -> None:
    lived(world)
    with world.program() as program:
        before = rows(program.store)
        copy(program.store, target, world.clock)
    again = World(world.root / "again", clock=world.clock)
    with again.program() as program:
        with program.store.write():
            pass
        copy(target, program.store, world.clock)
        assert rows(program.store) == before


def test_ids_that_were_given_are_not_given_again(world: World, target: Store) -> None:
    lived(world)
    with world.program() as program:
        with program.store.write() as connection:
            number, [last] = opened(connection, finding(), book="/other")
            for table, column in ((t.finding_history, "finding_id"), (t.findings, "id")):
                connection.execute(table.delete().where(table.c[column] == last))
            connection.execute(t.events.delete().where(t.events.c.id == number))
            connection.execute(t.row_salts.delete().where(t.row_salts.c.kind.in_(("findings", "events"))))
        copied_past(program.store, target)
    with target.write() as connection:
        event, [next_one] = opened(connection, finding(), book="/third")
    assert (event, next_one) == (number + 1, last + 1)


def copied_past(source: Store, target: Store) -> None:
    """Copy it without its chain being gone through: rows were taken out behind its back."""
    from cardwarden.store.copying import copy_record

    with source.read() as given, target.write() as taken:
        copy_record(given, taken)


def test_what_holds_something_is_not_written_over(world: World, target: Store) -> None:
    lived(world)
    with target.write() as connection:
        opened(connection, finding())
    before = rows(target)
    with world.program() as program, pytest.raises(RefusedError, match="recorded in"):
        copy(program.store, target, world.clock)
    assert rows(target) == before


def test_a_record_that_does_not_fit_its_chain_is_not_moved(world: World, target: Store) -> None:
    lived(world)
    before = rows(target)
    with world.program() as program:
        altered(program.store, "UPDATE findings SET severity = 10")
        with pytest.raises(StoreError, match="finding"):
            copy(program.store, target, world.clock)
    assert rows(target) == before


def test_what_was_moved_is_in_use_there_and_nowhere_else(world: World, target: Store) -> None:
    lived(world)
    seen = []
    with world.program() as program:
        before = rows(program.store)
        move(program.store, target, world.clock, lambda: seen.append(rows(target)))
        assert seen == [before] == [rows(target)]
        with pytest.raises(StoreError), program.store.write() as connection:
            opened(connection, finding())  # somebody who had it open loses nothing without a word
        program.store.clear_away()


def test_what_could_not_be_settled_leaves_the_old_record_in_use(world: World, target: Store) -> None:
    lived(world)

    def settled() -> None:
        raise OSError

    with world.program() as program:
        before = rows(program.store)
        with pytest.raises(OSError):  # noqa: PT011 - the very one
            move(program.store, target, world.clock, settled)
        assert rows(program.store) == before
        with program.store.write() as connection:
            opened(connection, finding(), book="/other")
        later = rows(program.store)
        move(program.store, target, world.clock, lambda: None)  # over the copy of before
    assert rows(target) == later


def test_a_copy_that_went_on_by_itself_is_not_written_over(world: World, target: Store) -> None:
    lived(world)
    with world.program() as program:
        copy(program.store, target, world.clock)
        with target.write() as connection:
            opened(connection, finding(), book="/other")
        before = rows(target)
        with pytest.raises(RefusedError, match="recorded in"):
            copy(program.store, target, world.clock)
    assert rows(target) == before


def test_nobody_writes_into_what_is_being_moved(world: World, target: Store) -> None:
    lived(world)
    ended: list[type[BaseException] | None] = []

    with world.program() as program:
        other = threading.Thread(target=lambda: ended.append(writing(program.store)))

        def settled() -> None:
            other.start()
            other.join(timeout=0.3)
            assert other.is_alive()  # it waits

        move(program.store, target, world.clock, settled)
        other.join(timeout=20)
        assert ended == [StoreError]


def writing(store: Store) -> type[BaseException] | None:
    """How it ends if somebody accepts something meanwhile."""
    try:
        with store.write() as connection:
            connection.execute(t.events.update().values(count=1))
    except BaseException as error:  # noqa: BLE001 - whatever it is
        return type(error)
    return None
