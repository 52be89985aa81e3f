"""Whoever expects the ping: an address on loopback that notes the paths that are called."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Pings:
    """What was called at `url`, in order."""

    url: str
    paths: list[str] = field(default_factory=list)


@contextmanager
def expecting_pings() -> Iterator[Pings]:
    """An address for as long as the block lasts; what contains "wrong" is refused."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pings.paths.append(self.path)
            self.send_response(404 if "wrong" in self.path else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pings = Pings(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield pings
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
