"""Hears what is posted to a topic of an ntfy server: each message once, also after a lost connection."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import requests

from cardwarden.alerts.topic import TOPIC_NAME, Topic
from cardwarden.carddav.no_redirects import NoRedirects
from cardwarden.carddav.shared_trust import SharedTrust

_CONNECT, _SILENCE = 10.0, 130.0  # seconds; the server says that it is alive every 45 (docs.ntfy.sh/subscribe/api)
_LONGEST = 64 * 1024  # bytes of a line; a message has 4 KiB at most
_UNTIL_KEPT = 1.0  # seconds that a server needs at most to keep what it handed on
_KEPT = "12h"  # how long a server keeps messages, unless its owner says otherwise


class Listening:
    """Hears what is posted to a topic. `since` is the last message that was heard; a new connection goes on from there."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self._since = _KEPT
        self._answer: requests.Response | None = None

    def messages(self, over: threading.Event) -> Iterator[str]:
        """The texts that come, until the connection is lost. Raises requests.RequestException.

        The server hands a message to those who listen before it keeps it for those who come later: who asked for what it
        keeps in the same moment would never hear it. So what it keeps is asked for a little after the connection stands.
        """
        with self._get() as answer:
            answer.raise_for_status()
            self._answer = answer
            caught_up: set[object] = set()
            for received in map(_read, _lines(answer)):
                if over.is_set():
                    return
                if received.get("event") == "open" and not over.wait(_UNTIL_KEPT):
                    with self._get(poll="1", since=self._since) as kept:
                        kept.raise_for_status()
                        earlier = [message for message in map(_read, _lines(kept)) if message.get("event") == "message"]
                    caught_up = {message.get("id") for message in earlier}
                    yield from self._texts(earlier)
                elif received.get("event") == "message" and received.get("id") not in caught_up:
                    yield from self._texts([received])

    def _get(self, **asked: str) -> requests.Response:
        user, password = self._topic.user, self._topic.password
        with NoRedirects() as session:
            session.mount("https://", SharedTrust())
            return session.get(
                f"{self._topic.url}/json",
                params=asked,
                headers={"Authorization": f"Bearer {password}"} if password and not user else {},
                auth=(user, password) if user else None,
                stream=True,
                timeout=(_CONNECT, _SILENCE),
                allow_redirects=False,
            )

    def _texts(self, messages: list[dict[str, Any]]) -> Iterator[str]:
        for message in messages:
            if isinstance(identity := message.get("id"), str) and TOPIC_NAME.fullmatch(identity):
                self._since = identity
            if isinstance(text := message.get("message"), str):
                yield text

    def stop(self) -> None:
        """End a connection that waits for messages. Its socket is shut: to close it would wait for whoever reads from it,
        and that for the server's next sign of life, three quarters of a minute."""
        if self._answer is not None:
            with suppress(OSError, ValueError), socket.socket(fileno=os.dup(self._answer.raw.fileno())) as shared:
                shared.shutdown(socket.SHUT_RDWR)


def _lines(answer: requests.Response) -> Iterator[bytes]:
    line = bytearray()
    for byte in answer.iter_content(chunk_size=1):  # more would wait for more, if a proxy took the chunks away
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
