"""What the main thread waits for: signals, and files that changed."""

from __future__ import annotations

import math
import queue
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_AT_ONCE = 4096  # bytes, of which each is one awakening


@dataclass(frozen=True, slots=True)
class SignalReceived:
    """The process got a signal."""

    number: int


@dataclass(frozen=True, slots=True)
class FileChanged:
    """In the folder of a source a file of that name changed."""

    source: str
    name: str


@dataclass(frozen=True, slots=True)
class StoreReplaced:
    """The database's file is not the one any more that was opened."""


InboxItem = SignalReceived | FileChanged | StoreReplaced


class Inbox:
    """Any thread and any signal handler may put something in; the main thread takes it out.

    That waits at a socket: the kernel may hand a signal to another thread, which wakes no other kind of waiting.
    """

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[InboxItem] = queue.SimpleQueue()
        self._bell, self._button = socket.socketpair()
        self._bell.setblocking(False)
        self._button.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._bell, select.POLLIN)

    @contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """While the block lasts, every signal ends the waiting, whichever thread it comes to. For the main thread."""
        before = signal.set_wakeup_fd(self._button.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)

    def put(self, item: InboxItem) -> None:
        """Put something in; never waits."""
        self._items.put(item)
        with suppress(BlockingIOError):  # it rings already
            self._button.send(b"\0")

    def take(self, at_most: float) -> InboxItem | None:
        """The oldest item; None if none came within `at_most` seconds, or a signal did whose handler has yet to run."""
        if self._items.empty() and self._poll.poll(math.ceil(at_most * 1000)):
            self._bell.recv(_AT_ONCE)
        try:
            return self._items.get_nowait()
        except queue.Empty:
            return None

    def close(self) -> None:
        """Take nothing any more."""
        self._bell.close()
        self._button.close()
