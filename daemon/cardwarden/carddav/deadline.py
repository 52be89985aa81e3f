"""Requests that end: a server may let a byte come now and then for ever, and a timeout only counts from one to the next.

Whoever sends one within `Deadline` has its connection cut when the time is up, wherever it stands: handshake, headers or body.
"""

from __future__ import annotations

import math
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final

import requests
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import pool_classes_by_scheme

from cardwarden.carddav.shared_trust import SharedTrust
from cardwarden.clock import SystemClock

_here: Final = threading.local()
_CLOCK: Final = SystemClock()


class Deadline:
    """What this thread sends in the block is over after `seconds`.

    `notice` is called once, from another thread, when it has taken `notice_after` seconds.
    """

    def __init__(self, seconds: float, notice: Callable[[], None] | None = None, notice_after: float = 0.0) -> None:
        self.is_over = False
        self.next_at = math.inf
        """When there is something to do: to notice, or to end it. In monotonic seconds."""
        self._seconds = seconds
        self._notice = notice
        self._notice_after = min(notice_after, seconds)
        self._lock = threading.Lock()
        self._line: socket.socket | None = None

    def __enter__(self) -> Deadline:
        _here.deadline = self
        now = _CLOCK.monotonic()
        self._until = now + self._seconds
        self.next_at = self._until if self._notice is None else now + self._notice_after
        _WATCHER.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _here.deadline = None
        _WATCHER.remove(self)
        with self._lock:
            self._let_go()

    def hold(self, line: int) -> None:
        """The descriptor of the connection that is used now."""
        with self._lock:
            self._let_go()
            self._line = socket.socket(fileno=os.dup(line))
            if self.is_over:
                self._cut()

    def come(self) -> None:
        """It is `next_at`: notice, or end it. Waits for nothing."""
        if self._notice is not None:
            # Whoever is told may be slow, and others have deadlines, too.
            threading.Thread(target=_told, args=(self._notice,), name="deadline-notice", daemon=True).start()
            self._notice, self.next_at = None, self._until
            return
        self.next_at = math.inf
        with self._lock:
            self.is_over = True
            self._cut()

    def _cut(self) -> None:
        if self._line is not None:
            with suppress(OSError):  # the other side was quicker
                self._line.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _told(notice: Callable[[], None]) -> None:
    with suppress(OSError):  # nobody reads any more; the deadline holds all the same
        notice()


class _Watcher:
    """One thread that minds the deadlines of all others; a thread for each request costs as much as a third of it."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew: a child of this process has none of its threads, and a lock may have been theirs."""
        self._earlier = threading.Condition()
        self._minded: set[Deadline] = set()
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None

    def add(self, deadline: Deadline) -> None:
        with self._earlier:
            self._minded.add(deadline)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif deadline.next_at < self._wakes_at:
                self._earlier.notify()

    def remove(self, deadline: Deadline) -> None:
        with self._earlier:
            self._minded.discard(deadline)

    def _watch(self) -> None:
        with self._earlier:
            while True:
                now = _CLOCK.monotonic()
                self._come(now)
                self._wakes_at = min((deadline.next_at for deadline in self._minded), default=math.inf)
                self._earlier.wait(None if self._wakes_at == math.inf else self._wakes_at - now)

    def _come(self, now: float) -> None:
        """What is due. While it waits, the thread holds on to no deadline that is over."""
        for deadline in self._minded:
            while deadline.next_at <= now:
                deadline.come()


_WATCHER: Final = _Watcher()
os.register_at_fork(after_in_child=_WATCHER.forget)


def _hold(connection: HTTPConnection) -> None:
    deadline: Deadline | None = getattr(_here, "deadline", None)
    if deadline is not None and connection.sock is not None and (line := connection.sock.fileno()) >= 0:
        deadline.hold(line)


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        self.sock = line = super()._new_conn()
        _hold(self)
        return line

    def request(self, *arguments: Any, **named: Any) -> None:
        _hold(self)  # one that was there already
        super().request(*arguments, **named)


class _Safe(_Plain, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _Safe


_POOLS: Final = {"http": _PlainPool, "https": _SafePool}


class _Adapter(SharedTrust):
    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **named)
        if manager.pool_classes_by_scheme is pool_classes_by_scheme:  # a SOCKS proxy's are others
            manager.pool_classes_by_scheme = _POOLS
        return manager


def mind_deadlines(session: requests.Session, at_once: int = 1) -> None:
    """Let the session's requests end with their `Deadline`. `at_once` is how many connections to a host are kept."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Adapter(pool_maxsize=at_once))
