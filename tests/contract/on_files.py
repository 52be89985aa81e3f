"""What every source on a disk must do besides: unmoved stamps, forbidden folders, names that are no text."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cardwarden.clock import SystemClock
from cardwarden.sources.source import Known
from contract.source_contract import CARDS, HardShelf, SourceContract, look, remember

NOBODY = 65534


class LaterClock(SystemClock):
    """An hour ahead, so that files written a moment ago count as settled; and it does not wait then."""

    ahead = timedelta(hours=1)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        if not self.ahead:
            super().sleep(seconds)


class FilesShelf(HardShelf):
    """A shelf in a folder: it can also tell which file holds a card, and what is not there when the book is not."""

    root: Path
    whole: Path

    def __init__(self) -> None:
        self.clock = LaterClock()

    def file(self, name: str) -> Path:
        """The file that the card of that name stands in."""
        raise NotImplementedError

    def trace(self) -> object:
        return [
            (path, hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "", path.stat().st_ctime_ns)
            for path in sorted([self.root, *self.root.rglob("*")])
        ]

    @contextmanager
    def vanish(self) -> Iterator[None]:
        away = self.whole.rename(self.whole.with_name(f"{self.whole.name}-away"))
        try:
            yield
        finally:
            away.rename(self.whole)

    @contextmanager
    def forbid(self, name: str) -> Iterator[None]:
        self.file(name).chmod(0)
        try:
            with another_user():
                yield
        finally:
            self.file(name).chmod(0o644)

    @contextmanager
    def cut(self, name: str) -> Iterator[None]:
        file = self.file(name)
        data, stop, began = file.read_bytes(), threading.Event(), threading.Event()
        self.clock.ahead = timedelta()

        def write() -> None:
            while not stop.is_set():
                for length in range(0, len(data), 7):
                    file.write_bytes(data[:length])
                began.set()
            file.write_bytes(data)

        writer = threading.Thread(target=write)
        writer.start()
        began.wait()
        try:
            yield
        finally:
            stop.set()
            writer.join()
            self.clock.ahead = LaterClock.ahead


class FilesContract(SourceContract):
    """For sources that read files; the fixture `shelf` gives a FilesShelf."""

    def test_bytes_that_are_no_text_come_back_to_the_byte(self, shelf: FilesShelf) -> None:
        shelf.put("odd", b"BEGIN:VCARD\r\nFN:\xff\xfe\x00\x1b[31m \xc3\r\nEND:VCARD")
        assert look(shelf, Known({}), deep=False)[1] == shelf.members()

    def test_a_change_is_seen_though_size_and_mtime_stay(self, shelf: FilesShelf) -> None:
        known = remember(shelf)
        path = shelf.file("keio")
        before = path.stat()
        time.sleep(0.02)  # more than the tick in which a kernel before 6.13 tells no two writes apart
        shelf.put("keio", CARDS["keio"].replace(b"03-1234", b"04-1234"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
        _, bodies = look(shelf, known, deep=False)
        assert b"04-1234" in bodies[shelf.href("keio")]

    def test_a_file_that_another_takes_the_place_of_is_seen(self, shelf: FilesShelf) -> None:
        known = remember(shelf)
        path = shelf.file("keio")
        copy = path.with_name(".keio.tmp")
        shutil.copy2(path, copy)
        copy.replace(path)
        assert shelf.href("keio") in look(shelf, known, deep=False)[1]

    def test_a_book_that_may_only_be_read_is_read_by_another_user(self, shelf: FilesShelf) -> None:
        for path in [*shelf.root.rglob("*"), shelf.root]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        expected = shelf.members()
        try:
            with another_user():
                assert look(shelf, Known({}), deep=True)[1] == expected
        finally:
            shelf.root.chmod(0o755)


@contextmanager
def another_user() -> Iterator[None]:
    """Runs as nobody where the tests run as root, whom nothing is refused; else as the user who runs the tests."""
    if os.geteuid() != 0:
        yield
        return
    group, groups = os.getegid(), os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)
