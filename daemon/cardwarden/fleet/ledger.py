"""The ledger: what there is to do for every household, when it is due, and how it went, for all workers together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    Engine,
    String,
    and_,
    bindparam,
    case,
    cast,
    create_engine,
    delete,
    exists,
    func,
    make_url,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.schema import CreateSchema

from cardwarden.errors import StoreError
from cardwarden.fleet import queue
from cardwarden.fleet.due import QUEUED_FOR, due_tasks, running_tasks
from cardwarden.fleet.overview import FleetView, fleet_view
from cardwarden.fleet.pace import USUAL, Pace
from cardwarden.fleet.tables import IS_UNHEARD, METADATA, REVISION, Count, WorkerRow, about, households, work, workers
from cardwarden.fleet.work import Capacity, Key, WorkKind, chosen, was_slow
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.service.guards import Guards
from cardwarden.settings.places import household_schema
from cardwarden.store import calls
from cardwarden.store.calls import SCHEMA
from cardwarden.store.postgresql import KEEP_ALIVE, KEPT_ALIVE, explained, look_at_idle, server_of


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """A piece of work that a household's settings ask for.

    host      the server that it asks, of which only so many at once may be asked
    is_local  it is about a disk of one machine
    gap       the usual time between two of it
    first     when it is due if it is new, None for not yet
    """

    key: Key
    host: str
    is_local: bool
    gap: timedelta
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Before:
    """How often in a row a piece of work came to no conclusion, and whether it never came to one."""

    failures: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """How a piece of work went.

    next     when it is due again, None if only something new makes it so
    good     whether it came to a conclusion; None if it was not done, which changes neither its failures nor
             when it last was good
    seconds  how long it took
    """

    next: datetime | None
    good: bool | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Copies:
    """How the households that the ledger knows differ from those that a machine has the settings of.

    forgotten  just now, for no machine has them
    lacking    the ledger does not know them
    removed    by command, so that a copy that still lies somewhere counts for nothing
    """

    forgotten: Collection[str]
    lacking: Collection[str]
    removed: Collection[str]


class Ledger:
    """The tables at an address, and connections to them. Every method raises StoreError while the database is away."""

    def __init__(self, address: str, pace: Pace = USUAL) -> None:
        self.url = make_url(address)
        self._pace = pace
        self._name = server_of(self.url)
        options = f"-c search_path={SCHEMA} -c lock_timeout=10s -c statement_timeout=60s {KEEP_ALIVE}"
        arguments = {"options": options, "application_name": "cardwarden", "connect_timeout": 10, **KEPT_ALIVE}
        self._engine: Engine = create_engine(
            self.url, connect_args=arguments, pool_size=4, max_overflow=-1, pool_use_lifo=True, hide_parameters=True
        )
        look_at_idle(self._engine)
        self._alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def conninfo(self) -> str:
        """The address as libpq takes it, with its password: never to be shown."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with explained(self._name), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _begin_many(self) -> Iterator[Connection]:
        """For what writes several rows of work: one such transaction at a time, so that no two wait for each other.

        Whoever writes a household and its work writes the household first.
        """
        with self._begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_WRITING_MANY)))
            yield connection

    @contextmanager
    def _single(self) -> Iterator[Connection]:
        """For one statement, which is a transaction by itself."""
        with explained(self._name), self._alone.connect() as connection:
            yield connection

    def prepare(self) -> None:
        """Make the tables, or make them anew if they are of another version and no worker lives that uses them.

        Raises StoreError, also while workers of the version before are still at work.
        """
        with self._begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_PREPARING)))
            connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            if _is_made(connection):
                made_by = connection.execute(select(about.c.revision, about.c.queue)).one()
                if tuple(made_by) == (REVISION, queue.queue_version()):
                    return
                if queue.living(connection, self._pace.dead):
                    raise StoreError(phrase("fleet-other-version", path=Code(self._name)))
                connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
                connection.execute(CreateSchema(SCHEMA))
            METADATA.create_all(connection)
            calls.prepare(connection)
            queue.prepare(connection, SCHEMA)
            connection.execute(insert(about).values(revision=REVISION, queue=queue.queue_version()))

    # What settings ask for

    def digests(self) -> dict[str, tuple[str, bool]]:
        """Of each household that is guarded: the digest of its settings, and whether it has books that lie on a disk."""
        local = select(work.c.household).where(work.c.is_local)
        query = select(households.c.name, households.c.digest, households.c.name.in_(local))
        with self._begin() as connection:
            rows = connection.execute(query.where(households.c.state == "guarded"))
            return {name: (digest, bool(is_local)) for name, digest, is_local in rows}

    def want(self, household: str, digest: str, wanted: Sequence[PlannedWork], *, anew: bool, ears: bool) -> None:
        """Have this work done for a household whose settings have that digest, and no other.

        `anew`: its settings are others than before, so what looks at them is due now, and what lies on a disk may be on another
        machine's (`claim_place`). `ears`: a worker is to hear its answers, or to tell its broker.
        """
        order = sorted(wanted, key=lambda planned: (planned.key.kind, planned.key.name))
        with self._begin_many() as connection:
            said = {"state": "guarded", "digest": digest, "told_at": None, "is_told": False, "ears": ears}
            if not _note(connection, household, said, unless=("removed",)):
                return  # it was removed just now
            kept = [(planned.key.kind.value, planned.key.name) for planned in order]
            gone = work.c.household == household
            if kept:
                gone = and_(gone, ~or_(*(and_(work.c.kind == kind, work.c.name == name) for kind, name in kept)))
            connection.execute(delete(work).where(gone))
            for planned in order:
                row = {
                    "household": household, "kind": planned.key.kind.value, "name": planned.key.name, "host": planned.host,
                    "is_local": planned.is_local, "place": "", "due_at": planned.first, "usual_gap": planned.gap.total_seconds(),
                }  # fmt: skip
                changed = {"host": planned.host, "is_local": planned.is_local, "usual_gap": planned.gap.total_seconds()}
                statement = insert(work).values(**row, failures=0, deaths=0, slow=False)
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["household", "kind", "name"],
                        set_={
                            **changed,
                            **({"place": ""} if anew or not planned.is_local else {}),
                            **({"due_at": func.least(work.c.due_at, func.now())} if anew and planned.first else {}),
                        },
                    )
                )

    def stop(self, household: str, state: str) -> None:
        """Have nothing done for a household for now; how it stood stays noted."""
        with self._begin_many() as connection:
            _note(connection, household, {"state": state, **_IDLE}, unless=("removed",))
            connection.execute(delete(work).where(work.c.household == household))

    def fail(self, household: str) -> None:
        """Note that a household cannot be taken on; if it is guarded by settings of before, that goes on."""
        with self._single() as connection:
            _note(connection, household, {"state": "failing", **_IDLE}, unless=("guarded", "removed"))

    def hear(self, worker: str, most: int) -> frozenset[str]:
        """The households whose answers are that worker's to hear from now on: those it has, and of those that nobody has as many
        as make `most` together.

        It has them until it says nothing for as long as makes a worker dead. Those it has are not taken from it if they are
        more than `most`; 0 gives all of them up.
        """
        h, until = households.c, func.now() + timedelta(seconds=self._pace.dead)
        own = h.heard_by == worker
        with self._begin() as connection:
            if most == 0:
                connection.execute(update(households).where(own).values(heard_by=None))
                return frozenset()
            connection.execute(update(households).where(own, ~h.ears).values(heard_by=None))
            kept = set(connection.scalars(update(households).where(own).values(heard_until=until).returning(h.name)))
            unheard = select(h.name).where(h.ears, IS_UNHEARD).order_by(h.name).limit(max(0, most - len(kept)))
            taken = update(households).where(h.name.in_(unheard.with_for_update(skip_locked=True)))
            kept.update(connection.scalars(taken.values(heard_by=worker, heard_until=until).returning(h.name)))
            return frozenset(kept)

    def claim_telling(self, household: str) -> bool:
        """Claim for `_TELLING` to tell a household's people that its settings are wrong; gives whether it is this worker's to do.

        It is nobody's if all of them know (`note_told`) or the settings are not wrong, and another one's if that one has it.
        """
        h = households.c
        nobody = or_(h.told_at.is_(None), h.told_at < func.now() - _TELLING)
        with self._begin() as connection:
            meant = h.name == household, h.state == "wrong", ~h.is_told, nobody
            return bool(connection.execute(update(households).where(*meant).values(told_at=func.now())).rowcount)

    def note_told(self, household: str) -> None:
        """All of its people know."""
        with self._begin() as connection:
            connection.execute(update(households).where(households.c.name == household).values(is_told=True))

    def has_settings(self, worker: str, names: Collection[str]) -> Copies:
        """Note of which households that worker's machine has the settings, and forget those of which no worker has them any more.

        That has to last: a folder may be away while something brings it up to date.
        """
        h, w = households.c, workers.c
        had = or_(
            exists().where(w.names.is_(None)),  # that one has not looked yet
            ~exists().where(w.name == worker),  # nor has this one given a sign of life
            h.name.in_(select(func.unnest(w.names))),
        )
        lasts = case((and_(h.state == "removed", had), _REMOVED), else_=timedelta(seconds=self._pace.missed))
        others = h.state != "removed", had == h.missing_at.is_not(None)
        mine = select(func.unnest(w.names).label("name")).where(w.name == worker).subquery()
        with self._begin_many() as connection:
            others_names = w.names.is_distinct_from(cast(list(names), ARRAY(String)))
            connection.execute(update(workers).where(w.name == worker, others_names).values(names=list(names)))
            connection.execute(
                update(households).where(_ready(*others)).values(missing_at=case((had, None), else_=func.now()))
            )
            old = delete(households).where(_ready(h.missing_at < func.now() - lasts))
            rows = connection.execute(old.returning(h.name, h.state)).all()
            connection.execute(delete(work).where(work.c.household.in_([name for name, _ in rows])))
            removed = connection.scalars(select(h.name).where(h.state == "removed"))
            lacking = connection.scalars(select(mine.c.name).where(mine.c.name.not_in(select(h.name))))
            forgotten = [name for name, state in rows if state != "removed"]
            return Copies(forgotten, frozenset(lacking), frozenset(removed))

    def remove(self, household: str) -> None:
        """Have no worker guard a household any more, also where a copy of its settings still lies; if there are workers."""
        with self._begin_many() as connection:
            if not _is_made(connection):
                return
            _note(connection, household, {"state": "removed", "missing_at": func.now(), **_IDLE})
            connection.execute(delete(work).where(work.c.household == household))

    def welcome(self, household: str) -> None:
        """Forget that a household of that name was removed."""
        with self._begin() as connection:
            if _is_made(connection):
                meant = households.c.name == household, households.c.state == "removed"
                connection.execute(delete(households).where(*meant))

    def leave_place(self, place: str, names: Collection[str]) -> None:
        """Note that this machine has no settings of these households any more: another one may do what lies on a disk."""
        with self._begin_many() as connection:
            left = work.c.is_local, work.c.place == place, work.c.household.in_(names)
            connection.execute(update(work).where(*left).values(place=""))

    def claim_place(self, place: str, living: Collection[str], here: Collection[Key]) -> None:
        """Note that this machine has the disk of these, unless another one has it; what had a machine not in `living` is free."""
        names = zip(*((key.household, key.kind.value, key.name) for key in here), strict=True)
        columns = [func.unnest(cast(list(column), ARRAY(String))) for column in names]
        with self._begin_many() as connection:
            stale = and_(work.c.is_local, work.c.place != "", work.c.place.not_in(living))
            connection.execute(update(work).where(stale).values(place=""))
            if columns:
                free = (
                    work.c.is_local,
                    work.c.place == "",
                    tuple_(work.c.household, work.c.kind, work.c.name).in_(select(*columns)),
                )
                connection.execute(update(work).where(*free).values(place=place))

    # Planning

    def tick(self, at_once: int, per_host: int, *, whole: bool) -> bool:
        """Queue what is due and has room; gives whether to come again as soon as room is free, for something may have none yet.

        `at_once`: how many jobs each worker does at the same time. `per_host`: how many of one host all of them do. `whole`:
        look for what dead workers had, too. Does nothing but give True if another worker does this at this moment.
        """
        with self._begin() as connection:
            if not connection.scalar(select(func.pg_try_advisory_xact_lock(_TICKING))):
                return True
            connection.execute(select(func.pg_advisory_xact_lock(_WRITING_MANY)))
            for record, channels in calls.taken(connection).items():
                _make_deliveries_due(connection, record, channels)
            if whole:
                self._take_over(connection)
            due = due_tasks(connection)
            if not due:
                return False
            room = Capacity.of(max(1, queue.living(connection, self._pace.dead)), at_once, per_host)
            begun = chosen(due, running_tasks(connection), room)
            if begun:
                connection.execute(_QUEUED, [_named(piece.key) for piece in begun])
            queue.put(connection, [(piece.key, piece.place) for piece in begun])
            return len(begun) < len(due)

    def _take_over(self, connection: Connection) -> None:
        """What dead workers had, and what the queue has lost, is due again: later each time, if workers die of it.

        So is what waits in the queue of a machine that has its disk no more. What nobody asks for any more is not begun.
        """
        dead = queue.abandoned(connection, self._pace.dead)
        for key in dead:
            self._make_due_again(connection, key, died=True)
        known = {job.key: job for job in queue.queued(connection)}
        rows = connection.execute(
            select(work.c.household, work.c.kind, work.c.name, work.c.place, self._pace.lost < QUEUED_FOR).where(
                work.c.queued_at.is_not(None)
            )
        )
        queues: dict[Key, str] = {}
        for household, kind, name, place, is_old in rows:
            key = Key(household, WorkKind(kind), name)
            queues[key] = queue.queue_of(place)
            if key not in known and is_old:
                self._make_due_again(connection, key, died=False)
        strayed = {job.id: key for key, job in known.items() if not job.is_begun and job.queue != queues.get(key)}
        for number in queue.withdraw(connection, strayed):
            self._make_due_again(connection, strayed[number], died=False)

    @staticmethod
    def _make_due_again(connection: Connection, key: Key, *, died: bool) -> None:
        """Take work off the queue and make it due: now, also after a worker died of it; after more of them in 30, 90, 210
        seconds, up to an hour."""
        wait = func.make_interval(0, 0, 0, 0, 0, 0, func.least(3600, 30 * func.power(2, work.c.deaths) - 30))
        connection.execute(
            update(work)
            .where(_IS_NAMED, work.c.queued_at.is_not(None))
            .values(
                due_at=func.least(work.c.due_at, func.now() + wait),
                queued_at=None,
                deaths=func.least(work.c.deaths + (1 if died else 0), 10),
            ),
            _named(key),
        )

    def release(self, worker: int, running: Collection[int], before: Collection[int]) -> set[int]:
        """Remove the jobs that the queue says this worker has begun, and that it did not do at two looks in a row.

        All are ids of the queue's: `worker` of the worker, `running` of the jobs that it does now, `before` of those that this
        gave at the look before. Gives those that it does not do now; at a single look it may be about to begin or to end one.
        """
        with self._begin() as connection:
            unknown = queue.done_by(connection, worker) - set(running)
            queue.remove(connection, unknown & set(before))
            return unknown

    # How it went

    def begin(self, key: Key) -> Before | None:
        """Note that a piece of work begins; gives how it went before, None if nobody asks for it any more."""
        with self._single() as connection:
            noted = connection.execute(_BEGUN, _named(key)).one_or_none()
            return None if noted is None else Before(*noted)

    def end(self, key: Key, result: Ended, count: Count | None = None) -> None:
        """Note how a piece of work went, and with `count` how its household stands."""
        with self._begin() if count else self._single() as connection:
            went = {
                "next_at": result.next,
                "is_good": result.good,
                "is_slow": was_slow(result.seconds, good=result.good is True),
            }
            if count is not None:
                connection.execute(
                    update(households)
                    .where(households.c.name == key.household)
                    .values({**asdict(count), "seen_at": func.now()})
                )
            connection.execute(_ENDED, _named(key) | went)

    def note_good(self, key: Key) -> None:
        """Note that a piece of work is as good as done, for another one did the same."""
        with self._single() as connection:
            connection.execute(update(work).where(_IS_NAMED).values(good_at=func.now(), failures=0), _named(key))

    def put_back(self, keys: Collection[Key]) -> None:
        """Have this work done by another worker, now."""
        with self._begin_many() as connection:
            for key in keys:
                connection.execute(_PUT_BACK, _named(key))

    def make_due(self, key: Key, at: datetime | None = None) -> None:
        """Have a piece of work done at a time, or now, if it would not be sooner."""
        with self._begin() as connection:
            when = func.now() if at is None else at
            making_due = update(work).where(_IS_NAMED).values(due_at=func.least(work.c.due_at, when))
            connection.execute(making_due, _named(key))

    def seen(self, row: WorkerRow) -> list[str]:
        """Note a worker's sign of life; gives the machine of each worker, as often as it has workers.

        Who is silent counts here for twice as long as makes a worker dead: its disks are not given away sooner.
        """
        values = {name: getattr(row, name) for name in ("place", "version", "at_once", "done", "failed", "running")}
        with self._begin() as connection:
            statement = insert(workers).values(name=row.name, **values, started_at=row.started_at, seen_at=func.now())
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_={**values, "seen_at": func.now()})
            )
            old = func.now() - timedelta(seconds=2 * self._pace.dead)
            connection.execute(delete(workers).where(workers.c.seen_at < old))
            return list(connection.scalars(select(workers.c.place)))

    def gone(self, name: str) -> None:
        """Strike out a worker that ends."""
        with self._begin() as connection:
            connection.execute(delete(workers).where(workers.c.name == name))

    def guarded(self) -> frozenset[str]:
        """The households that workers guard at this moment; none if there was never a worker."""
        with self._begin() as connection:
            if not _is_made(connection) or not queue.living(connection, self._pace.dead):
                return frozenset()
            return frozenset(connection.scalars(select(households.c.name).where(households.c.state == "guarded")))

    def guards(self, household: str) -> Guards:
        """The workers that live now, and what that household is to them; none if there was never a worker."""
        with self._begin() as connection:
            if not _is_made(connection):
                return Guards(0, "new", {})
            living = queue.living(connection, self._pace.dead)
            state = connection.scalar(select(households.c.state).where(households.c.name == household))
            checks = select(work.c.name, work.c.due_at).where(
                work.c.household == household, work.c.kind == WorkKind.CHECK.value, work.c.due_at.is_not(None)
            )
            following = {str(name): at for name, at in connection.execute(checks)} if living else {}
            return Guards(living, "new" if state in {None, "failing", "removed"} else state, following)

    def overview(self) -> FleetView:
        """The whole fleet now."""
        with self._begin() as connection:
            return fleet_view(connection, self._pace.dead)


