"""The database: is it ours, whole, and is it written into?"""

from __future__ import annotations

import os
import pwd
import shlex
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cardwarden.actions.believing import has_former, known_as, said_of
from cardwarden.actions.queries.overview import book_statuses, growth
from cardwarden.actions.verify import verify_store
from cardwarden.detect.outcome import Doubt
from cardwarden.doctor.patient import Patient, user_name
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.errors import BusyError, FullError, GoneError, SourceError, StoreError
from cardwarden.phrases.phrase import Code, Moment, Value, command_of
from cardwarden.settings.kinds import AnySource
from cardwarden.settings.model import Settings, StoreOptions
from cardwarden.sources.options import OnDiskOptions
from cardwarden.sources.source import Fetched, Known
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import index_card
from cardwarden.wiring import Opening, Program, assembled
from cardwarden.wiring.sources import OpenedSources

_MEGABYTE: Final = 1 << 20
_LATE: Final = 3  # intervals without a check
_MONTHS: Final = timedelta(days=90)


def belongs_to_us(patient: Patient) -> Iterator[Result]:
    """Files that somebody else made (a check run as root, say) stop the service at its next writing."""
    if (database := patient.database) is None:
        return
    mine = os.geteuid()
    for path in (database.parent, database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
        try:
            owner = path.stat().st_uid
        except FileNotFoundError:
            continue
        except OSError:
            break
        if owner != mine:
            mend = f"sudo chown -R {user_name()}: {database.parent}"
            yield trouble("database-foreign", mend=mend, path=path, owner=_name(owner), user=user_name())
            return


def is_whole(patient: Patient) -> Iterator[Result]:
    """Whether the record can be opened, and fits its chain."""
    if patient.settings is None:
        return
    store = patient.settings.store
    try:
        with _program(patient, patient.settings) as program:
            if program.store.is_begun:
                yield from _wholeness(patient, program)
            else:
                yield unknown("no-database", mend=patient.command("check"), path=Code(program.store.name))
    except GoneError as error:
        yield trouble("database-closed", mend=_put_back(patient, store), problem=error.said)
    except FullError as error:
        yield trouble("database-closed", mend=_make_room(store), problem=error.said)
    except BusyError as error:
        yield trouble("database-closed", mend=patient.command("doctor"), problem=error.said)
    except StoreError as error:
        yield trouble("database-closed", mend=_mend(patient, store), problem=error.said)


def _wholeness(patient: Patient, program: Program) -> Iterator[Result]:
    store = program.store
    try:
        done = verify_store(store)
    except StoreError as error:
        yield trouble("database-damaged", mend=patient.command("verify"), problem=error.said)
        return
    size = store.size()
    yield ok("database", path=Code(store.name), size=-(-size // _MEGABYTE), count=done.links)
    if program.settings.store.is_file:
        with store.read() as connection:
            a_day = growth(store, connection, patient.clock.now())
        if a_day is not None:
            yield from _room(patient, store.path.parent, size, a_day)


def _room(patient: Patient, folder: Path, size: int, a_day: float) -> Iterator[Result]:
    """How long the disk of a folder lasts for a database that grows by so many bytes a day."""
    try:
        free = patient.machine.space(folder).free
    except OSError:
        return  # another check tells why
    if free < a_day * (_MONTHS / timedelta(days=1)):
        days = int(free / a_day)
        yield trouble("database-grows", mend='retain = "2y"', count=days, size=size // _MEGABYTE)


def is_fresh(patient: Patient) -> Iterator[Result]:
    """Whether each source was checked lately."""
    with looking(patient) as program:
        if program is None:
            return  # another check tells why
        sources = program.settings.sources
        with program.store.read() as connection:
            books = book_statuses(connection, sources)
    last: dict[str, datetime] = {}
    for book in books:
        last[book.source] = max(book.last_at, last.get(book.source, book.last_at))
    now = patient.clock.now()
    for name, options in sources.items():
        mend = patient.command("check", "--source", name)
        if name not in last:
            yield unknown("never-checked", name, mend)
        elif last[name] > now + timedelta(minutes=5):
            yield trouble("clock-was-ahead", name, "timedatectl status", at=Moment(last[name]))
        elif options.cron is None and now - last[name] > max(_LATE * options.every, timedelta(hours=1)):
            yield trouble("not-checked-lately", name, mend, at=Moment(last[name]))
        else:
            yield ok("checked-lately", name)


def is_the_same(patient: Patient) -> Iterator[Result]:
    """Whether a source holds the book that it held, under the name that it had.

    A folder or file that was not checked yet is compared with the books of sources that the settings have no more; what
    a server holds its first check tells.
    """
    with looking(patient) as program:
        if program is None:
            return  # another check tells why
        sources = program.settings.sources
        with program.store.read() as connection:
            books = book_statuses(connection, sources)
            for book in books:
                if book.doubt in {Doubt.RENAMED, Doubt.OTHER_BOOK}:
                    mend = _answer(patient, book.source, book.reason)
                    yield trouble("another-book", book.source, mend, problem=book.reason)
            fresh = sources.keys() - {book.source for book in books}
            if fresh and has_former(connection, sources):
                for name in sorted(fresh):
                    if old := known_as(connection, _entries(patient, name, sources[name]), sources):
                        mend = patient.command("source", "rename", old.source, name)
                        yield trouble("another-book", name, mend, problem=said_of(old, name))


def _entries(patient: Patient, name: str, options: AnySource) -> list[Entry]:
    """What a folder or file of the settings holds; nothing of a server's, or if it cannot be read."""
    if not isinstance(options, OnDiskOptions):
        return []
    opened = OpenedSources(patient.clock, patient.environ, None)
    try:
        source = opened.of(name, options).source
        return [
            index_card(raw, item.href, ordinal, "")
            for book in source.books()
            for item in source.observe(book, Known({}), deep=False).bodies
            if isinstance(item, Fetched)
            for ordinal, raw in enumerate(split_book(item.data))
        ]
    except SourceError:
        return []  # another check tells why
    finally:
        opened.close()


def _answer(patient: Patient, source: str, reason: Value) -> str:
    """The command that a doubt asks for, which only the owner can end."""
    command = command_of(reason)
    words = shlex.split(command)[1:] if command else ["findings", "--source", source]
    return patient.command(*words)


@contextmanager
def looking(patient: Patient) -> Iterator[Program | None]:
    """The program with its record open; None without settings and if nothing can be asked of a record: `is_whole` tells why."""
    with ExitStack() as stack:
        program = None
        if patient.settings is not None:
            with suppress(StoreError):
                program = stack.enter_context(_program(patient, patient.settings))
        yield program if program and program.store.is_begun else None


def _program(patient: Patient, settings: Settings) -> AbstractContextManager[Program]:
    """Looking must not make a record."""
    return assembled(settings, Opening.LOOK, clock=patient.clock, environ=patient.environ)


def _put_back(patient: Patient, store: StoreOptions) -> str:
    """What puts a backup in the place of a record that is gone."""
    if not store.is_file:
        return shlex.join(["pg_restore", f"--dbname={store.of_libpq}", "BACKUP"])
    return patient.systemctl("stop", patient.unit) + f" && cp BACKUP {store.path}"


def _make_room(store: StoreOptions) -> str:
    """What shows what takes the room that a database lacks: the database itself is whole, and no backup is as new."""
    return shlex.join(["du", "-xh", "-d1", str(store.path.parent)])


def _mend(patient: Patient, store: StoreOptions) -> str:
    if not store.is_file:
        return shlex.join(["pg_isready", f"--dbname={store.of_libpq}"])
    database = store.path
    if not os.access(database, os.W_OK):
        return f"sudo chown -R {user_name()}: {database.parent}"
    return patient.systemctl("stop", patient.unit) + f" && mv {database} {database}.damaged && cp BACKUP {database}"


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
