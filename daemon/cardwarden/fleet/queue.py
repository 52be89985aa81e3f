"""The queue of jobs: the only module that knows procrastinate.

What is not used of it, and why:

- no retry: it meets `queueing_lock` and fails (procrastinate#1543, #1446). What has to be done again is due again in the ledger.
- no periodic tasks: some are skipped after a restart (#1495). The planner knows what is due.
- no finished jobs are kept: their table grows and makes starts slow (#1454).
- jobs of a worker that died or was cut off from the database stay "doing" and hold their locks (#1518, #1408): `abandoned`
  removes what no living worker has, and each worker what it does not know of (`Runner.release`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import DeleteJobCondition, Job
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker
from sqlalchemy import Connection, text

from cardwarden.fleet.pace import Pace
from cardwarden.fleet.work import Key, WorkKind
from cardwarden.store.postgresql import KEEP_ALIVE, KEPT_ALIVE, kind_of

ANYWHERE: Final = "anywhere"
"""The queue of what any machine may do. What needs the disk of one is in a queue of its own."""
_GOODBYE = (
    1.0  # seconds that jobs get to end when the database is gone; what they do goes on, and is noted when it is back
)

_log = logging.getLogger(__name__)

Perform = Callable[[Key, int], Awaitable[None]]
"""Does a piece of work; gets the number of its job."""


def queue_of(place: str) -> str:
    """The queue of what only that machine may do."""
    return f"at {place}" if place else ANYWHERE


def prepare(connection: Connection, schema: str) -> None:
    """Make the queue's tables in a schema that the connection looks into, unless they are there. Whoever calls is alone."""
    if connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"{schema}.procrastinate_jobs"}) is None:
        _raw(connection).execute(SchemaManager.get_schema())


def queue_version() -> str:
    """The version of the queue whose tables this program knows."""
    return version("procrastinate")


@dataclass(frozen=True, slots=True)
class Queued:
    """A job: its number, what it is to do, the queue it is in, and whether a worker has begun."""

    id: int
    key: Key
    queue: str
    is_begun: bool


def queued(connection: Connection) -> list[Queued]:
    """Every job that is not done."""
    query = "SELECT id, args, queue_name, status FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    rows = connection.execute(text(query))
    return [Queued(number, _key(args), name, status == "doing") for number, args, name, status in rows]


def put(connection: Connection, work: Sequence[tuple[Key, str]]) -> None:
    """Queue work, each piece with its place, in the transaction of the connection. None of it may be waiting there."""
    if not work:
        return
    jobs = [
        Job(
            id=None,
            queue=queue_of(place),
            lock=key.lock,
            queueing_lock=f"{key.lock}/{key.kind}",
            task_name=key.kind.value,
            task_kwargs={"household": key.household, "kind": key.kind.value, "name": key.name},
        )
        for key, place in work
    ]
    _App.job_manager.batch_defer_jobs(jobs, connection=_raw(connection))


def abandoned(connection: Connection, dead: float) -> list[Key]:
    """Remove the jobs that no living worker has, and the signs of life of those that are dead; gives what they were to do.

    A worker is dead after `dead` seconds without a sign of life.
    """
    silent = {"dead": dead}
    rows = connection.execute(
        text(
            "DELETE FROM procrastinate_jobs WHERE status = 'doing' AND (worker_id IS NULL OR worker_id NOT IN "
            "(SELECT id FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :dead))) RETURNING args"
        ),
        silent,
    ).scalars()
    keys = [_key(args) for args in rows]
    connection.execute(
        text("DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => :dead)"), silent
    )
    return keys


def remove(connection: Connection, numbers: Collection[int]) -> None:
    """Remove jobs."""
    if numbers:
        connection.execute(text("DELETE FROM procrastinate_jobs WHERE id = ANY(:ids)"), {"ids": list(numbers)})


def withdraw(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Remove those of these jobs that no worker has begun; gives which these are."""
    query = "DELETE FROM procrastinate_jobs WHERE id = ANY(:ids) AND status = 'todo' RETURNING id"
    return set(connection.scalars(text(query), {"ids": list(numbers)})) if numbers else set()


def living(connection: Connection, dead: float) -> int:
    """How many workers gave a sign of life within `dead` seconds."""
    query = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :dead)"
    return int(connection.scalar(text(query), {"dead": dead}) or 0)


def done_by(connection: Connection, worker: int) -> set[int]:
    """The jobs that a worker has begun, as the queue has it."""
    query = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = :worker"
    return set(connection.scalars(text(query), {"worker": worker}))


class Runner:
    """Takes jobs from the queue and has them done, until it is told to stop; a database that is away is waited for."""

    def __init__(self, conninfo: str, schema: str, place: str, at_once: int, perform: Perform, pace: Pace) -> None:
        """`conninfo` is libpq's. `perform` raises nothing that has to be done again."""
        self._conninfo = conninfo
        self._schema = schema
        self._queues = [ANYWHERE, queue_of(place)]
        self._at_once = at_once
        self._perform = perform
        self._pace = pace
        self._worker: Worker | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self.running: set[int] = set()
        """The jobs that are being done."""

    @property
    def number(self) -> int | None:
        """Which worker the queue takes this one for; None while the database is away."""
        return self._worker.worker_id if self._worker else None

    async def run(self, drain: float) -> None:
        """Do jobs until `stop` is called; those that run then may take `drain` seconds to end."""
        self._loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            try:
                await self._run_once(drain)
            except (ProcrastinateException, OSError) as error:
                _log.warning("the queue of jobs does not answer (%s); trying again", kind_of(error))
            if not self._stopping.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), 1.0)

    async def _run_once(self, drain: float) -> None:
        """Do jobs until that is stopped, or the database goes away."""
        options = f"-c search_path={self._schema} {KEEP_ALIVE}"
        connector = PsycopgConnector(
            conninfo=self._conninfo,
            kwargs={"options": options, "application_name": "cardwarden", "connect_timeout": 10, **KEPT_ALIVE},
            min_size=1,
            max_size=4,
            timeout=10.0,
            reconnect_timeout=30.0,
        )
        app = App(connector=connector)
        for kind in WorkKind:
            app.task(name=kind.value, pass_context=True)(self._task)
        async with app.open_async():
            worker = self._worker = Worker(
                app=app,
                queues=self._queues,
                name=None,
                concurrency=self._at_once,
                delete_jobs=DeleteJobCondition.ALWAYS,
                fetch_job_polling_interval=2.0,
                install_signal_handlers=False,
                shutdown_graceful_timeout=_GOODBYE,
                update_heartbeat_interval=self._pace.beat,
                stalled_worker_timeout=self._pace.dead,
            )
            try:
                running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
                stopping = asyncio.create_task(self._stopping.wait())
                await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
                if not running.done():
                    worker.shutdown_graceful_timeout = drain
                    worker.stop()  # type: ignore[no-untyped-call]
                stopping.cancel()
                await running
            finally:
                self._worker = None

    async def _task(self, context: JobContext, /, **args: Any) -> None:
        number = context.job.id or 0
        self.running.add(number)
        try:
            await self._perform(_key(args), number)
        finally:
            self.running.discard(number)

    def stop(self) -> None:
        """Take no more jobs. Any thread may call this."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        else:
            self._stopping.set()


def _key(args: dict[str, Any]) -> Key:
    return Key(str(args["household"]), WorkKind(args["kind"]), str(args["name"]))


def _raw(connection: Connection) -> Any:
    """The connection as psycopg has it, within the transaction that SQLAlchemy began."""
    return connection.connection.driver_connection


_App = App(connector=SyncPsycopgConnector())
"""Queues on connections that others opened."""
