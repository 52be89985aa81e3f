"""A small web server for monitors in the owner's network: /healthz, /readyz and /metrics. Off unless it is set."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6

HttpReply = tuple[int, str, bytes]
"""Status, type and body."""


class Endpoint:
    """Serves `pages`, by path, until it is stopped."""

    def __init__(self, listen: str, pages: dict[str, Callable[[], HttpReply]]) -> None:
        """`listen` is "HOST:PORT". Raises OSError if that is taken or not this machine's."""
        host, _, port = listen.rpartition(":")

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                page = pages.get(self.path.partition("?")[0])
                status, kind, body = page() if page else (404, "text/plain", b"not found\n")
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """A monitor's visits are no news."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            address_family = AF_INET6 if ":" in host else ThreadingHTTPServer.address_family

            def handle_error(self, request: object, client_address: object) -> None:
                """A visitor who hung up is no news, and a traceback on standard error no log entry."""

        self._server = Server((host.strip("[]"), int(port)), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="endpoint", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
