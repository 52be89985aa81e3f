"""A record in a file of SQLite's: the only module that knows how SQLite wants to be used."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import StaticPool

from cardwarden.clock import SystemClock
from cardwarden.database_file import file_of, replaced
from cardwarden.errors import BusyError, CardwardenError, ReplacedError, StoreError, because
from cardwarden.own_file import new_file, new_folder, sync
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import record
from cardwarden.store.base import Lock, Store
from cardwarden.store.faults import WAIT_SECONDS, damaged, explained, full, result_code, why_not_writable
from cardwarden.store.migrate import is_newest, migrate, revision_of
from cardwarden.store.tables import metadata

BACKUP = ".before-migration-from-"
"""What stands between the name of the database and the revision in the name of a backup that a migration made."""
_CHECKED_AT_OPEN = 16 << 20  # bytes that are gone through at every start; of larger files the daemon does it once a day
_JOURNAL = 1 << 20  # bytes
_STEPS = 100_000  # of SQLite's machine, some milliseconds
_ROOM = 1 << 20  # bytes that must be free on the disk
_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class SqliteStore(Store):
    """An open database file."""

    path: Path
    _reader: Engine
    _writer: Engine
    _observer: Engine
    """One connection for as long as the file is open: what it is asked for is its own count."""
    file: tuple[int, int]
    is_begun: bool = True

    @property
    def name(self) -> str:
        """The file."""
        return str(self.path)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the database as it is now and cannot change it.

        Raises StoreError; ReplacedError if the file at `path` is not the one that was opened.
        """
        with self._explained(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection that alone may write: all of it is recorded at the end, or nothing if the block raises.

        Waits for another writer. Raises StoreError as `read` does, and if no record was begun yet.
        """
        self.require_record()
        with self._explained(), self._writer.begin() as connection:
            yield connection

    def stamp(self) -> str:
        """See `Store`: how often its connection saw that another one wrote (sqlite.org/pragma.html#pragma_data_version)."""
        with (
            self._explained(),
            closing(self._observer.raw_connection()) as connection,
            closing(connection.cursor()) as cursor,
        ):
            [seen] = cursor.execute("PRAGMA data_version").fetchone()
        return str(seen)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        if file_of(self.path) != self.file:
            raise ReplacedError(replaced(self.path))
        try:
            with explained(self.path):
                yield
        except CardwardenError:
            raise
        except Exception as error:
            if self.is_damaged():
                raise StoreError(damaged(self.path)) from error
            raise

    def is_damaged(self) -> bool:
        """Whether something in the file is not as cardwarden wrote it: then what a caller met is no bug of its own."""
        from cardwarden.store import verification  # noqa: PLC0415 - mostly nobody has to ask

        try:
            with explained(self.path), self._reader.begin() as connection:
                if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one() != "ok":
                    return True
                for table in metadata.sorted_tables:
                    connection.execute(select(table)).all()  # raises if a value is none that its column can hold
                return verification.verify(connection).flaw is not None
        except BusyError:
            return False
        except Exception:  # noqa: BLE001 - whatever cannot read it: it wrote it
            return True

    def probe(self) -> None:
        """Whether the database can be read and written now. Raises StoreError if not, ReplacedError if it was emptied, too."""
        if said := self.lost():
            raise ReplacedError(said)
        with self.write() as connection:
            connection.exec_driver_sql("SELECT 1 FROM alembic_version")
        free = os.statvfs(self.path.parent)
        if free.f_bavail * free.f_frsize < _ROOM:
            raise full(self.path)

    def broken(self) -> str:
        """What SQLite finds wrong with the file, gone through page by page; "" if nothing is. Raises StoreError."""
        with self.read() as connection, ending_at_ctrl_c(connection.connection.driver_connection):
            complaint: str = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        return "" if complaint == "ok" else complaint

    def check(self) -> None:
        """Go through the pages of the file, without comparing tables and indexes. Raises StoreError if one is damaged."""
        with self.read() as connection:
            complaint = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if complaint != "ok":
            raise StoreError(damaged(self.path))

    def backup(self, to: Path) -> None:
        """Copy the database as it is now into a new file, readable by its owner alone; others may write meanwhile.

        The file has its name only when it is whole and on the disk. Raises FileExistsError, OSError and StoreError.
        """
        self.require_record()
        unfinished = to.with_name(f".{to.name}.{os.getpid()}")
        os.close(new_file(unfinished))
        try:
            with (
                explained(to),
                closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS)) as source,
                ending_at_ctrl_c(source),
            ):
                source.execute("VACUUM INTO ?", (str(unfinished),))
            sync(unfinished)
            os.link(unfinished, to)  # a rename would replace what is there
            sync(to.parent)
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def erase(self) -> Iterator[Connection]:
        """Like `write`; what the block deletes is gone from the file and its journal, too, when it ends."""
        with self.write() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            yield connection
        self._writer.dispose()  # the pragma stays with its connection
        with explained(self.path), closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS)) as raw:
            # What older transactions left in free pages goes with the old pages; then the journal is emptied.
            raw.execute("PRAGMA secure_delete = ON")
            raw.execute("VACUUM")
            busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreError(phrase("database-still-read", path=Code(str(self.path))))

    @contextmanager
    def lock(self, name: bytes) -> Iterator[Lock]:
        """A file in a folder beside the database."""
        from cardwarden.store.file_lock import file_lock  # noqa: PLC0415 - who only asks locks nothing

        folder = self._locks
        path = folder / hashlib.sha256(name).hexdigest()[:16]
        try:
            if not folder.is_dir():
                with suppress(FileExistsError):  # another process was as quick
                    new_folder(folder, 0o700)
        except OSError as error:
            raise StoreError(phrase("error-lock-failed", path=Code(str(path)), why=because(error))) from error
        with file_lock(path) as lock:
            yield lock

    @contextmanager
    def locks(self, names: Sequence[bytes]) -> Iterator[Sequence[bool]]:
        """See `Store`: each is an open file."""
        with ExitStack() as held:
            yield [held.enter_context(self.lock(name)).take() for name in names]

    def size(self) -> int:
        """Bytes of the file and its journal."""
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def take_away(self, connection: Connection) -> None:
        """See `Store`. A writer that waits would else write into a file that has no name any more."""
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        )
        for name in tables.scalars().all():
            connection.exec_driver_sql(f'DROP TABLE "{name}"')

    def clear_away(self) -> None:
        """See `Store`: the file and its journal, its locks, and what migrations kept of it."""
        import glob  # noqa: PLC0415 - mostly nothing is taken away, and shutil loads all that packs files
        import shutil  # noqa: PLC0415

        self.close()
        for path in self.path.parent.glob(f"{glob.escape(self.path.name)}*"):
            end = path.name.removeprefix(self.path.name)
            if end in {"", "-wal", "-shm"} or end.startswith(BACKUP):
                path.unlink(missing_ok=True)
        shutil.rmtree(self._locks, ignore_errors=True)

    @property
    def _locks(self) -> Path:
        return self.path.with_name(self.path.name + ".locks")

    def close(self) -> None:
        """Let go of the file."""
        for engine in (self._writer, self._reader, self._observer):
            engine.dispose()


