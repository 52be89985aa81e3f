"""Requests that end: a server may let a byte come now and then for ever, and a timeout only counts from one to the next.

Whoever sends one within `Deadline` has its connection cut when the time is up, wherever it stands: handshake, headers or body.
"""

from __future__ import annotations

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

_here: Final = threading.local()


class Deadline:
    """What this thread sends in the block is over after `seconds`.

    `notice` is called once, from another thread, when it has taken `notice_after` seconds.
    """

    def __init__(self, seconds: float, notice: Callable[[], None] | None = None, notice_after: float = 0.0) -> None:
        self.is_over = False
        self._seconds = seconds
        self._notice = notice
        self._notice_after = min(notice_after, seconds)
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._line: socket.socket | None = None

    def __enter__(self) -> Deadline:
        _here.deadline = self
        threading.Thread(target=self._watch, name="deadline", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _here.deadline = None
        self._done.set()
        with self._lock:
            self._let_go()

    def hold(self, line: int) -> None:
        """The descriptor of the connection that is used now."""
        with self._lock:
            self._let_go()
            self._line = socket.socket(fileno=os.dup(line))
            if self.is_over:
                self._cut()

    def _watch(self) -> None:
        left = self._seconds
        if self._notice is not None:
            if self._done.wait(self._notice_after):
                return
            left -= self._notice_after
            with suppress(OSError):  # nobody reads any more; the deadline holds all the same
                self._notice()
        if self._done.wait(left):
            return
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
