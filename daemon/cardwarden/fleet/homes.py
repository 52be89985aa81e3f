"""The households of a server as a worker has them: settings read when they changed, programs open as far as memory allows."""

from __future__ import annotations

import hashlib
import random
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cardwarden import __version__
from cardwarden.carddav.hosts import UNATTENDED, Hosts, RequestLimits
from cardwarden.clock import Clock
from cardwarden.settings.households import Server
from cardwarden.settings.model import Settings
from cardwarden.sources.presets import PROVIDERS
from cardwarden.store.engine import Store, open_store
from cardwarden.wiring import Program, program_on

if TYPE_CHECKING:  # a server may keep SQLite's files, and have neither
    from cardwarden.store.postgresql import PostgresServer

OPEN: Final = 1_500
"""Programs that stay open: one takes 23 kB of a worker's 200 MB (a record in PostgreSQL), to open one 4 ms and what its sources
ask a server first."""
CONNECTED: Final = 100
"""Of them, those that keep their idle connections: one by https takes 31 kB and a file descriptor, of which a process often may
have 1,024; to connect again takes 2 ms. Most servers end one within a minute, long before it is the household's turn again."""

SettingsStamp = tuple[tuple[int, int, int], ...]


@dataclass
class _Home:
    """A household in use: how many use it, and whether it is closed when nobody does any more."""

    stamp: SettingsStamp
    program: Program
    users: int = 0
    is_old: bool = False


class Homes:
    """Any thread may ask; a program that is in use stays open.

    If too many are open, any of those that nobody uses is closed. Households have their turns one after another: if that were the
    one that was not used for longest, one household more than there is room for would have all of them opened anew.
    """

    def __init__(
        self,
        server: Server,
        clock: Clock,
        environ: Mapping[str, str],
        sharers: Callable[[], int] = lambda: 1,
        *,
        opened: int = OPEN,
        connected: int = CONNECTED,
    ) -> None:
        """`sharers` tells how many workers ask the same hosts."""
        self.server = server
        self._clock = clock
        self._environ = environ
        self._opened = opened
        self._connected = connected
        limits = RequestLimits(per_second=server.settings.workers.requests_per_host, burst=UNATTENDED.burst)
        self._hosts = Hosts(clock, limits, sharers=sharers, providers=PROVIDERS)
        self._database: PostgresServer | None = None
        self._homes: dict[str, _Home] = {}
        self._idle: OrderedDict[str, _Home] = OrderedDict()
        """Of them, those that nobody uses and that have their connections, the one that was used last at the end."""
        self._lock = threading.Lock()

    def has(self, name: str) -> bool:
        """Whether this machine has settings of a household of that name."""
        return self.server.file(name).exists()

    def stamp(self, name: str) -> SettingsStamp:
        """What differs when a household's settings may say something else."""
        return tuple(map(_file_stamp, (self.server.file(name), self.server.notes_file(name))))

    def digest(self, name: str) -> str:
        """Of what a household's settings say, and of what the server decides; reading them says what is wrong with them."""
        files = (self.server.path, self.server.file(name), self.server.notes_file(name))
        said = b"\0".join(map(_file_bytes, files))
        return hashlib.sha256(__version__.encode() + b"\0" + said).hexdigest()

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
            self._left(name, home)

    def keep_only(self, names: Collection[str]) -> None:
        """Close the programs of other households, which are gone; one that is in use, when it is left."""
        with self._lock:
            gone = [self._homes.pop(name) for name in self._homes.keys() - set(names)]
            self._idle = OrderedDict((name, home) for name, home in self._idle.items() if name in self._homes)
            for home in gone:
                home.is_old = True
            closing = [home for home in gone if not home.users]
        for home in closing:
            _close(home)

    def close(self) -> None:
        """Close all of them, also those that are in use."""
        for home in list(self._homes.values()):
            _close(home)
        self._homes.clear()
        self._idle.clear()
        if self._database is not None:
            self._database.close()

    def _taken(self, name: str) -> _Home:
        """The household, one user more; opened anew if its settings are others. Raises as `using`."""
        stamp = self.stamp(name)
        with self._lock:
            home = self._homes.get(name)
            if home is not None and home.stamp == stamp:
                home.users += 1
                self._idle.pop(name, None)
                return home
        made = _Home(stamp, self._program(name), users=1)
        with self._lock:
            before = self._homes.pop(name, None)
            self._homes[name] = made
            if before is not None:
                before.is_old = True
                self._idle.pop(name, None)
            is_left = before is not None and not before.users
        if before is not None and is_left:
            _close(before)
        return made

    def _left(self, name: str, home: _Home) -> None:
        """What nobody uses any more is closed if it is old, and else what is too much."""
        with self._lock:
            home.users -= 1
            if home.users:
                return
            closing = [home] if home.is_old else []
            if not home.is_old:
                self._idle[name] = home
            if len(self._homes) > self._opened:
                unused = [key for key, each in self._homes.items() if not each.users]
                for key in random.sample(unused, min(len(unused), len(self._homes) - self._opened)):
                    self._idle.pop(key, None)
                    closing.append(self._homes.pop(key))
            while len(self._idle) > self._connected:
                _, resting = self._idle.popitem(last=False)
                resting.program.opened.rest()  # not later: whoever takes it would have a connection ended that it uses
        for each in closing:
            _close(each)

    def _program(self, name: str) -> Program:
        settings = self.settings(name)
        return program_on(self._store(name, settings), settings, self._clock, self._environ, self._hosts)

    def _store(self, name: str, settings: Settings) -> Store:
        options = settings.store
        if options.url != self.server.address:
            return open_store(options.url, options.db_schema, options.path)
        from cardwarden.fleet.ledger import is_removed  # noqa: PLC0415 - see above
        from cardwarden.store.postgresql import open_server  # noqa: PLC0415 - as it is

        with self._lock:
            self._database = self._database or open_server(options.url)
        return self._database.store(options.db_schema, options.path, unless=partial(is_removed, household=name))


def _close(home: _Home) -> None:
    home.program.opened.close()
    home.program.store.close()


def _file_stamp(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _file_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
