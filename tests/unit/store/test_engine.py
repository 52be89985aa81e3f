"""Opening, sharing and losing a database file: nothing is lost, and every refusal says why."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from cardwarden.errors import CardwardenError, ReplacedError, StoreError
from cardwarden.phrases.phrase import phrase
from cardwarden.store import tables as t
from cardwarden.store.bodies import body, save_bodies
from cardwarden.store.books import books
from cardwarden.store.cards import CardRow, save_cards
from cardwarden.store.engine import Store, open_store
from cardwarden.store.sqlite import ending_at_ctrl_c
from support import former
from support.store import check, digest, entry, environment, put, url

pytestmark = pytest.mark.sqlite


def opening_as_somebody_else(path: Path) -> str:
    """What the program says to a user without permission. Root is never refused, so root becomes nobody first."""
    with tempfile.TemporaryDirectory() as folder:
        open_store(url(Path(folder) / "any.db")).close()  # loads what nobody may be unable to read: modules and phrases
        str(StoreError(phrase("database-full", path="any")))
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests; the child only opens a file
        child = os.fork()
    if child == 0:
        said = "it was opened"
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            open_store(url(path)).close()
        except CardwardenError as error:
            said = f"{type(error).__name__}: {error}"
        finally:  # whatever happens, the child does not go on as a second test run
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def test_a_new_database_and_its_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "cardwarden.db"
    previous = os.umask(0)
    try:
        store = open_store(url(path))
        with store.write() as connection:
            check(connection)
            names = sorted(os.listdir(path.parent))  # noqa: PTH208
            modes = {stat.S_IMODE((path.parent / name).stat().st_mode) for name in names}
        store.close()
    finally:
        os.umask(previous)
    assert names == ["cardwarden.db", "cardwarden.db-shm", "cardwarden.db-wal"]
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_written_is_there_when_it_is_opened_again(store: Store) -> None:
    with store.write() as connection:
        check(connection)
    store.close()
    again = open_store(url(store.path))
    with again.read() as connection:
        assert [book.book for book in books(connection)] == ["/book"]
    again.close()


def test_a_block_that_raises_writes_nothing(store: Store) -> None:
    def fail() -> None:
        with store.write() as connection:
            check(connection)
            raise KeyError("of the caller")

    with pytest.raises(KeyError):
        fail()
    with store.read() as connection:
        assert books(connection) == []


def test_a_reader_sees_one_state_while_somebody_writes(store: Store) -> None:
    with store.read() as reading:
        assert books(reading) == []
        with store.write() as writing:
            check(writing)
        assert books(reading) == []
    with store.read() as reading:
        assert len(books(reading)) == 1


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError), store.read() as connection:
        check(connection)


def test_a_stamp_differs_after_every_writing_of_this_process_and_of_others(store: Store) -> None:
    stamps = [store.stamp()]
    with store.write() as connection:
        check(connection)
    stamps.append(store.stamp())
    with closing(open_store(url(store.path))) as other, other.write() as connection:
        check(connection)
    stamps.append(store.stamp())
    with store.erase() as connection:
        check(connection)
    stamps.append(store.stamp())
    assert len(set(stamps)) == len(stamps)


def test_a_stamp_stays_as_long_as_nobody_writes(store: Store) -> None:
    before = store.stamp()
    store.probe()
    with store.read() as connection:
        books(connection)
    with closing(open_store(url(store.path))) as other:
        other.probe()
    assert store.stamp() == before


def save_without_a_body(store: Store) -> None:
    with store.write() as connection:
        book, made = check(connection)
        save_cards(connection, book, made, [CardRow(None, entry("k1", name="Yamada Taro"), True, None)])


def test_a_broken_constraint_is_a_bug_and_not_a_fault_of_the_file(store: Store) -> None:
    with pytest.raises(IntegrityError):
        save_without_a_body(store)


def test_an_error_never_shows_personal_values(store: Store) -> None:
    with pytest.raises(IntegrityError) as caught:
        save_without_a_body(store)
    assert "Yamada" not in str(caught.value)


def test_two_processes_that_write_at_once_lose_nothing(store: Store) -> None:
    code = """
