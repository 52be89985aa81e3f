"""The households of a server: one is added, removed, let be for a while, or carried to another database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cardwarden.actions import move as mover
from cardwarden.actions.continuity import known_beside
from cardwarden.actions.move import Moved
from cardwarden.clock import Clock
from cardwarden.errors import RefusedError, SettingsError, StoreError, UsageError, WrongValueError, because
from cardwarden.own_file import new_folder, replace_file
from cardwarden.phrases.phrase import Code, Phrase, Saying, phrase
from cardwarden.service.life import is_running
from cardwarden.service.only import the_only_daemon
from cardwarden.settings.households import SQLITE, Notes, Server
from cardwarden.settings.model import Settings, StoreOptions, store_url
from cardwarden.settings.places import is_household_name
from cardwarden.settings.toml import toml
from cardwarden.sources.secret import given, references
from cardwarden.store.engine import Store, open_store

if TYPE_CHECKING:  # an extra
    from cardwarden.fleet.ledger import Ledger

_NOTED = '# What "cardwarden household" noted of this household. Do not write here.\n'


HouseholdState = Literal["guarded", "stopped", "paused", "wrong", "removed"]
GuardedBy = Literal["daemon", "worker", "unknown"]


@dataclass(frozen=True, slots=True)
class Household:
    """A household as it stands.

    record    what messages call the place of its record
    problems  what is wrong with its settings, empty if they are right
    is_there  whether it has settings; if not, only its history was kept
    guard     who is to guard it; "unknown": workers, and their database does not say whether they do
    """

    name: str
    record: str
    is_there: bool
    is_paused: bool
    is_guarded: bool
    guard: GuardedBy
    problems: tuple[Saying, ...]

    @property
    def state(self) -> HouseholdState:
        """What is to be said of it first."""
        if not self.is_there:
            return "removed"
        if self.problems:
            return "wrong"
        if self.is_paused:
            return "paused"
        return "guarded" if self.is_guarded else "stopped"


def households(server: Server) -> list[Household]:
    """All of them, in order, also those of which only the history is left. Raises SettingsError."""
    names, by_workers = server.names(), _by_workers(server)
    with suppress(OSError):
        folders = [path.name for path in server.state.iterdir() if is_household_name(path.name)]
        names = sorted({*names, *(name for name in folders if known_beside(server.record(name)).exists())})
    return [_listed(server, name, by_workers) for name in names]


def _by_workers(server: Server) -> frozenset[str] | None:
    """The households that workers guard; None if nobody can tell."""
    if server.address == SQLITE:
        return frozenset()
    try:
        with _ledger(server) as ledger:
            return ledger.guarded() if ledger is not None else None
    except StoreError:
        return None


@contextmanager
def _ledger(server: Server) -> Iterator[Ledger | None]:
    """What the workers of a server with a PostgreSQL share; None if they are not installed."""
    try:
        from cardwarden.fleet.ledger import Ledger  # noqa: PLC0415 - an extra
    except ImportError:
        yield None
        return
    with closing(Ledger(server.address)) as ledger:
        yield ledger


def _listed(server: Server, name: str, by_workers: frozenset[str] | None) -> Household:
    problems: tuple[Saying, ...] = ()
    is_there, notes, record = server.file(name).exists(), Notes(), ""
    guard: GuardedBy = "daemon"
    try:
        notes = server.notes(name)
        record = _shown(notes.url or server.address, server, name)
        if server.has_workers(name):
            guard = "unknown" if by_workers is None else "worker"
        if is_there:
            server.settings_of(name)
    except SettingsError as error:
        problems = error.problems or (error.said,)
    is_guarded = (guard == "worker" and name in (by_workers or ())) or is_running(server.record(name))
    return Household(name, record, is_there, notes.paused, is_guarded, guard, problems)


def _shown(address: str, server: Server, name: str) -> str:
    return str(server.record(name)) if address == SQLITE else address


def add(server: Server, name: str, text: str, *, with_history: bool = False) -> Settings:
    """Write the settings of a new household, and make the folder of its secrets; gives what the settings say.

    Raises RefusedError if there is one of that name, or a history of one, unless `with_history` says that it is to go on;
    SettingsError if the text is wrong: nothing is written then.
    """
    path = server.file(name)
    if path.exists():
        raise RefusedError(phrase("household-there", name=name, path=Code(str(path))))
    settings = server.parsed(name, text)
    if with_history is not _has_history(server, name):
        if with_history:
            raise RefusedError(phrase("household-no-history", name=name))
        option = Code("--with-history")
        raise RefusedError(phrase("household-has-history", name=name, option=option))
    with _writing(path):
        with suppress(FileExistsError):
            new_folder(server.folder(name), 0o700)
        replace_file(path, text.encode("utf-8"))
    if server.has_workers(name):
        with _ledger(server) as ledger:
            if ledger is not None:
                ledger.welcome(name)
    return settings


def missing_secrets(settings: Settings) -> Iterator[Path]:
    """The files that settings name for secrets and that are not there yet."""
    for table, secret, _ in references(settings):
        path = given(table, secret).get("file")
        if path is not None and not Path(str(path)).exists():
            yield Path(str(path))


def pause(server: Server, name: str, *, paused: bool) -> bool:
    """Let a household be, or go on; gives whether that is new. Raises SettingsError, UsageError if there is no such one."""
    _known(server, name)
    notes = server.notes(name)
    if notes.paused is paused:
        return False
    note(server, name, replace(notes, paused=paused))
    return True


def move(server: Server, name: str, address: str, clock: Clock) -> Moved | None:
    """Carry a household's record to another database, `SQLITE` or the address of a PostgreSQL; None if it is there already.

    Whatever ends this early leaves the old record in use, or the new one, whole; called again it does the rest. Raises
    UsageError for an address that is none, RefusedError while its daemon runs, StoreError.
    """
    to = _address(address)
    _known(server, name)
    with _held(server, name, clock):
        notes = _without_leftover(server, name)
        at = notes.url or server.address
        if at == to:
            return None
        source = _open(server, name, at, make=False)
        try:
            source.require_record()
            target = _open(server, name, to)
            try:
                here = None if to == server.address else to
                moved = mover.move(source, target, clock, lambda: note(server, name, replace(notes, url=here, was=at)))
            finally:
                target.close()
        finally:
            source.close()
        _without_leftover(server, name)
    return moved


def remove(server: Server, name: str, clock: Clock, *, keep: bool = False, export: Path | None = None) -> Moved | None:
    """Take a household out: its settings and secrets, and its history unless that is to be kept.

    `export` names a file of SQLite's to write the history into before; gives what is in it. Raises UsageError if there is
    neither, RefusedError while its daemon runs or if the file is there, StoreError.
    """
    if not server.file(name).exists() and not _has_history(server, name):
        raise UsageError(phrase("household-none", name=name, path=Code(str(server.settings.households))))
    with _held(server, name, clock):
        notes = _without_leftover(server, name)
        address, has_workers = notes.url or server.address, server.has_workers(name)
        store = _open(server, name, address, make=False)
        try:
            exported = _export(store, export, clock) if export is not None else None
            with _writing(server.file(name)):
                server.file(name).unlink(missing_ok=True)
                shutil.rmtree(server.folder(name), ignore_errors=True)
            if has_workers:
                with _ledger(server) as ledger:
                    if ledger is not None:
                        ledger.remove(name)
            if not keep and has_workers and not store.is_begun:
                # A worker may be beginning one: this waits for it. The next one finds the household removed, and begins none.
                store.close()
                store = _open(server, name, address)
            if not keep and store.is_begun:
                with store.write() as connection:
                    store.take_away(connection)
                store.clear_away()
        finally:
            store.close()
        if not keep:
            with _writing(server.record(name)):
                server.notes_file(name).unlink(missing_ok=True)
                shutil.rmtree(server.record(name).parent, ignore_errors=True)
    return exported


def note(server: Server, name: str, notes: Notes) -> None:
    """Note what was decided of a household. Raises SettingsError."""
    said = {"paused": notes.paused or None, "url": notes.url, "was": notes.was}
    lines = [f"{key} = {toml(value)}\n" for key, value in said.items() if value is not None]
    path = server.notes_file(name)
    with _writing(path):
        if lines:
            replace_file(path, (_NOTED + "".join(lines)).encode("utf-8"))
        else:
            path.unlink(missing_ok=True)


def _known(server: Server, name: str) -> None:
    """Raises UsageError if there is no household of that name."""
    if not server.file(name).exists():
        raise UsageError(phrase("household-none", name=name, path=Code(str(server.settings.households))))


def _address(address: str) -> str:
    """Where to move to. Raises UsageError for what is neither."""
    if address == SQLITE:
        return address
    said: Saying = phrase("write-move-to", example=Code("postgresql+psycopg://user@host/database"))
    if address.startswith("postgresql"):
        try:
            return store_url(address)
        except WrongValueError as error:
            said = error.said
    raise UsageError(phrase("problem-at", where=Code("--to"), what=said))


def _open(server: Server, name: str, address: str, *, make: bool = True) -> Store:
    options = StoreOptions.model_validate(server.store_at(name, address))
    return open_store(options.url, options.db_schema, options.path, make=make)


def _has_history(server: Server, name: str) -> bool:
    """Whether a record was begun for a household of that name. Raises StoreError."""
    store = _open(server, name, server.notes(name).url or server.address, make=False)
    try:
        return store.is_begun or known_beside(store.path).exists()
    finally:
        store.close()


def _without_leftover(server: Server, name: str) -> Notes:
    """Take away what a move left at the old place; gives what is noted then. Raises StoreError."""
    notes = server.notes(name)
    if notes.was is None:
        return notes
    old = _open(server, name, notes.was, make=False)
    try:
        if old.is_begun:
            with old.write() as connection:
                old.take_away(connection)
        if notes.was == SQLITE:
            with _writing(server.record(name)):
                old.clear_away()
    finally:
        old.close()
    notes = replace(notes, was=None)
    note(server, name, notes)
    return notes


def _export(store: Store, to: Path, clock: Clock) -> Moved:
    """Write the whole record into a new file, which has its name only when it is whole and on the disk."""
    store.require_record()
    if os.path.lexists(to):
        raise RefusedError(phrase("error-path-exists", path=Code(str(to))))
    unfinished = to.with_name(f".{to.name}.{os.getpid()}.copy")
    target = open_store(f"sqlite:///{unfinished}")
    try:
        copied = mover.copy(store, target, clock)
        target.backup(to)
    except FileExistsError as error:
        raise RefusedError(phrase("error-path-exists", path=Code(str(to)))) from error
    except OSError as error:
        raise StoreError(phrase("error-backup-failed", path=Code(str(to)), why=because(error))) from error
    finally:
        target.clear_away()
    return copied


@contextmanager
def _held(server: Server, name: str, clock: Clock) -> Iterator[None]:
    """Be the only one who guards that household here. Raises RefusedError while its daemon runs."""
    record = server.record(name)
    with _writing(record):
        record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with the_only_daemon(record, clock):
        yield


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said: Phrase = phrase("error-path-unwritable", path=Code(str(error.filename or path)), why=because(error))
        raise SettingsError(said) from error
