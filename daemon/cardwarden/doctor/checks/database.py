"""The database: is it ours, whole, and is it written into?"""

from __future__ import annotations

import os
import pwd
import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cardwarden.actions.believing import known_as, said_of
from cardwarden.actions.continuity import gone, was_in_use
from cardwarden.actions.verify import verify_store
from cardwarden.detect.outcome import Doubt
from cardwarden.doctor.patient import Patient, user_name
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.errors import SourceError, StoreError
from cardwarden.phrases.phrase import command_of
from cardwarden.settings.model import AnySource
from cardwarden.sources.options import OnDiskOptions
from cardwarden.sources.source import Fetched, Known
from cardwarden.store.books import BookStatus, statuses, with_cards
from cardwarden.store.checks import first_check_at
from cardwarden.store.engine import Store, open_store
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import index_card
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
    store = store_of(patient)
    if isinstance(store, Result):
        yield store
    elif store is not None:
        try:
            done = verify_store(store)
        except StoreError as error:
            mend = patient.command("verify")
            yield trouble("database-damaged", mend=mend, problem=error.said)
        else:
            size = -(-store.path.stat().st_size // _MEGABYTE)
            yield ok("database", path=store.path, size=size, count=done.links)
            yield from _growth(patient, store)
        finally:
            store.close()


def _growth(patient: Patient, store: Store) -> Iterator[Result]:
    """How long the disk lasts if the database grows as it did; told only once a week of history shows it."""
    size = store.path.stat().st_size
    with store.read() as connection:
        since = first_check_at(connection)
    age = patient.clock.now() - since if since else timedelta()
    if age < timedelta(days=7):
        return
    try:
        free = patient.machine.space(store.path.parent).free
    except OSError:
        return
    a_day = size / (age / timedelta(days=1))
    if free < a_day * (_MONTHS / timedelta(days=1)):
        days = int(free / a_day)
        yield trouble("database-grows", mend='retain = "2y"', count=days, size=size // _MEGABYTE)


def is_fresh(patient: Patient) -> Iterator[Result]:
    """Whether each source was checked lately."""
    store = store_of(patient)
    if store is None or isinstance(store, Result) or patient.settings is None:
        return
    try:
        with store.read() as connection:
            books = statuses(connection)
    finally:
        store.close()
    last: dict[str, datetime] = {}
    for book in books:
        last[book.source] = max(book.last_at, last.get(book.source, book.last_at))
    now = patient.clock.now()
    for name, options in patient.settings.sources.items():
        mend = patient.command("check", "--source", name)
        if name not in last:
            yield unknown("never-checked", name, mend)
        elif last[name] > now + timedelta(minutes=5):
            yield trouble("clock-was-ahead", name, "timedatectl status", at=f"{last[name]:%Y-%m-%d %H:%M}Z")
        elif options.cron is None and now - last[name] > max(_LATE * options.every, timedelta(hours=1)):
            yield trouble("not-checked-lately", name, mend, at=f"{last[name]:%Y-%m-%d %H:%M}Z")
        else:
            yield ok("checked-lately", name)


def is_the_same(patient: Patient) -> Iterator[Result]:
    """Whether a source holds the book that it held, under the name that it had.

    A folder or file that was not checked yet is compared with the books of sources that the settings have no more; what
    a server holds its first check tells.
    """
    store = store_of(patient)
    if not isinstance(store, Store) or patient.settings is None:
        return  # another check tells why
    try:
        with store.read() as connection:
            books = [book for book in statuses(connection) if book.source in patient.settings.sources]
            for book in books:
                if book.doubt in {Doubt.RENAMED, Doubt.OTHER_BOOK}:
                    yield trouble("another-book", book.source, _answer(patient, book), problem=book.reason)
            fresh = patient.settings.sources.keys() - {book.source for book in books}
            if fresh and with_cards(connection, but=patient.settings.sources):
                for name in sorted(fresh):
                    entries = _entries(patient, name, patient.settings.sources[name])
                    if old := known_as(connection, entries, patient.settings.sources):
                        mend = patient.command("source", "rename", old.source, name)
                        yield trouble("another-book", name, mend, problem=said_of(old, name))
    finally:
        store.close()


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


def _answer(patient: Patient, book: BookStatus) -> str:
    """The command that a doubt asks for, which only the owner can end."""
    command = command_of(book.reason)
    words = shlex.split(command)[1:] if command else ["findings", "--source", book.source]
    return patient.command(*words)


def store_of(patient: Patient) -> Store | Result | None:
    """The open store, what is in the way, or None without settings: looking must not make one."""
    if (database := patient.database) is None or patient.settings is None:
        return None
    try:
        store = open_store(patient.settings.store.url, make=False)
    except StoreError as error:
        return trouble("database-closed", mend=_mend(patient, database), problem=error.said)
    if store.is_begun:
        return store
    if was_in_use(database):
        mend = patient.systemctl("stop", patient.unit) + f" && cp BACKUP {database}"
        return trouble("database-closed", mend=mend, problem=gone(database))
    return unknown("no-database", mend=patient.command("check"), path=database)


def _mend(patient: Patient, database: Path) -> str:
    if not os.access(database, os.W_OK):
        return f"sudo chown -R {user_name()}: {database.parent}"
    return patient.systemctl("stop", patient.unit) + f" && mv {database} {database}.damaged && cp BACKUP {database}"


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
