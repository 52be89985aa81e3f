"""A record in a real PostgreSQL: one household sees nothing of another, and nothing is lost where connections are."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Integer, MetaData, create_engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from cardwarden.actions.accept import accept
from cardwarden.actions.check import check_source
from cardwarden.actions.checked import Checked
from cardwarden.actions.claim import claim
from cardwarden.actions.terms import Judging
from cardwarden.actions.tokens import Grant, signer_beside
from cardwarden.cli.main import run
from cardwarden.clock import SystemClock
from cardwarden.errors import BusyError, RefusedError, SourceError, StoreError
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Sentence
from cardwarden.settings.households import SQLITE, Notes
from cardwarden.setup.households import move, note
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from cardwarden.store import chain, verification
from cardwarden.store import tables as t
from cardwarden.store.batches import insert_each
from cardwarden.store.books import books
from cardwarden.store.engine import Store, open_store
from cardwarden.store.findings import open_findings
from cardwarden.store.members import load_members
from cardwarden.store.migrate import REVISIONS, upgrade
from cardwarden.store.postgresql import PostgresServer, kind_of, open_server
from support import former
from support.cards import card
from support.households import Households
from support.judging import EVERY_RULE
from support.ports import free_port
from support.postgresql import Postgres, running
from support.shelf import Shelf
from support.store import altered, check, environment, finding, opened, put
from support.world import FakeClock

pytestmark = pytest.mark.servers

SHAPES = (
    "SELECT indexdef FROM pg_indexes WHERE schemaname = :schema ORDER BY indexname",
    """SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length
       FROM information_schema.columns WHERE table_schema = :schema ORDER BY 1, 2""",
    """SELECT c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = :schema ORDER BY 1, 2""",
)
"""What can be told of the tables in a schema: their indexes, columns, constraints."""


CUT_CLAIMS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
)
"""Ends the sessions that hold any, and waits until they are gone."""


@pytest.fixture
def server(postgres: Postgres) -> Iterator[PostgresServer]:
    opened_server = open_server(postgres.url())
    yield opened_server
    for schema in ("smith", "jones"):
        opened_server.drop(schema)
    opened_server.close()


def test_a_household_sees_nothing_of_another(server: PostgresServer, tmp_path: Path) -> None:
    smith, jones = server.store("smith", tmp_path / "smith"), server.store("jones", tmp_path / "jones")
    with smith.write() as connection:
        put(connection, 0, "k1", b"of the Smiths")
        opened(connection, finding(), minutes=1)
    with jones.read() as connection:
        for table in t.metadata.sorted_tables:
            rows = connection.scalar(select(func.count()).select_from(table))
            assert rows == (1 if table.name == "record" else 0), table.name
        with pytest.raises(ProgrammingError):  # a statement that forgets its schema finds no table at all
            connection.execute(text("SELECT * FROM cards"))
    with jones.write() as connection:
        check(connection)
    assert flaw_of(smith) is None
    assert flaw_of(jones) is None


def flaw_of(store: Store) -> verification.Flaw | None:
    with store.read() as connection:
        return verification.verify(connection).flaw


def test_the_role_that_the_guide_makes_has_no_rights_but_those_of_its_database(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    server.store("smith", tmp_path / "smith")
    rights = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    assert postgres.sql(f"SELECT {rights} FROM pg_roles WHERE rolname = 'cardwarden'") == "f|f|f|f|f"
    assert postgres.sql("SELECT count(*) FROM pg_auth_members WHERE member = 'cardwarden'::regrole") == "0"
    assert postgres.sql("SELECT datname FROM pg_database WHERE datdba = 'cardwarden'::regrole") == "cardwarden"
    others = "CREATE TABLE secret (); CREATE SCHEMA others; CREATE TABLE others.secret (); "
    postgres.sql(others, "cardwarden")
    with create_engine(postgres.url()).connect() as connection:
        for table in ("public.secret", "others.secret"):
            with pytest.raises(ProgrammingError, match="permission denied"), connection.begin():
                connection.execute(text(f"SELECT * FROM {table}"))
    postgres.sql("DROP TABLE secret; DROP SCHEMA others CASCADE", "cardwarden")


def test_nobody_else_may_connect_to_the_database_that_the_guide_makes(postgres: Postgres) -> None:
    postgres.sql("CREATE ROLE stranger LOGIN")
    with pytest.raises(OperationalError, match="permission denied for database"):
        create_engine(postgres.url(user="stranger")).connect()
    postgres.sql("DROP ROLE stranger")


def test_a_role_that_may_not_make_schemas_is_told_so(postgres: Postgres, tmp_path: Path) -> None:
    postgres.sql("CREATE ROLE guest LOGIN; GRANT CONNECT ON DATABASE cardwarden TO guest")
    with pytest.raises(StoreError, match="does not let this user"):
        open_store(postgres.url(user="guest"), "smith", tmp_path / "smith")


def test_a_server_that_is_not_there_is_told_without_who_asks(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/cardwarden, smith does not answer") as caught:
        open_store("postgresql+psycopg://somebody@127.0.0.1:1/cardwarden", "smith", tmp_path / "smith")
    assert "somebody" not in str(caught.value)


def test_a_server_that_is_reached_by_a_socket_is_told_as_that(postgres: Postgres, tmp_path: Path) -> None:
    address = f"postgresql+psycopg://cardwarden@/cardwarden?host={postgres.folder}&port={postgres.port}"
    server = open_server(address)
    store = server.store("smith", tmp_path / "smith")
    assert store.name == f"{postgres.folder}:{postgres.port}/cardwarden, smith"
    server.drop("smith")
    server.close()


@pytest.fixture(scope="module")
def strict() -> Iterator[Postgres]:
    """A server that wants a password of the role "cardwarden", and lets nobody else in."""
    with running() as server:
        server.sql("ALTER ROLE cardwarden PASSWORD 'right'")
        server.sql("CREATE ROLE guest LOGIN")
        server.sql("CREATE ROLE asleep")
        server.allow("all postgres", "trust")
        server.allow("all asleep", "trust")
        server.allow("nowhere cardwarden", "trust")
        server.allow("all cardwarden", "scram-sha-256")
        yield server


@pytest.mark.parametrize(
    ("who", "database", "why"),
    [
        ("cardwarden:wrong", "cardwarden", r"password authentication failed for user"),
        ("cardwarden", "cardwarden", r"no password supplied"),
        ("guest", "cardwarden", r"no pg_hba\.conf entry for host, user, database, no encryption"),
        ("asleep", "cardwarden", r"role is not permitted to log in"),
        ("cardwarden", "nowhere", r"database does not exist"),
    ],
)
def test_a_server_that_answers_and_lets_nobody_in_is_told_as_that(
    who: str, database: str, why: str, strict: Postgres, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match=rf"answered, but let nobody in \({why}\)") as caught:
        open_store(strict.url(database, who), "smith", tmp_path / "smith")
    assert not {"guest", "asleep", "wrong"} & {*re.findall(r"\w+", str(caught.value))}
    assert re.search(why, kind_of(caught.value))
    assert "127.0.0.1" not in kind_of(caught.value)


def test_the_migrations_also_build_a_schema_from_several_processes_at_once(postgres: Postgres, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cardwarden.store.engine import open_store;"
        "open_store(sys.argv[1], 'smith', Path(sys.argv[2])).close()"
    )
    command = [sys.executable, "-c", code, postgres.url(), str(tmp_path / "smith")]
    processes = [subprocess.Popen(command, env=environment()) for _ in range(4)]
    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    assert postgres.sql("SELECT version_num FROM smith.alembic_version", "cardwarden") == REVISIONS[-1]


def test_a_new_schema_and_one_that_came_through_every_revision_are_the_same(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    server.store("smith", tmp_path / "smith").close()
    engine = create_engine(postgres.url(), connect_args={"options": "-c search_path=jones"})
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA jones"))
        upgrade(connection, "jones")
    with engine.connect() as connection:
        for shape in SHAPES:
            made, upgraded = (
                [str(row).replace(f"{name}.", "") for row in connection.execute(text(shape), {"schema": name})]
                for name in ("smith", "jones")
            )
            assert made == upgraded != []
    engine.dispose()


def test_a_record_of_0_1_0_goes_on(
    server: PostgresServer, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(postgres.url(), connect_args={"options": "-c search_path=smith"})
    with engine.begin() as connection, monkeypatch.context() as then:
        connection.execute(text("CREATE SCHEMA smith"))
        then.setattr("cardwarden.store.migrate.REVISIONS", ("0001",))
        upgrade(connection, "smith")
        fill(connection, tmp_path / "former.db")
    engine.dispose()
    with server.store("smith", tmp_path / "smith").read() as connection:
        done = verification.verify(connection)
        digests = [digest for digest, _ in chain.lines(connection)]
        assert [stored.id for stored in open_findings(connection)] == list(former.OPEN)
        assert {row.id: row.charset for row in connection.execute(select(t.books))} == {1: "", 2: ""}
        carried = [[str(row) for row in connection.execute(text(shape), {"schema": "smith"})] for shape in SHAPES]
    assert (done.flaw, done.links) == (None, former.LINKS + 1)
    assert digests.index(former.HEAD) == former.LINKS - 1
    with server.store("jones", tmp_path / "jones").read() as connection:
        made = [[str(row) for row in connection.execute(text(shape), {"schema": "jones"})] for shape in SHAPES]
    assert [[row.replace("smith.", "") for row in rows] for rows in carried] == [
        [row.replace("jones.", "") for row in rows] for rows in made
    ]


def fill(connection: Connection, beside: Path) -> None:
    """Put what 0.1.0 kept into its tables, where the connection looks."""
    former.lay_down(beside)
    tables = MetaData()
    tables.reflect(connection)
    with closing(sqlite3.connect(beside)) as raw:
        raw.row_factory = sqlite3.Row
        for table in tables.sorted_tables:
            flags = [column.name for column in table.c if isinstance(column.type, Boolean)]
            kept = [dict(row) for row in raw.execute(f'SELECT * FROM "{table.name}"')]
            if kept and table.name != "alembic_version":
                connection.execute(
                    insert(table), [{**row, **{name: bool(row[name]) for name in flags}} for row in kept]
                )
            if "id" in table.c and isinstance(table.c.id.type, Integer):
                sequence = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))


def test_a_newer_schema_is_left_alone(server: PostgresServer, tmp_path: Path) -> None:
    altered(server.store("smith", tmp_path / "smith"), "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version of cardwarden"):
        server.store("smith", tmp_path / "smith")


def test_threads_and_processes_that_write_at_once_lose_nothing(server: PostgresServer, tmp_path: Path) -> None:
    store = server.store("smith", tmp_path / "smith")
    code = """