def _note(connection: Connection, household: str, said: Mapping[str, Any], *, unless: Collection[str] = ()) -> bool:
    """Note how a household stands, but not of one whose state is among `unless`; gives whether that is noted."""
    noted = (
        insert(households)
        .values({"name": household, "is_told": False, **_NOTHING, **said})
        .on_conflict_do_update(index_elements=["name"], set_=dict(said), where=households.c.state.not_in(unless))
    )
    return connection.execute(noted.returning(households.c.name)).first() is not None


def _make_deliveries_due(connection: Connection, record: str, channels: Collection[str]) -> None:
    """Deliveries on these channels of the household whose record is in that schema are due now."""
    household = record.removeprefix(household_schema(""))
    meant = work.c.household == household, work.c.kind == WorkKind.DELIVER.value, work.c.name.in_(channels)
    connection.execute(update(work).where(*meant).values(due_at=func.least(work.c.due_at, func.now())))


def _is_made(connection: Connection) -> bool:
    """Whether the tables are there, of whatever version: if not, there was never a worker."""
    return connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"{SCHEMA}.{about.name}"}) is not None


def is_removed(connection: Connection, household: str) -> bool:
    """Whether a household was removed by command, and counts for nothing though a copy of its settings lies somewhere."""
    if not _is_made(connection):
        return False
    return connection.scalar(select(households.c.state).where(households.c.name == household)) == "removed"


