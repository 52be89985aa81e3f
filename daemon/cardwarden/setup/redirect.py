"""Where a browser comes back to after a sign-in: an address on this machine, for one answer (RFC 8252, section 7.3)."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

_PAGE: Final = (
    "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>cardwarden</title><p>{}</p>"
)


class Redirect:
    """Listens on 127.0.0.1 until the answer is there. `url` is the address for the provider.

    Browsers open connections ahead and say nothing on them: each has a thread, and none is waited for.
    """

    def __init__(self, thanks: str) -> None:
        """`thanks` is what the person reads in the browser then."""
        came: list[str] = []
        self._came, self._there = came, threading.Event()
        there = self._there

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                is_answer = "state=" in self.path
                body = _PAGE.format(thanks if is_answer else "").encode()
                self.send_response(200 if is_answer else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)
                if is_answer and not came:
                    came.append(self.path)
                    there.set()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                pass  # the address holds a code

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> str | None:
        """The whole address that the browser came to; None if none came in time."""
        self._there.wait(seconds)
        return self.url.rstrip("/") + self._came[0] if self._came else None

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
