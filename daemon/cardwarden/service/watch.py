"""Watching folders for changes: inotify through watchdog, and what to do when a watch is lost."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import (
    DirDeletedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from cardwarden.errors import because
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Code, Phrase, dumped, phrase
from cardwarden.service.heartbeat import WATCHED
from cardwarden.service.mounts import MOUNTINFO, remote_type
from cardwarden.sources.watched import WatchTarget

_log = logging.getLogger(__name__)

# Not what reading gives: a check would set off the next one.
_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent, FileClosedEvent, DirDeletedEvent,
]  # fmt: skip


OnChange = Callable[[str, str], None]
"""Is told of a source and of a file's name; runs in watchdog's thread, so it may only put it somewhere."""


class _Handler(FileSystemEventHandler):
    """One that raises would end watchdog's thread, so it only hands on names."""

    def __init__(self, source: str, changed: OnChange) -> None:
        self._source = source
        self._changed = changed

    def dispatch(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._changed(self._source, os.path.basename(os.fsdecode(path)))  # noqa: PTH119 - a raw path, often


@dataclass(slots=True)
class _Watch:
    """A source's place and how it is watched. `identity` is the folder's device and inode, `why` what is in the way."""

    target: WatchTarget
    observer: BaseObserver | None = None
    identity: tuple[int, int] | None = None
    why: Phrase | None = None


class Watches:
    """The watches of all sources. `set` and `supervise` belong to one thread at a time."""

    def __init__(self, changed: OnChange, mountinfo: Path = MOUNTINFO) -> None:
        self._changed = changed
        self._mountinfo = mountinfo
        self._watches: dict[str, _Watch] = {}

    def set(self, targets: Mapping[str, WatchTarget]) -> list[str]:
        """Watch these targets, by source, and no others. Gives the sources that are watched from now on."""
        new: list[str] = []
        for name in [name for name, watch in self._watches.items() if targets.get(name) != watch.target]:
            _stop(self._watches.pop(name))
        for name, target in targets.items():
            if name not in self._watches:
                self._watches[name] = watch = _Watch(target)
                if self._begin(name, watch):
                    new.append(name)
        return new

    def concerns(self, source: str, name: str) -> bool:
        """Whether a changed file of that name matters to a source."""
        watch = self._watches.get(source)
        return watch is not None and watch.target.concerns(name)

    def supervise(self) -> list[str]:
        """Rebuild what was lost. Gives the sources whose watch was lost or built anew: what changed then was not seen."""
        unsure: list[str] = []
        for name, watch in list(self._watches.items()):
            identity = _identity(watch.target.folder)
            if watch.observer is not None:
                if identity == watch.identity and _lives(watch.observer):
                    continue
                _stop(watch)
                gone = _why_lost(watch, identity)
                _log.warning("the watch was lost: %s", english(gone), extra={"source": name})
                watch.why = gone
                unsure.append(name)
            if identity is not None and self._begin(name, watch):
                _log.info("watched again", extra={"source": name})
                unsure.append(name)
        return list(dict.fromkeys(unsure))

    def modes(self) -> dict[str, str]:
        """How changes of each source are noticed: "watched", or a stored phrase that says why they are not."""
        return {name: dumped(watch.why) or WATCHED for name, watch in list(self._watches.items())}

    def stop(self) -> None:
        self.set({})

    def _begin(self, name: str, watch: _Watch) -> bool:
        before, watch.why = watch.why, self._obstacle(watch.target.folder)
        if not watch.why:
            watch.identity = _identity(watch.target.folder)
            observer = Observer()
            observer.daemon = True
            try:
                observer.schedule(_Handler(name, self._changed), str(watch.target.folder), event_filter=_EVENTS)
                observer.start()
            except OSError as error:
                watch.why = _why(error)
            else:
                watch.observer = observer
        if watch.why and watch.why != before:
            _log.warning("not watched, checked by its schedule: %s", english(watch.why), extra={"source": name})
        return not watch.why

    def _obstacle(self, folder: Path) -> Phrase | None:
        try:
            kind = remote_type(folder, self._mountinfo.read_bytes())
        except OSError:
            kind = ""
        return phrase("watch-on-network", kind=kind) if kind else None


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _why_lost(watch: _Watch, identity: tuple[int, int] | None) -> Phrase:
    if identity is None:
        return phrase("watch-folder-gone")
    return phrase("watch-lost") if identity != watch.identity else phrase("watch-thread-ended")


def _lives(observer: BaseObserver) -> bool:
    emitters = observer.emitters
    return observer.is_alive() and bool(emitters) and all(emitter.is_alive() for emitter in emitters)


def _stop(watch: _Watch) -> None:
    if watch.observer is not None:
        watch.observer.stop()
        watch.observer.join(5)
        watch.observer = None


def _why(error: OSError) -> Phrase:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return phrase("watch-no-folder")
        case PermissionError():
            return phrase("watch-forbidden")
    # ENOSPC and EMFILE: fs.inotify.max_user_watches and max_user_instances
    return phrase("watch-limit", why=because(error), setting=Code("fs.inotify.max_user_watches"))