def _ready(*meant: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of households: they are meant, and nobody else writes them at this moment."""
    return households.c.name.in_(select(households.c.name).where(*meant).with_for_update(skip_locked=True))


def _named(key: Key) -> dict[str, str]:
    return {"of_household": key.household, "of_kind": key.kind.value, "of_name": key.name}


_PREPARING, _TICKING, _WRITING_MANY = 7_301_001, 7_301_002, 7_301_003
"""Keys of advisory locks."""
_REMOVED = timedelta(hours=1)
"""For how long copies of a household's settings count for nothing after it was removed."""
_NOTHING = dict.fromkeys(Count.__slots__, 0)
_IDLE: Final = {"digest": "", "ears": False}
"""Of a household for which nothing is done."""
_TELLING = timedelta(minutes=2)
"""After how long it is tried again to tell a household's people that its settings are wrong: a channel took nothing."""
# Built once, for each is executed for each piece of work.
_IS_NAMED = and_(
    work.c.household == bindparam("of_household"),
    work.c.kind == bindparam("of_kind"),
    work.c.name == bindparam("of_name"),
)
_QUEUED = update(work).where(_IS_NAMED).values(due_at=None, queued_at=func.now(), begun_at=None)
_BEGUN = (
    update(work)
    .where(_IS_NAMED, work.c.queued_at.is_not(None))
    .values(begun_at=func.now())
    .returning(work.c.failures, work.c.good_at.is_(None))
)
_PUT_BACK = update(work).where(_IS_NAMED, work.c.queued_at.is_not(None)).values(due_at=func.now(), queued_at=None)
_GOOD = bindparam("is_good", type_=Boolean)
_ENDED = (
    update(work)
    .where(_IS_NAMED)
    .values(
        # PostgreSQL's LEAST passes over NULL.
        due_at=func.least(work.c.due_at, bindparam("next_at", type_=work.c.due_at.type)),
        queued_at=None,
        ended_at=func.now(),
        good_at=case((_GOOD, func.now()), else_=work.c.good_at),
        failures=case((_GOOD, 0), (~_GOOD, work.c.failures + 1), else_=work.c.failures),
        deaths=0,
        slow=case((_GOOD.is_(None), work.c.slow), else_=bindparam("is_slow", type_=Boolean)),
    )
)
