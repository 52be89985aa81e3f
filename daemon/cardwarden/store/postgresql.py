"""A record in a schema of PostgreSQL's, beside many others: the only module that knows how PostgreSQL wants to be used."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateSchema, DropSchema

from cardwarden.clock import SystemClock
from cardwarden.errors import BusyError, CardwardenError, RefusedError, StoreError, because
from cardwarden.phrases.phrase import Code, Phrase, Sentence, phrase
from cardwarden.store import batches, calls, outbox, record, verification
from cardwarden.store.base import Store
from cardwarden.store.faults import LOCKED, PASSING, WAIT_SECONDS, sqlstate
from cardwarden.store.migrate import is_newest, migrate, revision_of
from cardwarden.store.sqlite import blank
from cardwarden.store.tables import metadata

_FULL = "53100"
_READ_ONLY = "25006"
_DENIED = {"42501", "28000", "28P01"}
_NO_TABLE = {"42P01", "3F000"}
_DAMAGED = {"XX001", "XX002", "58030", "58P01"}
"""A page, an index, the disk, or a file that is gone."""
_TLS_FAILED = re.compile(
    r"certificate verify failed|server certificate for .* does not match .*|server does not support SSL.*"
    r"|(?:could not .*)?root certificate file.*|certificate present, but not private key file.*"
)
"""What libpq says, which has no number for it, if it and the server do not agree upon TLS. Later may not help."""
_TURNED_AWAY = re.compile(r"connection failed: .*?(?:fe_sendauth: |\w+:  )([^\n]+)", re.DOTALL)
"""What libpq says if the server answered and let nobody in. It has no number for that either; what the server says itself comes
after its word for how bad that is, in whichever language, and two blanks."""
_NAMED = re.compile(r' ?(?:"[^"\n]*(?:"|\Z)|«[^»]*»|»[^«]*«|„[^“”]*[“”]|“[^”]*”|「[^」]*」)')
"""Who asked for what, in what a server says."""
_IDLE = 0.02  # seconds
_CLOCK = SystemClock()
_TAKE_ALL = text(
    "SELECT pg_try_advisory_lock(key) FROM unnest(CAST(:keys AS bigint[])) WITH ORDINALITY AS wanted (key, place) ORDER BY place"
)
_HOLDERS = text(
    "SELECT a.pid, a.application_name || ' ' || coalesce(host(a.client_addr), '') AS name FROM pg_locks l "
    "JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted "
    "AND l.classid::bigint = :high AND l.objid::bigint = :low AND l.objsubid = 1 "
    "AND a.datname = current_database()"
)
"""The sessions that have the lock of a key of 64 bits, which the server shows as two halves: one, or none."""
_SNAPSHOT = text("SELECT CAST(pg_current_snapshot() AS text)")
_CONNECTIONS = 8
"""Kept open by a process for all its households; the same again for a while if more are asked for."""
KEPT_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""This end of a connection notices within a minute that the other one is gone: a kernel's usual is two hours."""
KEEP_ALIVE = " ".join(f"-c tcp_{name}={value}" for name, value in KEPT_ALIVE.items())
"""The same for the server, which lets go then of what a machine that is gone had locked."""

# What an index leaves out is the same here. Said in `tables.py`, it would load SQLAlchemy's PostgreSQL in every home.
for _index in (index for table in metadata.tables.values() for index in table.indexes):
    if (_where := _index.dialect_options["sqlite"]["where"]) is not None:
        _index.dialect_kwargs["postgresql_where"] = _where


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A database of PostgreSQL's and the connections to it, which all households of a process share."""

    url: URL
    _reader: Engine
    _writer: Engine
    _outside: Engine
    """In no transaction."""

    @property
    def name(self) -> str:
        """Where it is, without who asks."""
        return server_of(self.url)

    def close(self) -> None:
        """Let go of its connections."""
        for engine in (self._reader, self._writer, self._outside):
            engine.dispose()

    def store(
        self,
        schema: str,
        beside: Path,
        *,
        make: bool = True,
        alone: bool = False,
        unless: Callable[[Connection], bool] = lambda _: False,
    ) -> Store:
        """The record in a schema, made or brought up to date if needed, but not if `unless` says within that transaction.

        `beside` is the name beside which this machine keeps what is its own. Without `make` see `open_store`. `alone`: the
        connections end with it. Raises StoreError.
        """
        try:
            beside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(phrase("database-not-opened", path=Code(str(beside)), why=because(error))) from error
        opened = PostgresStore(beside, self, schema, alone)
        with opened.read() as connection:
            revision = revision_of(connection, opened.name, opened.schema)
        if not revision and not make:
            opened.close()
            return blank(beside)
        if not is_newest(revision):
            with opened.write() as connection:
                if unless(connection):
                    raise StoreError(phrase("database-record-removed", path=Code(opened.name)))
                connection.execute(CreateSchema(opened.schema, if_not_exists=True))
                migrate(connection, opened.name, opened.schema)
                record.begin(connection)
        return opened

    def drop(self, schema: str) -> None:
        """Remove a schema and all that is in it. Raises StoreError."""
        with explained(self.name), self._writer.begin() as connection:
            connection.execute(DropSchema(schema, cascade=True, if_exists=True))


