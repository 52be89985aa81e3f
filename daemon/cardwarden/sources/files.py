"""A file on disk as a source reads it: its place, its stamp, its whole bytes, and why it cannot be read."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from cardwarden.clock import Clock
from cardwarden.errors import WrongValueError, because
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.text import harmless

TRIES = 5
PAUSE = 0.1  # seconds between tries
# O_NONBLOCK: opening a FIFO would wait for its writer for ever.
_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class UnreadError(Exception):
    """A file could not be read whole; what it says is for the book's owner."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said)
        self.said = said


def _absolute(path: Path) -> Path:
    """`path` with `~` expanded. Raises ValueError if it would depend on where the program was started."""
    if "\0" in str(path):
        raise WrongValueError(phrase("write-no-nul"))
    try:
        path = path.expanduser()
    except RuntimeError:
        raise WrongValueError(phrase("write-no-home")) from None
    if not path.is_absolute():
        raise WrongValueError(phrase("write-whole-path"))
    return path


Location = Annotated[Path, AfterValidator(_absolute)]
"""An absolute path in the settings; `~` stands for the home folder."""


def stamp_of(status: os.stat_result) -> str:
    """Differs when the file was written: ctime also moves if a program sets the mtime back."""
    return f"{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_size}-{status.st_ino}"


@dataclass(frozen=True, slots=True)
class Whole:
    """A file's bytes, the stamp that belongs to them, and whether another change would leave another stamp."""

    stamp: str
    data: bytes
    settled: bool


def read_whole(path: bytes, limit: int, clock: Clock, *, within: bytes | None = None) -> Whole:
    """A regular file's bytes, at most `limit` of them.

    A file that changes while it is read is read again. Raises UnreadError if that does not help, if it is larger
    or no regular file, and OSError as the system gives it.
    """
    if within is not None and os.path.islink(path):  # noqa: PTH114 - names that are no UTF-8 are bytes
        path = _target_within(path, within)
    for _ in range(TRIES):
        with os.fdopen(os.open(path, _READING | (0 if within is None else os.O_NOFOLLOW)), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise UnreadError(phrase("file-not-regular", path=Code(shown_path(path))))
            if before.st_size > limit:
                raise UnreadError(
                    phrase("file-too-large", path=Code(shown_path(path)), size=before.st_size, limit=limit)
                )
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
        if stamp_of(before) == stamp_of(after) and len(data) == after.st_size:
            return Whole(stamp_of(after), data, not _is_fresh(after, clock))
        clock.sleep(PAUSE)
    raise UnreadError(phrase("file-restless", path=Code(shown_path(path))))


def _target_within(link: bytes, folder: bytes) -> bytes:
    """Where a symbolic link leads. Raises UnreadError if that is outside of the folder, OSError if nothing is there."""
    target = os.path.realpath(link, strict=True)
    if os.path.commonpath([target, os.path.realpath(folder)]) != os.path.realpath(folder):
        raise UnreadError(phrase("file-link-leads-out", path=Code(shown_path(link))))
    return target


def _is_fresh(status: os.stat_result, clock: Clock) -> bool:
    """Whether the file was changed so lately that another change could leave the same stamp.

    Times move in steps (a kernel tick of up to 10 ms before Linux 6.13, whole seconds on old file systems, two on FAT),
    so a second write in one step cannot be seen. Such bytes are read once more.
    """
    step = 2_100_000_000 if status.st_ctime_ns % 1_000_000_000 == 0 else 100_000_000
    return abs(int(clock.now().timestamp() * 1e9) - status.st_ctime_ns) < step


def shown_path(path: Path | bytes) -> str:
    """A path as a message shows it."""
    return harmless(os.fsdecode(path))


def why_unreadable(error: OSError, path: Path) -> Phrase:
    """A sentence for the book's owner: why the system refused `path`, and what to do."""
    match error:
        case PermissionError():
            return _why_forbidden(path)
        case FileNotFoundError() if path.is_symlink():
            return phrase("file-link-dangling", path=Code(shown_path(path)))
        case FileNotFoundError() | NotADirectoryError():
            return phrase("error-path-missing", path=Code(shown_path(path)))
        case _:
            return phrase("file-unread", path=Code(shown_path(path)), why=because(error))


def _why_forbidden(path: Path) -> Phrase:
    import shlex  # noqa: PLC0415 - mostly nothing is forbidden

    path = Path(os.path.realpath(path))  # where a link leads is what has to be opened
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    closed = next(_closed_folders(path), None)
    if closed is not None:
        rights, target, said = f"u:{user}:x", closed, phrase("folder-closed")
    elif os.path.isdir(path):  # noqa: PTH112 - Path.is_dir would raise if a security module refuses
        rights, target, said = f"u:{user}:rX,d:u:{user}:rX", path, phrase("folder-unreadable")
    else:
        rights, target, said = f"u:{user}:r", path, phrase("file-unreadable")
    recursive = "-R " if "d:" in rights else ""
    command = f"sudo setfacl {recursive}-m {rights} {shlex.quote(shown_path(target))}"
    return said.with_values(path=Code(shown_path(target)), user=user, command=Code(command))


def _closed_folders(path: Path) -> Iterator[Path]:
    """The folders above `path` that the program may not enter, from the root down."""
    return (folder for folder in reversed(path.parents) if not os.access(folder, os.X_OK, effective_ids=True))
