"""Hears what is posted to a topic of an ntfy server: each message once, also after a lost connection."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import requests

from cardwarden.alerts.topic import TOPIC_NAME, Topic

_CONNECT, _SILENCE = 10.0, 130.0  # seconds; the server says that it is alive every 45 (docs.ntfy.sh/subscribe/api)
_LONGEST = 64 * 1024  # bytes of a line; a message has 4 KiB at most
_KEPT = "12h"  # how long a server keeps messages, unless its owner says otherwise


class Listening:
    """Hears what is posted to a topic. `since` is the last message that was heard; a new connection goes on from there."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self._since = _KEPT
        self._answer: requests.Response | None = None

    def messages(self, is_over: Callable[[], bool]) -> Iterator[str]:
        """The texts that come, until the connection is lost. Raises requests.RequestException."""
        headers = {"Authorization": f"Bearer {self._topic.password}"} if self._topic.password else {}
        auth = (self._topic.user, self._topic.password) if self._topic.user else None
        with requests.get(
            f"{self._topic.url}/json",
            params={"since": self._since},
            headers={} if auth else headers,
            auth=auth,
            stream=True,
            timeout=(_CONNECT, _SILENCE),
            allow_redirects=False,
        ) as answer:
            answer.raise_for_status()
            self._answer = answer
            for line in _lines(answer):
                if is_over():
                    return
                received = _read(line)
                if received.get("event") != "message":
                    continue
                if isinstance(identity := received.get("id"), str) and TOPIC_NAME.fullmatch(identity):
                    self._since = identity
                if isinstance(text := received.get("message"), str):
                    yield text

    def stop(self) -> None:
        """End a connection that waits for messages. Its socket is shut: to close it would wait for whoever reads from it,
        and that for the server's next sign of life, three quarters of a minute."""
        if self._answer is not None:
            with suppress(OSError, ValueError), socket.socket(fileno=os.dup(self._answer.raw.fileno())) as shared:
                shared.shutdown(socket.SHUT_RDWR)


def _lines(answer: requests.Response) -> Iterator[bytes]:
    line = bytearray()
    for byte in answer.iter_content(chunk_size=1):  # more would wait for more, where a proxy took the chunks away
        if byte == b"\n":
            yield bytes(line)
            line.clear()
        elif len(line) > _LONGEST:
            raise requests.exceptions.ContentDecodingError("a line without an end")
        else:
            line += byte


def _read(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
