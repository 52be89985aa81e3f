"""Folders of households on this machine are watched, so that a change is looked at soon and not only when its time comes."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from itertools import islice
from typing import Final

from cardwarden.clock import Clock
from cardwarden.errors import StoreError
from cardwarden.fleet.ledger import Ledger
from cardwarden.fleet.work import Key, WorkKind
from cardwarden.service.debounce import Debounce
from cardwarden.service.watch import Watches
from cardwarden.sources.watched import WatchTarget
from cardwarden.text import plural

MOST: Final = 16
"""Folders that one worker watches: each takes threads and one of the few watches that a user has. The others have their time."""
_STEP = 0.5  # seconds

_log = logging.getLogger(__name__)


def watching(
    targets: Callable[[], dict[Key, WatchTarget]], ledger: Ledger, clock: Clock, ending: threading.Event, look: float
) -> None:
    """Make checks due of what changes, until it ends.

    `targets` gives what is to be watched; it is asked again after `look` seconds.
    """
    changed: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    watches = Watches(lambda source, name: changed.put((source, name)))
    debounce = Debounce()
    keys: dict[str, Key] = {}
    next_look = 0.0
    while not ending.wait(_STEP):
        if clock.monotonic() >= next_look:
            next_look = clock.monotonic() + look
            before = keys.keys()
            wanted = {f"{key.household}/{key.name}": (key, target) for key, target in islice(targets().items(), MOST)}
            keys = {name: key for name, (key, _) in wanted.items()}
            watches.set({name: target for name, (_, target) in wanted.items()})
            if keys.keys() != before:
                _log.info("watching %s", plural(len(keys), "folder"))
            for name in watches.supervise():
                debounce.note(name, clock.monotonic())
        while not changed.empty():
            source, file = changed.get()
            if watches.concerns(source, file):
                debounce.note(source, clock.monotonic())
        for name in debounce.due(clock.monotonic()):
            _make_due(ledger, keys.get(name))
    watches.stop()


def _make_due(ledger: Ledger, key: Key | None) -> None:
    if key is None:
        return
    try:
        ledger.make_due(Key(key.household, WorkKind.CHECK, key.name))
    except StoreError as error:  # its time comes
        _log.warning("a change is not looked at before its time: %s", error, extra={"household": key.household})
