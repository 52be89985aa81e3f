"""A real HTTP receiver on loopback that a channel sends to: it records what came, and can fail or hang on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Receiver:
    """What a phone would have got.

    url       for a channel: an Apprise address whose path holds a secret, so that a leak can be looked for
    requests  the JSON objects that came (or the fields of forms), in order: "title", "message", "type" (info, warning, failure)
    queries   what stood in their addresses
    headers   their headers
    taken     how many requests began
    statuses  answers to give first, in order; after them 200
    """

    SECRET = "s3cr3t-t0ken"

    port: int
    requests: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    taken: int = 0
    _open: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{self.SECRET}"

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Meanwhile requests are taken and never answered."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()


def _fields(body: bytes, kind: str) -> Any:
    """What a request says: JSON, or else a form."""
    if body[:1] in b"{[" or "json" in kind:
        return json.loads(body)
    return {key: values[0] for key, values in parse_qs(body.decode()).items()}


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port of 127.0.0.1, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.taken += 1
            receiver._open.wait()
            receiver.requests.append(_fields(body, self.headers.get("Content-Type") or ""))
            receiver.queries.append({key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()})
            receiver.headers.append(dict(self.headers))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.send_header("Content-Length", "0")
            with suppress(ConnectionError):  # the sender did not wait
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(port=server.server_address[1])
    receiver._open.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver._open.set()
        server.shutdown()
        thread.join()
        server.server_close()
