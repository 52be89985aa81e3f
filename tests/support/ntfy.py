"""A server on loopback that keeps ntfy's documented protocol, as far as cardwarden uses it.

docs.ntfy.sh: publish (POST /TOPIC, or JSON at /, with X- headers, RFC 2047 decoded), subscribe/api (GET /TOPIC/json, open,
keepalive and message events, since, poll), action buttons (JSON in the header X-Actions). `tests/servers/test_answers_ntfy.py`
lives the same stories with a real server.
"""

from __future__ import annotations

import base64
import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

_KEEPALIVE = 45.0  # seconds, as the real one has it: until then a connection is silent


@dataclass
class Ntfy:
    """The server: what was published by topic, oldest first; `reader` is the user that may read, "" for everybody."""

    port: int
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reader: str = ""
    refusing: int = 0
    connections: int = 0
    _waiting: dict[str, list[queue.SimpleQueue[dict[str, Any] | None]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def address(self, topic: str) -> str:
        """As Apprise and the settings write it."""
        return f"ntfy://127.0.0.1:{self.port}/{topic}"

    def of(self, topic: str) -> list[dict[str, Any]]:
        with self._lock:
            return list(self.messages.get(topic, []))

    def keep(self, topic: str, text: str) -> None:
        """As `publish` in the moment before it has who listens now: it is kept, and they never get it."""
        with self._lock:
            waiting, self._waiting[topic] = self._waiting.get(topic, []), []
        self.publish(topic, text)
        with self._lock:
            self._waiting[topic] += waiting

    def publish(self, topic: str, text: str, **more: Any) -> dict[str, Any]:
        with self._lock:
            count = sum(map(len, self.messages.values()))
            notice = {
                "id": f"m{count:011d}",
                "time": int(time.time()),
                "event": "message",
                "topic": topic,
                "message": text,
            }
            notice |= {key: value for key, value in more.items() if value}
            self.messages.setdefault(topic, []).append(notice)
            for waiting in self._waiting.get(topic, []):
                waiting.put(notice)
        return notice

    def hang_up(self) -> None:
        """Every connection that listens is lost."""
        with self._lock:
            for waiting in (one for ones in self._waiting.values() for one in ones):
                waiting.put(None)

    def since(self, topic: str, since: str) -> list[dict[str, Any]]:
        known = self.messages.get(topic, [])
        if since in {"all", "12h"}:
            return list(known)
        places = [place for place, one in enumerate(known) if one["id"] == since]
        return known[places[0] + 1 :] if places else list(known)


def press(message: dict[str, Any], label: str) -> requests.Response:
    """What the app does when somebody presses a button of a message."""
    [action] = [action for action in message["actions"] if action["label"] == label]
    assert action["action"] == "http"
    headers = action.get("headers", {})
    method = action.get("method", "POST")
    return requests.request(method, action["url"], data=action.get("body", ""), headers=headers, timeout=20)


def _text(value: str | None) -> str:
    return str(make_header(decode_header(value))) if value else ""


@contextmanager
def ntfy() -> Iterator[Ntfy]:
    """A server on a free port, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            topic, _, query = self.path.strip("/").partition("?")
            said = {key: values[0] for key, values in parse_qs(query).items()}
            fields: dict[str, Any] = {}
            if not topic:
                fields = json.loads(body)
                topic, body = fields.pop("topic"), fields.pop("message")
            headers = {
                name: _text(self.headers.get(f"X-{name}") or self.headers.get(name))
                for name in ("Title", "Click", "Priority", "Tags", "Actions")
            }
            actions = json.loads(headers.pop("Actions") or "[]")
            assert len(actions) <= 3
            found = server.publish(
                topic,
                body,
                **{**fields, **{name.lower(): value for name, value in headers.items() if value}},
                actions=actions,
                sequence_id=self.headers.get("X-Sequence-ID") or said.get("sequence-id", ""),
            )
            self._answer(200, json.dumps(found).encode())

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            topic, _, kind = parts.path.strip("/").partition("/")
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            if kind != "json":
                self._answer(404, b"{}")
            elif server.refusing:
                server.refusing -= 1
                self._answer(503, b"{}")
            elif server.reader and self.headers.get("Authorization") != _basic(server.reader):
                self._answer(403, b'{"code":40301,"http":403,"error":"forbidden"}')
            else:
                self._stream(topic, asked)

        def _stream(self, topic: str, asked: dict[str, str]) -> None:
            if "poll" in asked:
                with server._lock:
                    earlier = server.since(topic, asked["since"])
                lines = [json.dumps(one).encode() + b"\n" for one in earlier]
                self._answer(200, b"".join(lines))
                return
            server.connections += 1
            waiting: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
            with server._lock:
                earlier = server.since(topic, asked.get("since", "none")) if "since" in asked else []
                server._waiting.setdefault(topic, []).append(waiting)
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson; charset=utf-8")
            self.end_headers()
            with suppress(OSError):
                self._say({"event": "open", "topic": topic})
                for one in earlier:
                    self._say(one)
                while True:
                    try:
                        notice = waiting.get(timeout=_KEEPALIVE)
                    except queue.Empty:
                        self._say({"event": "keepalive", "topic": topic})
                        continue
                    if notice is None:
                        break
                    self._say(notice)
            with server._lock:
                server._waiting[topic].remove(waiting)

        def _say(self, notice: dict[str, Any]) -> None:
            self.wfile.write(json.dumps(notice).encode() + b"\n")
            self.wfile.flush()

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Ntfy(http.server_address[1])
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.hang_up()
        http.shutdown()
        thread.join()
        http.server_close()


def _basic(user: str) -> str:
    return "Basic " + base64.b64encode(user.encode()).decode()