import sys
from support.store import check
from cardwarden.store.engine import open_store
store = open_store(sys.argv[1])
for number in range(40):
    with store.write() as connection:
        check(connection, number, changed=number % 2 == 0)
store.close()
"""
    command = [sys.executable, "-c", code, url(store.path)]
    running = [subprocess.Popen(command, env=environment()) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    with store.read() as connection:
        assert connection.scalar(select(func.sum(t.checks.c.times))) == 120
        assert connection.scalar(select(func.count()).select_from(t.checks)) == 60


def test_processes_that_open_a_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    code = "import sys; from cardwarden.store.engine import open_store; open_store(sys.argv[1]).close()"
    command = [sys.executable, "-c", code, url(tmp_path / "new.db")]
    running = [subprocess.Popen(command, env=environment()) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]


def test_a_new_database_that_another_is_just_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as another, ThreadPoolExecutor(1) as pool:
        another.execute("BEGIN IMMEDIATE")
        opened = pool.submit(open_store, url(path))
        time.sleep(0.3)  # it comes to the file in this time, or later: then it need not wait
        another.execute("COMMIT")
        opened.result().close()


def test_threads_that_write_at_once_lose_nothing(store: Store) -> None:
    def write() -> None:
        for number in range(20):
            with store.write() as connection:
                check(connection, number, changed=True)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(t.checks)) == 80


def test_a_full_disk_loses_nothing_and_is_said(store: Store) -> None:
    with store.write() as connection:
        put(connection, 0, "k1", b"kept")
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes the pages there are
    large = os.urandom(200_000)
    with pytest.raises(StoreError, match="disk is full"), store.write() as connection:
        save_bodies(connection, {digest(large): large})
    with store.read() as connection:
        assert body(connection, digest(b"kept")) == b"kept"
    with store.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        save_bodies(connection, {digest(large): large})
    with store.read() as connection:
        assert body(connection, digest(large)) == large


def test_somebody_who_writes_for_too_long_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cardwarden.store.sqlite.WAIT_SECONDS", 0.05)
    other = open_store(url(store.path))
    with store.write(), pytest.raises(StoreError, match="Another cardwarden"), other.write():
        pass
    other.close()


@pytest.mark.parametrize("garbage", [b"garbage", b"BEGIN:VCARD\r\n" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_garbage_is_refused_and_left_as_it_is(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "cardwarden.db"
    path.write_bytes(garbage)
    with pytest.raises(StoreError, match="not a database"):
        open_store(url(path))
    assert path.read_bytes() == garbage


def test_a_damaged_database_is_said_to_be_damaged(store: Store) -> None:
    with store.write() as connection:
        put(connection, 0, "k1", os.urandom(50_000))
    store.close()
    with store.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (store.path.stat().st_size - 4096))

    def read_all() -> None:
        again = open_store(url(store.path))
        try:
            with again.read() as connection:
                books(connection)
        finally:
            again.close()

    with pytest.raises(StoreError, match="is damaged"):
        read_all()


def test_a_cut_off_database_is_said_to_be_damaged(store: Store) -> None:
    with store.write() as connection:
        put(connection, 0, "k1", os.urandom(50_000))
    store.close()
    with store.path.open("r+b") as file:
        file.truncate(10_000)
    with pytest.raises(StoreError, match="is damaged"):
        open_store(url(store.path))


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        open_store(url(tmp_path))


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(url(tmp_path / "state" / "cardwarden.db"))


@pytest.mark.parametrize("wrong", ["", "nonsense", "sqlite://", "sqlite:////a?b=c"])
def test_a_url_that_is_no_sqlite_file_is_refused_without_showing_it(wrong: str) -> None:
    with pytest.raises(StoreError, match="sqlite:////") as caught:
        open_store(wrong)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_closed_folder_is_named_with_the_user_to_run_as(open_folder: Path, mode: int) -> None:
    path = open_folder / "state" / "cardwarden.db"
    open_store(url(path)).close()
    path.parent.chmod(mode)
    said = opening_as_somebody_else(path)
    path.parent.chmod(0o755)
    assert said.startswith(f"StoreError: This user has no permission to write {path.parent},")
    assert f"sudo -u {path.owner()} cardwarden" in said


def test_a_closed_file_is_named_with_the_user_to_run_as(open_folder: Path) -> None:
    path = open_folder / "cardwarden.db"
    open_store(url(path)).close()
    open_folder.chmod(0o777)
    path.chmod(0o400)
    said = opening_as_somebody_else(path)
    assert said.startswith(f"StoreError: This user has no permission to write {path},")


def test_a_closed_file_of_an_earlier_version_is_named_and_left_alone(open_folder: Path) -> None:
    path = open_folder / "cardwarden.db"
    former.lay_down(path)
    before = path.read_bytes()
    open_folder.chmod(0o777)
    path.chmod(0o400)
    said = opening_as_somebody_else(path)
    assert said.startswith(f"StoreError: This user has no permission to write {path},")
    assert path.read_bytes() == before
    assert list(open_folder.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_said(open_folder: Path) -> None:
    (open_folder / "closed").mkdir(mode=0o555)
    said = opening_as_somebody_else(open_folder / "closed" / "state" / "cardwarden.db")
    assert said.startswith("StoreError:")
    assert "permission denied" in said


def test_a_missing_file_in_a_read_only_folder_is_not_made(open_folder: Path) -> None:
    (open_folder / "closed").mkdir(mode=0o555)
    said = opening_as_somebody_else(open_folder / "closed" / "cardwarden.db")
    assert said.startswith("StoreError: This user has no permission")
    assert list((open_folder / "closed").iterdir()) == []


def test_opening_twice_in_a_process_keeps_the_first_ones_lock(store: Store) -> None:
    with store.write() as connection:
        check(connection)
        open_store(url(store.path)).close()
        raw = sqlite3.connect(store.path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            raw.execute("BEGIN IMMEDIATE")
        raw.close()


@pytest.mark.parametrize("again", [False, True], ids=["removed", "replaced"])
def test_nothing_is_read_from_or_written_to_a_file_that_is_not_there_any_more(again: bool, store: Store) -> None:
    away = store.path.rename(store.path.with_name("away"))
    if again:
        store.path.write_bytes(away.read_bytes())
    for use in (store.read, store.write):
        with pytest.raises(ReplacedError), use():
            pass
    with pytest.raises(ReplacedError):
        store.stamp()
    away.replace(store.path)
    with store.read() as connection:
        assert books(connection) == []


def test_a_value_that_nobody_wrote_is_damage_and_no_bug(store: Store) -> None:
    with store.write() as connection:
        check(connection)
    with closing(sqlite3.connect(store.path)) as raw:
        raw.execute("UPDATE books SET title = X'ff'")
        raw.commit()
    with pytest.raises(StoreError, match="is damaged"), store.read() as connection:
        books(connection)


def test_a_bug_beside_a_sound_database_stays_a_bug(store: Store) -> None:
    with pytest.raises(UnicodeDecodeError), store.read():
        b"\xff".decode()


def test_ctrl_c_ends_one_long_statement() -> None:
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
    presser = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
    with closing(sqlite3.connect(":memory:")) as connection:
        presser.start()
        with pytest.raises(KeyboardInterrupt), ending_at_ctrl_c(connection):
            connection.execute(endless)
        presser.join()
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_another_fault_of_a_long_statement_stays_what_it_is() -> None:
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        ending_at_ctrl_c(connection),
    ):
        connection.execute("SELECT * FROM missing")
