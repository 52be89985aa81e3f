"""Serves the page: alone, or on a thread of its own beside the daemon."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import uvicorn

from cardwarden.errors import SettingsError
from cardwarden.web.application import application
from cardwarden.web.desk import Desk
from cardwarden.wiring import Program

_CONNECTIONS = 64  # at the same time; others wait
_log = logging.getLogger(__name__)


def listener(listen: str) -> socket.socket:
    """A socket at "HOST:PORT". Raises SettingsError where that is taken, or not this machine's."""
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
        raise SettingsError(f"web.listen: {listen} cannot be used ({error.strerror}). Choose another port.") from error
    return listening


def serve(program: Callable[[], Program], at: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT. Raises StoreError."""
    _server(program).run(sockets=[at])


def serving(program: Callable[[], Program], at: socket.socket) -> AbstractContextManager[None]:
    """Serve on a thread for as long as the block lasts. Raises StoreError."""
    return _on_a_thread(_server(program), at)


@contextmanager
def _on_a_thread(server: uvicorn.Server, at: socket.socket) -> Iterator[None]:
    thread = threading.Thread(target=server.run, kwargs={"sockets": [at]}, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)


def _server(program: Callable[[], Program]) -> uvicorn.Server:
    """The server of the page, which logs and says nothing of itself."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    return uvicorn.Server(
        uvicorn.Config(
            application(Desk.of(program)),
            loop="asyncio",
            http="h11",
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
