"""Servers that never come to an end, each in a way of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_TELLING = b"HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\n"

ENDLESS = {
    "says nothing": (b"", b""),
    "drips its headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
    "drips a line of its headers": (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "drips its body": (_TELLING + b"Content-Length: 100000\r\n\r\n", b" "),
    "drips a body of no length": (_TELLING + b"Connection: close\r\n\r\n", b" "),
    "drips a body in pieces": (_TELLING + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "drips a handshake": (b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb\x03\x03", b"\x00"),  # a TLS record of 16 KiB begins
    "redirects for ever": (b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n", b""),
    "hangs up": None,
}
"""What it sends at first, and then again and again; None hangs up at once."""


@contextmanager
def endless(kind: str, every: float = 1.0) -> Iterator[str]:
    """The address of one, for as long as the block lasts; what it drips comes each `every` seconds."""

    def answer(connection: socket.socket, stop: threading.Event) -> None:
        said = ENDLESS[kind]
        while said and connection.recv(65536):
            first, more = said
            connection.sendall(first)
            while more or not first:
                if stop.wait(every):
                    return
                connection.sendall(more)

    with answering(answer) as url:
        yield url


@contextmanager
def answering(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """The address of a server that answers each connection so, on a thread of its own, until the event is set."""
    stop = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def answered(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            answer(connection, stop)

    def serve() -> None:
        with suppress(OSError):  # it is shut down at the end
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=answered, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        stop.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        listening.close()
