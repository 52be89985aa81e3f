"""The migrations build what the tables say, and other databases are left alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from cardwarden.actions.move import copy
from cardwarden.errors import StoreError
from cardwarden.store import migrate
from cardwarden.store.engine import Store, open_store
from cardwarden.store.tables import metadata
from support.store import environment, url
from support.world import YAMADA, World

pytestmark = pytest.mark.sqlite


@pytest.fixture
def upgraded() -> Iterator[Connection]:
    """A database that came through every revision."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate.upgrade(connection)
        yield connection
    engine.dispose()


def test_the_migrations_build_what_the_tables_say(upgraded: Connection) -> None:
    assert compare_metadata(MigrationContext.configure(upgraded), metadata) == []


def test_a_new_database_and_one_that_came_through_every_revision_are_the_same(
    store: Store, upgraded: Connection
) -> None:
    def statements(connection: Connection) -> set[str]:
        rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {"".join(sql.split()) for (sql,) in rows if "sqlite_" not in sql}

    def revision(connection: Connection) -> object:
        return connection.execute(text("SELECT version_num FROM alembic_version")).all()

    with store.read() as made:
        assert statements(made) == statements(upgraded)
        assert revision(made) == revision(upgraded)


def test_several_are_upgraded_at_once_each_by_itself() -> None:
    together = Barrier(4)

    def differences(_number: int) -> object:
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            together.wait()
            migrate.upgrade(connection)
            made = compare_metadata(MigrationContext.configure(connection), metadata)
        engine.dispose()
        return made

    with ThreadPoolExecutor(together.parties) as pool:
        assert list(pool.map(differences, range(together.parties))) == [[]] * together.parties


def test_the_revisions_are_the_files() -> None:
    folder = str(Path(migrate.__file__).with_name("migrations"))
    scripts = ScriptDirectory(folder, version_locations=[folder])
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == migrate.REVISIONS


def test_a_database_of_a_newer_version_is_refused_and_left_alone(store: Store) -> None:
    store.close()
    with sqlite3.connect(store.path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match="newer version of cardwarden"):
        open_store(url(store.path))
    assert store.path.read_bytes() == before


def test_a_database_that_a_newer_version_only_added_to_is_used_and_not_copied(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    world.put("Yamada", *YAMADA)
    world.check()
    database = world.root / "state/cardwarden.db"
    with sqlite3.connect(database) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0002.7'")
        raw.execute("ALTER TABLE outbox ADD COLUMN later TEXT")
        raw.execute("CREATE TABLE later (id INTEGER PRIMARY KEY)")
    raw.close()
    world.put("Yamada", *YAMADA[:1])
    assert world.check()
    with world.program() as program:
        assert program.store.broken() == ""
        with pytest.raises(StoreError, match="newer version of cardwarden"):
            copy(program.store, open_store(url(tmp_path / "copy.db")), program.clock)
    with sqlite3.connect(database) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0002.7",)]
    raw.close()


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE notes (text)")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(url(path))
    assert path.read_bytes() == before


def test_alembic_is_loaded_neither_for_a_new_database_nor_for_one_that_needs_no_migration(tmp_path: Path) -> None:
    code = (
        "import sys; from cardwarden.store.engine import open_store; open_store(sys.argv[1]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    for _ in ("made", "opened"):
        done = subprocess.run([sys.executable, "-c", code, url(tmp_path / "new.db")], env=environment(), check=False)
        assert done.returncode == 0
