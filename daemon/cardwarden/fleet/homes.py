"""The households of a server as a worker has them: settings read when they changed, few programs open at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cardwarden.carddav.hosts import UNATTENDED, Hosts, Patience
from cardwarden.clock import Clock
from cardwarden.fleet.ledger import filled
from cardwarden.settings.households import Server
from cardwarden.settings.model import Settings
from cardwarden.store.postgresql import PostgresServer, open_server
from cardwarden.wiring import Program, program_on

OPEN: Final = 200
"""Programs that stay open, with their connections to servers; the one that was not used for longest is closed."""

Mark = tuple[tuple[int, int, int], ...]


@dataclass
class _Home:
    """A household in use: how many use it, and whether it is closed when nobody does any more."""

    mark: Mark
    program: Program
    users: int = 0
    is_old: bool = False


class Homes:
    """Any thread may ask; a program that is in use stays open."""

    def __init__(
        self,
        server: Server,
        clock: Clock,
        environ: Mapping[str, str],
        sharers: Callable[[], int] = lambda: 1,
        *,
        opened: int = OPEN,
    ) -> None:
        """`sharers` tells how many workers ask the same hosts. Raises SettingsError for a server without PostgreSQL."""
        self.server = server
        self._clock = clock
        self._environ = environ
        self._opened = opened
        patience = Patience(per_second=server.settings.workers.requests_per_host, burst=UNATTENDED.burst)
        self._hosts = Hosts(clock, patience, sharers=sharers)
        self._database: PostgresServer = open_server(server.address)
        self._homes: OrderedDict[str, _Home] = OrderedDict()
        self._lock = threading.Lock()

    def is_here(self, name: str) -> bool:
        """Whether a household's record is in the database that all workers share. Raises SettingsError, UsageError."""
        return (self.server.notes(name).url or self.server.address) == self.server.address

    def mark(self, name: str) -> Mark:
        """What differs when a household's settings may say something else."""
        return tuple(map(_mark, (self.server.file(name), self.server.notes_file(name))))

    def settings(self, name: str) -> Settings:
        """Raises SettingsError, UsageError if there is no such household."""
        return self.server.settings_of(name)

    @contextmanager
    def using(self, name: str) -> Iterator[Program]:
        """A household's program, with the settings as they are now. Raises SettingsError, UsageError, StoreError."""
        home = self._taken(name)
        try:
            yield home.program
        finally:
            with self._lock:
                home.users -= 1
            self._close_old()

    def close(self) -> None:
        """Close all of them, also those that are in use."""
        for home in list(self._homes.values()):
            home.program.opened.close()
        self._homes.clear()
        self._database.close()

    def _taken(self, name: str) -> _Home:
        mark = self.mark(name)
        with self._lock:
            home = self._homes.get(name)
            if home is not None and home.mark == mark:
                self._homes.move_to_end(name)
                home.users += 1
                return home
        made = _Home(mark, self._program(name), users=1)
        with self._lock:
            before = self._homes.pop(name, None)
            if before is not None:
                before.is_old = True
                if not before.users:
                    before.program.opened.close()
            self._homes[name] = made
        return made

    def _program(self, name: str) -> Program:
        settings = self.settings(name)
        store = self._database.store(settings.store.db_schema, settings.store.path, filled=partial(_filled, name))
        return program_on(store, settings, self._clock, self._environ, self._hosts)

    def _close_old(self) -> None:
        with self._lock:
            free = [name for name, home in self._homes.items() if not home.users]
            surplus = free[: max(0, len(self._homes) - self._opened)]
            closing = [self._homes.pop(name) for name in surplus]
        for home in closing:
            home.program.opened.close()


def _filled(name: str, connection: object, channel: str) -> None:
    filled(connection, name, channel)  # type: ignore[arg-type]


def _mark(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)