def open_sqlite(url: str, *, make: bool = True) -> SqliteStore:
    """Open the database at `url` (`sqlite:////absolute/path`), made or brought up to date if needed.

    A new file and its folder are readable by their owner alone. Without `make` nothing is made: if there is no record
    yet, what comes back reads as an empty one and refuses to be written. Raises StoreError.
    """
    path = _path(url)
    if not make and not _size(path):
        return blank(path)
    _make(path)
    observer = _engine(path, "BEGIN", poolclass=StaticPool)
    store = SqliteStore(path, _engine(path, "BEGIN"), _engine(path, "BEGIN IMMEDIATE"), observer, file_of(path))
    try:
        with store.read() as connection:
            revision = revision_of(connection, str(path))
        if not revision and not make:
            store.close()
            return blank(path)
        if is_newest(revision) and path.stat().st_size <= _CHECKED_AT_OPEN:
            store.check()
        if not is_newest(revision):
            if revision:
                store.check()
                _keep_old(store, revision)
            with store.write() as connection:
                migrate(connection, str(path))
                record.begin(connection)
    except BaseException:
        store.close()
        raise
    return store


def blank(path: Path) -> SqliteStore:
    """A record in memory in which nothing stands, in place of one that was not begun."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    with engine.begin() as connection:
        migrate(connection, str(path))
        record.begin(connection)
    return SqliteStore(path, engine, engine, engine, file_of(path), is_begun=False)


@contextmanager
def ending_at_ctrl_c(connection: Any) -> Iterator[None]:
    """Lets Ctrl-C end one long statement on a connection of sqlite3's: Python looks for signals only between its own steps.

    What SQLite calls now and then is such a step. The interruption that comes in it reaches us as "interrupted".
    """
    connection.set_progress_handler(lambda: 0, _STEPS)
    try:
        yield
    except (sqlite3.OperationalError, OperationalError) as error:
        if "interrupted" in str(error):
            raise KeyboardInterrupt from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _keep_old(store: SqliteStore, revision: str) -> None:
    """A backup of the database before it is migrated, beside it; each try has one of its own."""
    for number in count(1):
        name = f"{store.path.name}{BACKUP}{revision}" + (f"-{number}" if number > 1 else "")
        try:
            store.backup(store.path.with_name(name))
        except FileExistsError:
            continue
        except OSError as error:
            raise StoreError(phrase("database-no-backup", path=Code(str(store.path)), why=because(error))) from error
        return


def _size(path: Path) -> int:
    """Bytes; 0 if nothing is there. Raises StoreError if that cannot be seen."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        obstacle = why_not_writable(path)
        said = obstacle or phrase("database-not-opened", path=Code(str(path)), why=because(error))
        raise StoreError(said) from error