import sys
from pathlib import Path
from support.store import check
from cardwarden.store.engine import open_store
store = open_store(sys.argv[1], "smith", Path(sys.argv[2]))
for number in range(20):
    with store.write() as connection:
        check(connection, number, changed=number % 2 == 0)
store.close()
"""
    command = [sys.executable, "-c", code, server.url.render_as_string(), str(tmp_path / "smith")]
    processes = [subprocess.Popen(command, env=environment()) for _ in range(2)]

    def write() -> None:
        for number in range(20):
            with store.write() as connection:
                check(connection, number, changed=number % 2 == 0)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    with store.read() as connection:
        assert connection.scalar(select(func.sum(t.checks.c.times))) == 80


def test_a_stamp_differs_once_what_was_being_written_is_recorded(server: PostgresServer, tmp_path: Path) -> None:
    store = server.store("smith", tmp_path / "smith")
    before = store.stamp()
    with store.write() as connection:
        check(connection)
        meanwhile = store.stamp()
        assert store.stamp() == meanwhile
    assert store.stamp() not in {before, meanwhile}


def test_a_writer_that_waits_too_long_is_told(
    server: PostgresServer, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = server.store("smith", tmp_path / "smith")
    monkeypatch.setattr("cardwarden.store.postgresql.WAIT_SECONDS", 1)
    other = open_store(postgres.url(), "smith", tmp_path / "smith")
    with store.write(), pytest.raises(BusyError, match="Another cardwarden"), other.write():
        pass
    other.close()


def test_a_cut_connection_records_nothing_and_the_next_one_stands(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    store = server.store("smith", tmp_path / "smith")
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cardwarden'"

    def write() -> None:
        with store.write() as connection:
            check(connection)
            postgres.sql(cut)
            check(connection, 1, changed=True)

    with pytest.raises(StoreError, match="does not answer"):
        write()
    with store.write() as connection:
        assert books(connection) == []
        check(connection)
    postgres.sql(cut)
    with store.read() as connection:
        assert len(books(connection)) == 1


def test_a_history_that_cannot_be_gone_through_for_the_server_went_away_is_not_called_altered(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    store = server.store("smith", tmp_path / "smith")
    with store.write() as connection:
        put(connection, 0, "k1", b"one")

    class Cutting:
        def begin(self, _work: object, _total: int | None = None) -> None:
            postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cardwarden'")

        def advance(self, count: int = 1) -> None:
            """Nothing."""

    with pytest.raises(StoreError, match="does not answer"), store.read() as connection:
        verification.verify(connection, Cutting())
    assert flaw_of(store) is None


def test_rows_that_are_copied_are_refused_and_cut_off_as_statements_are(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    store = server.store("smith", tmp_path / "smith")
    names = ("book_id", "piece", "href", "stamp", "settled")
    rows = [(1, 7, "caf\udce9\t\\N\n.vcf", "", True)]

    def write(*, cut: bool) -> None:
        with store.write() as connection:
            book, _ = check(connection)
            if cut:
                postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cardwarden'")
            insert_each(connection, t.members, names, ((book if cut else 0, *row) for _, *row in rows))

    with pytest.raises(IntegrityError):  # of no book
        write(cut=False)
    with pytest.raises(StoreError, match="does not answer"):
        write(cut=True)
    with store.write() as connection:
        book, _ = check(connection)
        insert_each(connection, t.members, names, ((book, *row) for _, *row in rows))
        assert list(load_members(connection, book)) == [rows[0][2]]


def test_what_was_recorded_is_there_after_a_crash_of_the_server(
    postgres: Postgres, server: PostgresServer, tmp_path: Path
) -> None:
    store = server.store("smith", tmp_path / "smith")
    with store.write() as connection:
        check(connection)
    postgres.stop("immediate")
    with pytest.raises(StoreError, match="does not answer"), store.read():
        pass
    postgres.start()
    with store.read() as connection:
        assert len(books(connection)) == 1


@dataclass
class Interrupted(Shelf):
    """A book; while it is read for the first time, something else happens."""

    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def given(self, hrefs: Iterable[str]) -> Iterable[Fetched | Missed]:
        for fetched in super().given(hrefs):
            if self.meanwhile:
                self.meanwhile.pop()()
            yield fetched


@pytest.mark.parametrize("before", [[], ["1"], ["+1"]], ids=["its first", "sound before", "damaged before"])
def test_a_check_whose_claim_was_cut_records_nothing_of_what_another_one_found(
    before: list[str], server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    here, there = server.store("smith", tmp_path / "a"), open_store(postgres.url(), "smith", tmp_path / "b")
    shelf, clock, judging = Interrupted(), FakeClock(), Judging("JP", EVERY_RULE)

    def looked(store: Store) -> Checked:
        clock.sleep(600)
        [done] = check_source(store, shelf, judging, lambda *_: ["phone"], clock)
        return done

    for prefix in before:
        shelf.truth["a"] = card("Ann", f"TEL:{prefix}86080-1234-5602")
        looked(here)
    shelf.truth["a"] = card("Ann", "TEL:+186080-1234-5602", "NOTE:new")

    def recorded() -> list[int | None]:
        with there.read() as connection:
            tables = (t.checks, t.events, t.findings, t.outbox, t.versions)
            return [connection.scalar(select(func.count()).select_from(table)) for table in tables]

    was: list[int | None] = []

    def cut_and_checked() -> None:
        postgres.sql(CUT_CLAIMS)
        assert not looked(there).refused
        was.extend(recorded())

    shelf.meanwhile.append(cut_and_checked)
    done = looked(here)
    assert done.refused
    assert "checked memory meanwhile" in english(done.reason)
    assert recorded() == was
    assert flaw_of(there) is None
    assert looked(here).outcome == "findings"
    there.close()


def test_a_check_whose_claim_was_cut_takes_back_nothing_that_was_accepted_meanwhile(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    here, there = server.store("smith", tmp_path / "a"), open_store(postgres.url(), "smith", tmp_path / "b")
    shelf, clock, judging = Interrupted(), FakeClock(), Judging("JP", EVERY_RULE)

    def looked(*new: str) -> Checked:
        clock.sleep(600)
        shelf.truth["a"] = card("Ann", *new)
        [done] = check_source(here, shelf, judging, lambda *_: ["phone"], clock)
        return done

    def waiting() -> list[int]:
        with there.read() as connection:
            return [found.id for found in open_findings(connection)]

    looked("TEL:186080-1234-5602")
    looked("TEL:+186080-1234-5602")
    ids = waiting()

    def cut_and_accepted() -> None:
        postgres.sql(CUT_CLAIMS)
        assert accept(there, ids, lambda _: judging, clock) == ids != []

    shelf.meanwhile.append(cut_and_accepted)
    done = looked("TEL:+186080-1234-5602", "NOTE:new")
    assert done.refused
    assert "was cut while memory was checked" in english(done.reason)
    assert waiting() == []
    assert looked("TEL:+186080-1234-5602", "NOTE:new").outcome == "clean"
    assert waiting() == []
    assert flaw_of(there) is None
    there.close()


@dataclass
class Hindered(Shelf):
    """A book; while it is asked for, something else happens, and then it may not be readable."""

    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    fails: list[bool] = field(default_factory=list)

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        if self.meanwhile:
            self.meanwhile.pop()()
        if self.fails and self.fails.pop(0):
            raise SourceError(Sentence("away"))
        return super().observe(book, known, deep=deep)


@pytest.mark.parametrize(
    ("before", "stale", "newer"),
    [
        (False, True, False),  # what could not be read is read by another one
        (True, False, True),  # what looks unchanged cannot be read by another one, once more
        (True, True, False),
    ],
)
def test_a_check_whose_claim_was_cut_and_that_compared_nothing_contradicts_no_other_one(
    before: bool, stale: bool, newer: bool, server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    here, there = server.store("smith", tmp_path / "a"), open_store(postgres.url(), "smith", tmp_path / "b")
    shelf, clock, judging = Hindered(), FakeClock(), Judging("JP", EVERY_RULE)
    shelf.truth["a"] = card("Ann", "TEL:186080-1234-5602")

    def looked(store: Store) -> Checked:
        clock.sleep(600)
        [done] = check_source(store, shelf, judging, lambda *_: ["phone"], clock)
        return done

    def stands() -> list[tuple[Any, ...]]:
        with there.read() as connection:
            asked = (
                select(t.checks.c.id, t.checks.c.outcome, t.checks.c.times, t.checks.c.last_at),
                select(t.books.c.doubted_as, t.books.c.last_conclusive_at),
            )
            return [tuple(row) for query in asked for row in connection.execute(query)]

    was: list[tuple[Any, ...]] = []

    def cut_and_checked() -> None:
        postgres.sql(CUT_CLAIMS)
        assert not looked(there).refused
        was.extend(stands())

    looked(here)
    if before:
        shelf.fails = [True]
        assert looked(here).doubt == "unread"
    shelf.meanwhile, shelf.fails = [cut_and_checked], [newer, stale]
    assert looked(here).refused
    assert stands() == was != []
    assert looked(here).outcome == "clean"
    assert flaw_of(there) is None
    there.close()


def test_a_claim_holds_between_machines_and_ends_with_its_connection(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    here, there = server.store("smith", tmp_path / "a"), open_store(postgres.url(), "smith", tmp_path / "b")
    with claim(here, "family", "", FakeClock()):
        with pytest.raises(RefusedError, match="busy"), claim(there, "family", "", FakeClock(), patience=0):
            pass
        with claim(there, "friends", "", FakeClock(), patience=0):
            pass
        with claim(server.store("jones", tmp_path / "a"), "family", "", FakeClock(), patience=0):
            pass
        postgres.sql(CUT_CLAIMS)
        with claim(there, "family", "", FakeClock(), patience=0):
            pass
    there.close()


def test_a_claim_that_is_cut_off_while_it_waits_is_told_as_that(
    server: PostgresServer, postgres: Postgres, tmp_path: Path
) -> None:
    store, name = server.store("smith", tmp_path / "smith"), b"family"

    def wait_and_be_cut_off() -> None:
        with store.lock(name) as waits:
            assert not waits.take()
            postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cardwarden'")
            waits.take()

    with store.lock(name) as held:
        assert held.take()
        with pytest.raises(StoreError, match="does not answer"):
            wait_and_be_cut_off()


def test_what_is_erased_is_not_in_the_tables_files_any_more(
    postgres: Postgres, server: PostgresServer, tmp_path: Path
) -> None:
    store = server.store("smith", tmp_path / "smith")
    with store.write() as connection:
        put(connection, 0, "k1", b"body", name="Zwetschgenbaum")
    postgres.sql("CHECKPOINT")
    assert files_with(postgres, b"Zwetschgenbaum")
    with store.erase() as connection:
        connection.execute(t.card_keys.delete())
        connection.execute(t.versions.delete())
        connection.execute(t.cards.delete())
    postgres.sql("CHECKPOINT")
    assert not files_with(postgres, b"Zwetschgenbaum")


def test_a_damaged_page_is_told_as_that(postgres: Postgres, server: PostgresServer, tmp_path: Path) -> None:
    store = server.store("smith", tmp_path / "smith")
    with store.write() as connection:
        put(connection, 0, "k1", b"body")
    file = postgres.folder / "data" / postgres.sql("SELECT pg_relation_filepath('smith.versions')", "cardwarden")
    postgres.stop()
    with file.open("r+b") as pages:
        pages.write(b"\xff" * 64)
    postgres.start()
    with pytest.raises(StoreError, match="its files or its disk are damaged"):
        store.broken()


@pytest.fixture
def homes(postgres: Postgres, server: PostgresServer, tmp_path: Path) -> Iterator[Households]:
    """A server with SQLite's files, whose households smith and jones were checked and have something open."""
    homes = Households(tmp_path)
    for name in ("smith", "jones"):
        homes.add(name)
        homes.put(name, f"Anna {name}", "TEL;TYPE=CELL:+186080-1234-5602")
        assert asked(homes, name, "check") == 1
    yield homes
    for name in ("smith", "jones"):
        server.drop(f"household_{name}")


