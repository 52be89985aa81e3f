"""What the main thread waits for: signals, and files that changed."""

from __future__ import annotations

import queue
from dataclasses import dataclass

_NAP = 1.0  # seconds: the kernel may hand a signal to another thread, and then it does not wake the main one


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


Item = SignalReceived | FileChanged | StoreReplaced


class Inbox:
    """Any thread and any signal handler may put something in; the main thread takes it out."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()

    def put(self, item: Item) -> None:
        """Put something in; never waits."""
        self._items.put(item)

    def take(self, at_most: float | None = None) -> Item | None:
        """The oldest item; None if none came within `at_most` seconds, a second at the longest."""
        try:
            return self._items.get(timeout=_NAP if at_most is None else min(_NAP, at_most))
        except queue.Empty:
            return None
