"""A CardDAV server on loopback that behaves as real ones do on a bad day: it follows a script, or has odd habits."""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from cardwarden.clock import SystemClock

BOOK = "/alice/contacts/"
TLS = Path(__file__).with_name("tls")
_HREF = re.compile(r"<href>([^<]*)</href>")
_TOKEN = re.compile(r"<sync-token>([^<]*)</sync-token>")


def card(uid: str, name: str = "Jane") -> bytes:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nEND:VCARD\r\n".encode()


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Reply:
    """An answer of a script. `cut` leaves out the last bytes and closes; `framed` says how long the body is."""

    status: int = 207
    body: bytes | str = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    framed: bool = True
    hang: bool = False


class StillClock(SystemClock):
    """Does not wait, and notes how long it should have."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class FakeDav:
    """One address book at `BOOK`, with what the server offers and the habits it has.

    cards    bytes by member name (the last part of the href, as the server writes it)
    script   answers that come first, in order; a function may decide by the request (None: answer as usual)
    host     what clients call it, if not by its address
    etag     a card's etag by name and bytes
    href     how the server writes the href of a member or a collection, given its path
    """

    port: int = 0
    scheme: str = "http"
    host: str = ""
    cards: dict[str, bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    script: list[Reply | Callable[[Request], Reply | None]] = field(default_factory=list)
    always: Callable[[Request], Reply | None] | None = None
    offers_sync: bool = True
    offers_ctag: bool = True
    page: int = 0
    relists: bool = False
    forgets_tokens: bool = False
    omits: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    breaks_multiget: set[str] = field(default_factory=set)
    etag: Callable[[str, bytes], str | None] = lambda _, data: f'"{hashlib.md5(data).hexdigest()}"'
    href: Callable[[str], str] = lambda path: path
    data: Callable[[bytes], str] = lambda data: escape(data.decode())
    properties: str = ""
    history: list[tuple[str, bool]] = field(default_factory=list)
    connections: int = 0

    @property
    def root(self) -> str:
        return f"{self.scheme}://{self.host or f'127.0.0.1:{self.port}'}"

    @property
    def url(self) -> str:
        return self.root + BOOK

    def put(self, name: str, data: bytes) -> None:
        self.cards[name] = data
        self.history.append((name, True))

    def delete(self, name: str) -> None:
        del self.cards[name]
        self.history.append((name, False))

    def methods(self) -> list[str]:
        """The requests so far, which are forgotten then."""
        seen = [request.method for request in self.requests]
        self.requests.clear()
        return seen

    # What the server answers

    def answer(self, request: Request) -> Reply:
        if self.always and (reply := self.always(request)):
            return reply
        if self.script:
            scripted = self.script.pop(0)
            reply = scripted if isinstance(scripted, Reply) else scripted(request)
            if reply:
                return reply
        return self.usual(request)

    def usual(self, request: Request) -> Reply:
        """What stands behind scripts and habits."""
        path = unquote(request.path)
        if request.method == "PROPFIND":
            return self._propfind(path, request)
        if request.method == "REPORT" and "sync-collection" in request.body:
            return self._sync(request)
        if request.method == "REPORT":
            return self._multiget(request)
        name = path.removeprefix(BOOK)
        if request.method == "GET" and name in self.cards and name not in self.missing:
            return Reply(200, self.cards[name], {"Content-Type": "text/vcard"})
        return Reply(404)

    def _propfind(self, path: str, request: Request) -> Reply:
        kinds = {"/": "<collection/>", "/alice/": "<collection/><principal/>", BOOK: "<collection/><C:addressbook/>"}
        name = path.removeprefix(BOOK)
        if name in self.cards and path.startswith(BOOK):
            return multistatus(self.member(name))
        if path not in kinds:
            return Reply(404)
        rows = []
        depth1 = request.headers.get("Depth") == "1"
        for place, kind in kinds.items():
            parent = place.rstrip("/").rpartition("/")[0] + "/"
            if place != path and not (depth1 and parent == path and place != "/"):
                continue
            props = f"<resourcetype>{kind}</resourcetype><current-user-principal><href>/alice/</href>"
            props += "</current-user-principal>"
            if place == "/alice/":
                props += "<C:addressbook-home-set><href>/alice/</href></C:addressbook-home-set>"
            if place == BOOK:
                props += "<displayname>Family</displayname>" + self.properties
                props += f"<sync-token>{self.token()}</sync-token>" if self.offers_sync else ""
                props += f"<S:getctag>{self.token()}</S:getctag>" if self.offers_ctag else ""
            rows.append(_row(self.href(place), props))
        if path == BOOK and depth1:
            rows += [self.member(name) for name in self.cards]
        return multistatus(*rows)

    def token(self) -> str:
        return f"token-{len(self.history)}"

    def member(self, name: str, more: str = "") -> str:
        etag = self.etag(name, self.cards[name])
        props = f"<getetag>{escape(etag)}</getetag>" if etag is not None else ""
        return _row(self.href(BOOK + name), f"{props}<getcontenttype>text/vcard</getcontenttype><resourcetype/>{more}")

    def _sync(self, request: Request) -> Reply:
        if not self.offers_sync:
            return Reply(403, '<error xmlns="DAV:"><supported-report/></error>')
        asked = _TOKEN.search(request.body)
        token = asked[1] if asked else ""
        since = int(token.removeprefix("token-") or 0) if token.startswith("token-") or not token else -1
        if since < 0 or since > len(self.history) or (self.forgets_tokens and since < len(self.history)):
            if not self.relists:
                return Reply(403, '<error xmlns="DAV:"><valid-sync-token/></error>')
            return multistatus(*map(self.member, self.cards), token=self.token())
        until = min(len(self.history), since + self.page) if self.page else len(self.history)
        touched = {name for name, _ in self.history[since:until]}
        if self.relists:
            touched |= set(self.cards)
        rows = [self.member(name) if name in self.cards else _gone(self.href(BOOK + name)) for name in sorted(touched)]
        if until < len(self.history):
            rows.append(f"<response><href>{BOOK}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>")
        return multistatus(*rows, token=f"token-{until}")

    def _multiget(self, request: Request) -> Reply:
        rows = []
        for href in _HREF.findall(request.body):
            name = unquote(href).rpartition("/")[2]
            if name in self.breaks_multiget:
                return Reply(500, "EofException")
            if name in self.omits:
                continue
            if name not in self.cards or name in self.missing:
                rows.append(_gone(href))
            else:
                rows.append(self.member(name, f"<C:address-data>{self.data(self.cards[name])}</C:address-data>"))
        return multistatus(*rows)


def multistatus(*rows: str, token: str = "") -> Reply:
    spaces = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:S="http://calendarserver.org/ns/"'
    end = f"<sync-token>{token}</sync-token>" if token else ""
    body = f'<?xml version="1.0" encoding="utf-8"?>\n<multistatus {spaces}>{"".join(rows)}{end}</multistatus>'
    return Reply(207, body, {"Content-Type": "application/xml; charset=utf-8"})


def _row(href: str, props: str) -> str:
    return (
        f"<response><href>{escape(href)}</href><propstat><prop>{props}</prop><status>HTTP/1.1 200 OK</status></propstat>"
        "</response>"
    )


def _gone(href: str) -> str:
    return f"<response><href>{escape(href)}</href><status>HTTP/1.1 404 Not Found</status></response>"


@contextmanager
def serving(*, tls: bool = False, client_certificate: bool = False) -> Iterator[FakeDav]:
    """A fake server on a free port of 127.0.0.1, for as long as the block lasts."""
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            request = Request(self.command, self.path, dict(self.headers), body)
            with lock:
                dav.requests.append(request)
                reply = dav.answer(request)
            if reply.hang:
                stop.wait()
                self.close_connection = True
                return
            with suppress(ConnectionError):  # the client may have seen enough
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            content = reply.body.encode() if isinstance(reply.body, str) else reply.body
            if reply.headers.get("Content-Encoding") == "gzip":
                content = gzip.compress(content)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.framed:
                self.send_header("Content-Length", str(len(content)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content[: len(content) - reply.cut])
            self.close_connection = bool(reply.cut) or not reply.framed

        do_GET = do_POST = do_PROPFIND = do_REPORT = do_PUT = do_DELETE = _serve

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def finish_request(self, request: Any, client_address: Any) -> None:
            connections.append(request)
            dav.connections += 1
            super().finish_request(request, client_address)

        def handle_error(self, *_: object) -> None:
            pass  # a client that does not trust the certificate hangs up

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
        if client_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(TLS / "certificate.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    lock = threading.Lock()
    connections: list[socket.socket] = []
    dav = FakeDav(port=server.server_address[1], scheme="https" if tls else "http")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield dav
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # a client may keep one open for its next request
        server.server_close()
