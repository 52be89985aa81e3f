"""What comes with a redirect is read by nobody."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import requests

from cardwarden.alerts.topic import Topic
from cardwarden.answers.hearing import Listening
from cardwarden.carddav.auth import Login
from cardwarden.carddav.client import Client, Limits
from cardwarden.carddav.failure import DavError
from cardwarden.carddav.form import post_form
from cardwarden.clock import SystemClock
from cardwarden.service.ping import Call, Ping
from support.endless import answering

_PIECE = b"x" * (1 << 20)
_LONG = 64  # MiB
_BUFFERED = 16  # MiB; what the machine takes from a server before anybody reads it is less


@contextmanager
def leading_away(sent: list[int]) -> Iterator[str]:
    """The address of a server that answers with a redirect to nowhere and a long body; `sent` counts its MiB."""

    def answer(connection: socket.socket, _stop: threading.Event) -> None:
        connection.settimeout(5)
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: ftp://nowhere/\r\nConnection: close\r\n\r\n")
        for _ in range(_LONG):
            connection.sendall(_PIECE)
            sent.append(1)

    with answering(answer) as url:
        yield url


ASKED: dict[str, Callable[[str], object]] = {
    "a book": lambda url: Client(url, Login("anna", lambda: "x"), SystemClock(), limits=Limits(body=len(_PIECE))).get(
        url
    ),
    "a login": lambda url: post_form(url, {}, None),
    "answers": lambda url: list(Listening(Topic(f"{url}topic")).messages(threading.Event())),
    "a ping": lambda url: Ping(lambda: url).say(Call.SUCCESS),
}


@pytest.mark.parametrize("what", ASKED)
def test_a_redirect_with_a_long_body_is_not_read_to_its_end(what: str) -> None:
    sent: list[int] = []
    with leading_away(sent) as url, suppress(DavError, requests.RequestException):
        ASKED[what](url)
    assert len(sent) < _BUFFERED