@dataclass(frozen=True, slots=True)
class PostgresStore(Store):
    """The record of one household. Its own tables are all that its connections can name without saying a schema."""

    path: Path
    server: PostgresServer
    schema: str
    _alone: bool
    is_begun: bool = True
    file: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        """Server, database and schema."""
        return f"{self.server.name}, {self.schema}"

    def read(self) -> AbstractContextManager[Connection]:
        """See `Store`."""
        return self._begun(self.server._reader)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """See `Store`. One writer at a time in a household, so each statement sees what those before it left."""
        with self._begun(self.server._writer) as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_number(f"write {self.schema}".encode()))))
            yield connection

    def stamp(self) -> str:
        """See `Store`. The server's snapshot: it differs once any transaction ended that wrote, of any household."""
        with self.read() as connection:
            return str(connection.scalar(_SNAPSHOT))

    @contextmanager
    def _begun(self, engine: Engine) -> Iterator[Connection]:
        """A transaction in which tables are those of the schema."""
        try:
            with explained(self.name), engine.connect() as connection:
                own = connection.execution_options(
                    schema_translate_map={None: self.schema}, **{outbox.TO_TELL: self._call, batches.LOAD: self._load}
                )
                with own.begin():
                    yield own
        except DBAPIError as error:
            if sqlstate(error) in _NO_TABLE and not self._is_there():
                raise StoreError(phrase("database-record-removed", path=Code(self.name))) from error
            raise

    def _call(self, connection: Connection, channel: str) -> None:
        """Whoever writes calls the workers, if there are any: also a command, and the page."""
        calls.call(connection, self.schema, channel)

    def _load(
        self, connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """Insert rows by COPY: many take a tenth of what they take of this process as statements."""
        columns = ", ".join(f'"{name}"' for name in names)
        statement = f'COPY "{self.schema}"."{table.name}" ({columns}) FROM STDIN'
        faults = connection.dialect.loaded_dbapi.Error
        try:
            with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
                for row in rows:
                    copy.write_row(row)
        except faults as error:
            raise DBAPIError.instance(statement, None, error, faults, hide_parameters=True) from error

    def _is_there(self) -> bool:
        """Whether the schema is: another process may have taken the record away, or moved it."""
        with explained(self.name), self.server._outside.connect() as connection:
            return inspect(connection).has_schema(self.schema)

    @contextmanager
    def erase(self) -> Iterator[Connection]:
        """See `Store`. Backups and the server's own log of changes keep what they have until they are rotated.

        Raises BusyError also if all was written, and a table is in use that was to be written anew without what was deleted.
        """
        with self.write() as connection:
            yield connection
        with explained(self.name), self.server._outside.connect() as connection:
            for table in metadata.sorted_tables:
                connection.execute(text(f'VACUUM (FULL) "{self.schema}"."{table.name}"'))

    @contextmanager
    def lock(self, name: bytes) -> Iterator[_AdvisoryLock]:
        """See `Store`. It is taken on a connection that nobody else uses meanwhile, so it is free as soon as that ends."""
        with explained(self.name), self.server._outside.connect() as connection:
            try:
                yield _AdvisoryLock(connection, self._lock_key(name))
            finally:
                _let_go(connection)

    @contextmanager
    def locks(self, names: Sequence[bytes]) -> Iterator[Sequence[bool]]:
        """See `Store`; one statement takes them all."""
        keys = [self._lock_key(name) for name in names]
        with explained(self.name), self.server._outside.connect() as connection:
            try:
                taken = connection.scalars(_TAKE_ALL, {"keys": keys}).all()
                yield taken
            finally:
                _let_go(connection)

    def _lock_key(self, name: bytes) -> int:
        return _number(self.schema.encode() + b"\n" + name)

    def is_damaged(self) -> bool:
        """See `Store`."""
        try:
            with self.read() as connection:
                return verification.verify(connection).flaw is not None
        except StoreError:
            return False
        except Exception:  # noqa: BLE001 - whatever cannot read it: it wrote it
            return True

    def probe(self) -> None:
        """See `Store`."""
        with self.write() as connection:
            connection.execute(select(1))

    def check(self) -> None:
        """Nothing: the server looks at its pages when it reads them."""

    def broken(self) -> str:
        """Counts every table's rows; what the server cannot read of them raises StoreError. Long values are read by `verify`."""
        with self.read() as connection:
            for table in metadata.sorted_tables:
                connection.execute(select(func.count()).select_from(table))
        return ""

    def size(self) -> int:
        """Bytes of the schema's tables and indexes."""
        with self.read() as connection:
            total = text(
                "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = :schema AND c.relkind = 'r'"
            )
            return int(connection.scalar(total, {"schema": self.schema}) or 0)

    def backup(self, to: Path) -> NoReturn:
        """PostgreSQL's own tool does that, for one household or all."""
        address = _without_password(self.server.url).render_as_string()
        words = ["pg_dump", "--format=custom", f"--schema={self.schema}", f"--file={to}", f"--dbname={address}"]
        raise RefusedError(phrase("backup-by-postgresql", command=Code(shlex.join(words))))

    def take_away(self, connection: Connection) -> None:
        """See `Store`."""
        connection.execute(DropSchema(self.schema, cascade=True))

    def clear_away(self) -> None:
        """See `Store`: nothing is left."""
        self.close()

    def close(self) -> None:
        """Let go of the connections, if no other store uses them."""
        if self._alone:
            self.server.close()


@dataclass(slots=True)
class _AdvisoryLock:
    _connection: Connection
    _key: int
    _session: int | None = None
    """The server's number of the session that has it: what lies between may tell this end another one."""

    def take(self) -> bool:
        """Take it; False if another connection has it."""
        query = select(func.pg_try_advisory_lock(self._key), func.pg_backend_pid())
        is_taken, self._session = self._connection.execute(query).one()
        return bool(is_taken)

    def holder(self) -> str:
        """Whose connection has it: the name of its program and its address; "" if that is not known."""
        return next((str(name or "").strip() for _, name in self._holders(self._connection)), "")

    def stands(self, connection: Connection) -> bool:
        """See `Lock`. It is the server that is asked: this end may not know yet that its connection was cut."""
        return any(pid == self._session for pid, _ in self._holders(connection))

    def _holders(self, connection: Connection) -> list[tuple[int, str | None]]:
        """Process ids of the server's, and what `holder` says of them."""
        halves = {"high": (self._key >> 32) & 0xFFFFFFFF, "low": self._key & 0xFFFFFFFF}
        return [(row.pid, row.name) for row in connection.execute(_HOLDERS, halves)]


def _let_go(connection: Connection) -> None:
    """Give back all that a connection has locked; one that cannot is ended, which does the same."""
    if connection.invalidated:
        return  # it ended, and can be asked nothing any more
    try:
        connection.execute(select(func.pg_advisory_unlock_all()))
    except DBAPIError:
        connection.invalidate()


def open_alone(address: str, schema: str, beside: Path, *, make: bool = True) -> Store:
    """The record in a schema, with connections that nobody else uses. Raises StoreError."""
    server = open_server(address)
    try:
        return server.store(schema, beside, make=make, alone=True)
    except BaseException:
        server.close()
        raise


def open_server(address: str, worker: str = "cardwarden") -> PostgresServer:
    """Get ready to use the database at an address (`postgresql+psycopg://...`); nothing is asked of it yet.

    `worker` is how other connections see this one. Raises StoreError for an address that is none.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.drivername != "postgresql+psycopg" or not url.database:
        raise StoreError(phrase("database-url-postgresql", example=Code("postgresql+psycopg://user@host/database")))
    options = {
        "application_name": worker,
        "options": f"-c lock_timeout={WAIT_SECONDS}s -c search_path= {KEEP_ALIVE}",
        "connect_timeout": WAIT_SECONDS,
        **KEPT_ALIVE,
    }
    pool = {"pool_size": _CONNECTIONS, "max_overflow": _CONNECTIONS, "pool_use_lifo": True, "hide_parameters": True}
    reader = create_engine(url, connect_args=options, isolation_level="REPEATABLE READ", **pool)
    writer = create_engine(url, connect_args=options, **pool)
    # A claim has one for as long as a check takes, and a check may wait for a server that hangs.
    outside = create_engine(url, connect_args=options, isolation_level="AUTOCOMMIT", **{**pool, "max_overflow": -1})

    for engine in (reader, writer, outside):
        look_at_idle(engine)

    @event.listens_for(reader, "connect")
    def _only_reads(connection: object, _record: object) -> None:
        connection.read_only = True  # type: ignore[attr-defined]

    return PostgresServer(url, reader, writer, outside)


def _without_password(url: URL) -> URL:
    """The address as libpq takes it, with all that it asks for (`sslmode`, a socket's folder) and no secret."""
    query = {name: value for name, value in url.query.items() if name not in {"password", "sslpassword"}}
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)


def server_of(url: URL) -> str:
    """A server and its database, without who asks: hosts, or the folder of a socket; "[local]" is libpq's own socket."""
    port = url.port or url.query.get("port") or 5432
    service = url.query.get("service")
    asked = url.host or url.query.get("host") or url.query.get("hostaddr") or (f"[{service}]" if service else "[local]")
    places = [asked] if isinstance(asked, str) else asked
    named = ",".join(_with_port(place, port) for place in places)
    return f"{named}/{url.database}"


def _with_port(place: str, port: object) -> str:
    """A host or folder with its port; an address of IPv6 stands in brackets."""
    if place.count(":") > 1 and not place.startswith("["):
        return f"[{place}]:{port}"
    return place if ":" in place.rpartition("]")[2] else f"{place}:{port}"


def look_at_idle(engine: Engine) -> None:
    """Have each connection asked whether it still stands, unless it was used just now.

    A server that was started again ends all of them; a check uses one a dozen times in some milliseconds.
    """

    @event.listens_for(engine, "checkin")
    def _idle(_connection: object, about: ConnectionPoolEntry) -> None:
        about.info["idle since"] = _CLOCK.monotonic()

    @event.listens_for(engine, "checkout")
    def _used(connection: DBAPIConnection, about: ConnectionPoolEntry, _proxy: object) -> None:
        if _CLOCK.monotonic() - about.info.get("idle since", _CLOCK.monotonic()) < _IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn the server's refusals into StoreError; others (a broken constraint) are bugs and pass through."""
    try:
        yield
    except CardwardenError:
        raise
    except PoolTimeout as error:
        raise BusyError(_busy(name)) from error
    except DBAPIError as error:
        if sqlstate(error) == LOCKED:
            raise BusyError(_busy(name)) from error
        said = _said(name, error)
        if said is None:
            raise
        raise StoreError(said) from error


def _said(name: str, error: DBAPIError) -> Phrase | None:
    state = sqlstate(error)
    if state == _FULL:
        return phrase("database-full", path=Code(name))
    if state == _READ_ONLY:
        return phrase("database-read-only", path=Code(name))
    if state in _DENIED:
        return phrase("database-denied", path=Code(name))
    if state in _DAMAGED:
        return phrase("database-damaged-postgresql", path=Code(name))
    if not state and (why := _TLS_FAILED.search(str(error.orig))):
        return phrase("database-tls", path=Code(name), why=Sentence(why[0]))
    if not state and (reason := turned_away(error.orig)):
        return phrase("database-turned-away", path=Code(name), why=Sentence(reason))
    if error.connection_invalidated or not state or state[:2] in PASSING:
        return phrase("database-away", path=Code(name))
    return None


def turned_away(error: BaseException | None) -> str:
    """Why a server that answered lets nobody in, without who asked; "" if it did not answer."""
    said = _TURNED_AWAY.search(str(error))
    return _NAMED.sub("", said[1]).strip() if said else ""


def kind_of(error: BaseException) -> str:
    """What kind of failure something in the database's way is, for a log: nothing that could name an address, or a secret."""
    kinds = [type(error).__name__]
    while (cause := error.__cause__) is not None:
        error = cause
        detail = getattr(error, "sqlstate", None) or turned_away(error)
        kinds.append(f"{type(error).__name__} {detail}".strip())
    return ", ".join(kinds)


def _busy(name: str) -> Phrase:
    return phrase("database-busy", path=Code(name), seconds=WAIT_SECONDS)


def _number(name: bytes) -> int:
    """A name as a key of the server's advisory locks: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
