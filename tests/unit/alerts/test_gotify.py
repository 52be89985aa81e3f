"""Gotify with an address that a tap leads to."""

from __future__ import annotations

import queue
import socket
import threading
from contextlib import suppress

import pytest

from cardwarden.alerts.gotify import Gotify
from support.endless import answering

_BODY = 64 * 1024 * 1024  # bytes: more than the buffers of a connection hold
_PART = b" " * 65536


@pytest.mark.parametrize(("status", "is_sent"), [("200 OK", True), ("500 Internal Server Error", False)])
def test_of_an_answer_nothing_but_its_status_is_read(status: str, is_sent: bool) -> None:
    came: queue.Queue[int] = queue.Queue()

    def answer(connection: socket.socket, _stop: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {_BODY}\r\n\r\n".encode())
        sent = 0
        with suppress(OSError):
            while sent < _BODY:
                sent += connection.send(_PART)
        came.put(sent)

    with answering(answer) as url:
        address = url.replace("http://", "gotify://").rstrip("/")
        service = Gotify(**Gotify.parse_url(f"{address}/token?click=https://contacts.example/e1"))
        assert service.send("Body", "Title") is is_sent
        assert came.get(timeout=30) < _BODY
