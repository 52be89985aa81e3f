"""Serves the page: alone, or on a thread of its own beside the daemon."""

from __future__ import annotations

import asyncio
import logging
import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from cardwarden.errors import SettingsError, because
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.web.application import application
from cardwarden.web.desk import Desk
from cardwarden.wiring import Program

_CONNECTIONS = 64  # at the same time: whoever says nothing for longest is hung up on for the next one
_PATIENCE = 10.0  # seconds for the head of a request to come
_log = logging.getLogger(__name__)


def listener(listen: str) -> socket.socket:
    """A socket at "HOST:PORT". Raises SettingsError if that is taken, or not this machine's."""
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only on sockets that say they are TCP; on others each answer waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), int(port)))
        listening.listen(_CONNECTIONS)
    except OSError as error:
        listening.close()
        raise SettingsError(
            phrase("settings-listen", key=Code("web.listen"), listen=Code(listen), why=because(error))
        ) from error
    return listening


class PatientProtocol(H11Protocol):
    """HTTP that does not wait for ever: each open connection costs the daemon a file descriptor, which checks need."""

    patience = _PATIENCE
    _hanging_up: asyncio.TimerHandle | None = None
    _since = math.inf  # when it was last waited for, by the loop's clock

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) >= _CONNECTIONS:
            waited_for = [
                connection
                for connection in self.connections
                if isinstance(connection, PatientProtocol) and connection.is_waited_for
            ]
            min(waited_for, key=lambda connection: connection._since, default=self).hang_up()
        if not transport.is_closing():
            self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_longer()
        elif self._hanging_up is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_longer()
        super().connection_lost(exc)

    @property
    def is_waited_for(self) -> bool:
        """Whether the rest of a request is still to come."""
        return self._hanging_up is not None or self.conn.their_state is h11.SEND_BODY

    def hang_up(self) -> None:
        self._wait_no_longer()
        self.transport.abort()
        self.connections.discard(self)

    def _wait(self) -> None:
        self._since = self.loop.time()
        self._hanging_up = self.loop.call_later(self.patience, self.hang_up)

    def _wait_no_longer(self) -> None:
        if self._hanging_up is not None:
            self._hanging_up.cancel()
            self._hanging_up = None


def serve(program: Callable[[], Program], at: socket.socket) -> None:
    """Serve the page of a program until SIGTERM or SIGINT. Raises StoreError."""
    serve_app(application(Desk.of(program)), at)


def serve_app(app: ASGIApp, at: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT."""
    _server(app).run(sockets=[at])


def serving(program: Callable[[], Program], at: socket.socket) -> AbstractContextManager[None]:
    """Serve the page of a program on a thread for as long as the block lasts. Raises StoreError."""
    return serving_app(application(Desk.of(program)), at)


def serving_app(app: ASGIApp, at: socket.socket) -> AbstractContextManager[None]:
    """Serve on a thread for as long as the block lasts."""
    return _on_a_thread(_server(app), at)


@contextmanager
def _on_a_thread(server: uvicorn.Server, at: socket.socket) -> Iterator[None]:
    thread = threading.Thread(target=server.run, kwargs={"sockets": [at]}, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)


def _server(app: ASGIApp) -> uvicorn.Server:
    """The server of the page, which logs and says nothing of itself."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="asyncio",
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=3,
        )
    )