def _path(url: str) -> Path:
    try:
        parts = make_url(url)
    except ArgumentError:
        parts = None
    if parts is None or parts.drivername != "sqlite" or not parts.database or parts.query:
        raise StoreError(phrase("database-url", example=Code("sqlite:////absolute/path/of/the/file.db")))
    return Path(parts.database)


def _make(path: Path) -> None:
    """Make the folder and an empty file if they are missing, private; -wal and -shm inherit the file's mode."""
    folder = path.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        obstacle = why_not_writable(path)
        if obstacle:
            raise StoreError(obstacle)
        if path.is_dir():
            raise StoreError(phrase("database-is-a-folder", path=Code(str(path))))
        # Only a file that is not there is opened: closing a descriptor of a database drops every lock that this
        # process holds on it (sqlite.org/howtocorrupt.html, 2.2).
        if not path.exists():
            _empty_file(path)
    except OSError as error:
        raise StoreError(phrase("database-not-opened", path=Code(str(path)), why=because(error))) from error


def _empty_file(path: Path) -> None:
    """Make it, also at the end of a link that leads to no file yet. Raises OSError."""
    try:
        handle = new_file(path)
    except FileExistsError:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.close(handle)


def _engine(path: Path, begin: str, **pool: Any) -> Engine:
    """An engine whose transactions start with `begin`; a deferred one that turns to writing may fail half-way."""
    writes = begin != "BEGIN"
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # sqlite3 would begin on its own, too late and deferred; None leaves that to the event below.
        connect_args={"isolation_level": None, "timeout": WAIT_SECONDS},
        hide_parameters=True,  # they are names and numbers, and an error's text is logged
        # Threads that write queue here, in order, instead of polling the file.
        **({"pool_size": 1, "max_overflow": 0, "pool_timeout": WAIT_SECONDS} if writes else pool),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        if not writes:
            connection.execute("PRAGMA query_only = ON")
            return
        _keep_journal(connection)  # it changes the file, so a reader must not ask for it
        connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
        connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL}")  # else it keeps the size of the first check
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _keep_journal(connection: sqlite3.Connection) -> None:
    """Have the file keep a write-ahead log, as it does from then on; waits for another that is just doing so.

    SQLite's own waiting does not hold here: who reads the file and wants to write it then is refused at once, since two
    of them would wait for each other (sqlite.org/c3ref/busy_handler.html). Raises sqlite3.OperationalError.
    """
    until = _CLOCK.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if result_code(error) != sqlite3.SQLITE_BUSY or _CLOCK.monotonic() > until:
                raise
            _CLOCK.sleep(0.01)
        else:
            return