def asked(homes: Households, household: str, *words: str) -> int:
    return run([*words, "--config", str(homes.config), "--household", household])


def schemas(postgres: Postgres) -> str:
    return postgres.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'household%' ORDER BY 1", "cardwarden")


def test_a_household_is_carried_there_and_back_and_goes_on(
    homes: Households, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    record = homes.server.record("smith")
    key = signer_beside(record)
    token = key.sign(Grant(1, frozenset(), datetime(2100, 1, 1, tzinfo=UTC)))
    proofs = []
    for address in (postgres.url(), "sqlite"):
        capsys.readouterr()
        assert run(["household", "move", "smith", "--to", address, "--config", str(homes.config)]) == 0
        proofs.append(capsys.readouterr().out.split("Proof ")[1])
        assert schemas(postgres) == ("household_smith" if address != "sqlite" else "")
        assert record.exists() is (address == "sqlite")
        assert asked(homes, "smith", "check") == 1  # what was open is, and no record was lost
        assert asked(homes, "smith", "verify") == asked(homes, "smith", "show", "e1") == 0
        assert asked(homes, "jones", "verify") == 0
        printed = capsys.readouterr().out
        assert "Anna smith" in printed
        assert "jones" not in printed
        assert isinstance(signer_beside(record).read(token, datetime(2031, 1, 1, tzinfo=UTC)), Grant)
        assert (homes.folder / "smith.server").exists() is (address != "sqlite")
    assert len(proofs) == 2


def test_doctor_looks_into_the_household_s_own_schema(
    homes: Households, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["household", "move", "smith", "--to", postgres.url(), "--config", str(homes.config)]) == 0
    said = examined(homes, capsys)
    assert {"database", "checked-lately"} <= said.keys()
    assert not {"check-failed", "no-database", "never-checked"} & said.keys()


def examined(homes: Households, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What the doctor finds in the household smith, by name, and what it says mends it."""
    capsys.readouterr()
    asked(homes, "smith", "doctor", "--json")
    return {result["name"]: result["mend"] for result in json.loads(capsys.readouterr().out)["results"]}


def test_doctor_names_postgresql_s_own_commands_for_a_record_that_is_gone_or_out_of_reach(
    homes: Households, postgres: Postgres, server: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["household", "move", "smith", "--to", postgres.url(), "--config", str(homes.config)]) == 0
    server.drop("household_smith")
    address = postgres.url().replace("+psycopg", "")
    assert examined(homes, capsys)["database-closed"] == f"pg_restore --dbname={address} BACKUP"
    nobody = f"postgresql+psycopg://cardwarden@127.0.0.1:{free_port()}/cardwarden"
    note(homes.server, "smith", Notes(url=nobody))
    address = nobody.replace("+psycopg", "")
    assert examined(homes, capsys)["database-closed"] == f"pg_isready --dbname={address}"


def test_all_new_households_are_kept_where_the_server_says(homes: Households, postgres: Postgres) -> None:
    for name in ("smith", "jones"):
        assert run(["household", "move", name, "--to", postgres.url(), "--config", str(homes.config)]) == 0
    homes.store = f'url = "{postgres.url()}"'
    for name in ("smith", "jones"):
        assert move(homes.server, name, postgres.url(), SystemClock()) is None
        assert asked(homes, name, "verify") == 0
    homes.add("adams")
    homes.put("adams", "Bert adams")
    assert asked(homes, "adams", "check") == 0
    assert schemas(postgres).split() == ["household_adams", "household_jones", "household_smith"]
    assert run(["household", "remove", "adams", "--yes", "--config", str(homes.config)]) == 0
    assert schemas(postgres).split() == ["household_jones", "household_smith"]
    assert asked(homes, "jones", "verify") == 0


def test_a_history_is_handed_out_of_postgresql_as_a_file(homes: Households, postgres: Postgres, tmp_path: Path) -> None:
    assert run(["household", "move", "smith", "--to", postgres.url(), "--config", str(homes.config)]) == 0
    words = ["household", "remove", "smith", "--export", str(tmp_path / "smith.db"), "--yes"]
    assert run([*words, "--config", str(homes.config)]) == 0
    assert schemas(postgres) == ""
    handed_out = open_store(f"sqlite:///{tmp_path / 'smith.db'}")
    assert flaw_of(handed_out) is None
    with handed_out.read() as connection:
        assert [book.source for book in books(connection)] == ["family"]
    handed_out.close()


@pytest.mark.parametrize("left", ["whole", "without tables"])
def test_what_a_killed_move_left_is_done_by_the_next(left: str, homes: Households, postgres: Postgres) -> None:
    record = homes.server.record("smith")
    before = record.read_bytes()
    move(homes.server, "smith", postgres.url(), SystemClock())
    # As it is after a kill between the moment from which the new record counts and the last of the old one's files.
    record.write_bytes(before)
    note(homes.server, "smith", replace(homes.server.notes("smith"), was=SQLITE))
    if left == "without tables":
        old = open_store(f"sqlite:///{record}")
        with old.write() as connection:
            old.take_away(connection)
        old.close()
    assert asked(homes, "smith", "verify") == 0
    assert move(homes.server, "smith", postgres.url(), SystemClock()) is None
    assert not record.exists()
    assert homes.server.notes("smith").was is None
    assert asked(homes, "smith", "check") == 1


def test_a_schema_of_somebody_else_is_not_moved_over(homes: Households, postgres: Postgres, tmp_path: Path) -> None:
    other = open_store(postgres.url(), "household_smith", tmp_path / "other")
    with other.write() as connection:
        check(connection)
    with pytest.raises(RefusedError, match="recorded in"):
        move(homes.server, "smith", postgres.url(), SystemClock())
    assert asked(homes, "smith", "verify") == 0
    assert homes.server.notes("smith").url is None
    with other.read() as connection:
        assert len(books(connection)) == 1
    other.close()


def files_with(postgres: Postgres, words: bytes) -> list[Path]:
    """Files of tables in which that stands; the server's log of changes is rotated by the server."""
    return [
        path for path in (postgres.folder / "data/base").rglob("*") if path.is_file() and words in path.read_bytes()
    ]
