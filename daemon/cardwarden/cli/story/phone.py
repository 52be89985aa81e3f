"""A phone for the demo: a receiver on loopback that Apprise really sends to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Phone:
    """The messages that arrived, as (title, body), and the Apprise address that leads here."""

    url: str = ""
    messages: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def phone() -> Iterator[Phone]:
    """A receiver while the body runs."""
    here = Phone()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            here.messages.append((said["title"], said["message"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The demo prints what matters itself."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"json://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
