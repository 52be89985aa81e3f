"""Each book: can a card of it be read?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.errors import CardwardenError, SettingsError, SourceError
from cardwarden.phrases.phrase import command_of
from cardwarden.settings.model import StoreOptions
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.files import shown_path, why_unreadable
from cardwarden.sources.options import OnDiskOptions
from cardwarden.sources.source import Fetched, Known, Missed, Source
from cardwarden.wiring import Opening, Program, assembled


def can_be_read(patient: Patient) -> Iterator[Result]:
    """Reads one card of every book, on a store that is thrown away, so that a damaged one is not in the way."""
    if patient.settings is None:
        return
    with tempfile.TemporaryDirectory(prefix="cardwarden-doctor-") as folder:
        store = StoreOptions(url=f"sqlite:///{Path(folder).resolve()}/empty.db")
        sources = {
            name: options.model_copy(update={"access_log": None}) if isinstance(options, CarddavOptions) else options
            for name, options in patient.settings.sources.items()
        }
        apart = patient.settings.model_copy(update={"store": store, "sources": sources})
        with assembled(
            apart, Opening.GUARD, clock=patient.clock, environ=patient.environ, say=patient.say, attended=True
        ) as program:
            for name in apart.sources:
                yield from _source(patient, program, name)


def _source(patient: Patient, program: Program, name: str) -> Iterator[Result]:
    try:
        yield from _books(patient, program.source(name), name)
    except SettingsError as error:
        yield unknown("book-not-asked", name, problem=error.said)  # its secret; another check tells the mend
    except SourceError as error:
        yield trouble("book-unread", name, _mend(patient, name, error), problem=error.said)


def _books(patient: Patient, source: Source, name: str) -> Iterator[Result]:
    for book in source.books():
        seen = source.observe(book, Known({}), deep=False)
        count = len(seen.members)
        if not count:
            yield trouble("book-empty", name, patient.command("config", "show"), title=book.title)
            continue
        match next(iter(seen.bodies), None):
            case Fetched():
                yield ok("book", name, title=book.title, count=count)
            case Missed(href, _, reason):
                yield trouble("card-unread", name, command_of(reason), card=href, problem=reason)
            case None:
                yield unknown("book-not-asked", name, problem="")


def can_be_written(patient: Patient) -> Iterator[Result]:
    """A folder or file that `restore` may write, and the program may not: whose it is, is for its owner to say."""
    for name, options in patient.settings.sources.items() if patient.settings else ():
        if not isinstance(options, OnDiskOptions) or not options.restore:
            continue
        with suppress(OSError):  # can_be_read says so
            path = options.path
            if path.stat().st_uid != os.geteuid() or not os.access(path, os.W_OK):
                yield unknown("book-not-ours", name, "cardwarden systemd install --user", path=path)


def writers_are_known(patient: Patient) -> Iterator[Result]:
    """A server's log that says which program wrote a contact."""
    for name, options in patient.settings.sources.items() if patient.settings else ():
        if isinstance(options, CarddavOptions) and (log := options.access_log):
            try:
                log.open("rb").close()
            except OSError as error:
                why = why_unreadable(error, log)
                mend = command_of(why) or f"ls -ld {shown_path(log)}"
                yield trouble("access-log", name, mend, problem=why)
            else:
                yield ok("access-log-read", name, path=log)


def _mend(patient: Patient, name: str, error: CardwardenError) -> str:
    """The command in the reader's sentence, else the one that shows more."""
    if said := command_of(error.said):
        return said
    options = patient.settings.sources[name] if patient.settings else None
    if isinstance(options, CarddavOptions):
        user = ("--username", options.username) if options.username else ()
        return patient.command("discover", options.url, *user)
    if isinstance(options, OnDiskOptions):
        return f"ls -ld {shown_path(options.path)}"
    return patient.command("check", "--source", name)
