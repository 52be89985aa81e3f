"""A file on disk as a source reads it: its place, its stamp, its whole bytes, and why it cannot be read."""

from __future__ import annotations

import os
import pwd
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from cardwarden.clock import Clock
from cardwarden.text import harmless

TRIES = 5
PAUSE = 0.1  # seconds between tries
# O_NONBLOCK: opening a FIFO would wait for its writer for ever.
_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class UnreadError(Exception):
    """A file could not be read whole; its text is a sentence for the book's owner."""


def _absolute(path: Path) -> Path:
    """`path` with `~` expanded. Raises ValueError where it would depend on where the program was started."""
    if "\0" in str(path):
        raise ValueError("a path cannot hold the character U+0000")
    try:
        path = path.expanduser()
    except RuntimeError:
        raise ValueError("nobody's home folder is known for ~ here; write the whole path, starting with /") from None
    if not path.is_absolute():
        raise ValueError("write the whole path, starting with / or ~")
    return path


Location = Annotated[Path, AfterValidator(_absolute)]
"""An absolute path in the settings; `~` stands for the home folder."""


def stamp_of(status: os.stat_result) -> str:
    """Differs when the file was written: ctime also moves where a program sets the mtime back."""
    return f"{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_size}-{status.st_ino}"


@dataclass(frozen=True, slots=True)
class Whole:
    """A file's bytes, the stamp that belongs to them, and whether another change would leave another stamp."""

    stamp: str
    data: bytes
    settled: bool


def read_whole(path: bytes, limit: int, clock: Clock, *, within: bytes | None = None) -> Whole:
    """A regular file's bytes, at most `limit` of them.

    A file that changes while it is read is read again. Raises UnreadError if that does not help, where it is larger
    or no regular file, and OSError as the system gives it.
    """
    if within is not None and os.path.islink(path):  # noqa: PTH114 - names that are no UTF-8 are bytes
        path = _target_within(path, within)
    for _ in range(TRIES):
        with os.fdopen(os.open(path, _READING | (0 if within is None else os.O_NOFOLLOW)), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise UnreadError(f"{shown(path)} is not a regular file.")
            if before.st_size > limit:
                raise UnreadError(
                    f"{shown(path)} holds {before.st_size:,} bytes, more than max_bytes allows ({limit:,}). "
                    "If that is right, set max_bytes of its source higher."
                )
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
        if stamp_of(before) == stamp_of(after) and len(data) == after.st_size:
            return Whole(stamp_of(after), data, not _is_fresh(after, clock))
        clock.sleep(PAUSE)
    raise UnreadError(f"{shown(path)} changed again and again while it was read. The next check reads it again.")


def _target_within(link: bytes, folder: bytes) -> bytes:
    """Where a symbolic link leads. Raises UnreadError if that is outside of the folder, OSError if nothing is there."""
    target = os.path.realpath(link, strict=True)
    if os.path.commonpath([target, os.path.realpath(folder)]) != os.path.realpath(folder):
        raise UnreadError(
            f"{shown(link)} is a link that leads out of the folder, to {shown(target)}, and was not followed. "
            "If that is meant, set follow_links = true for its source."
        )
    return target


def _is_fresh(status: os.stat_result, clock: Clock) -> bool:
    """Whether the file was changed so lately that another change could leave the same stamp.

    Times move in steps (a kernel tick of up to 10 ms before Linux 6.13, whole seconds on old file systems, two on FAT),
    so a second write in one step cannot be seen. Such bytes are read once more.
    """
    step = 2_100_000_000 if status.st_ctime_ns % 1_000_000_000 == 0 else 100_000_000
    return abs(int(clock.now().timestamp() * 1e9) - status.st_ctime_ns) < step


def shown(path: Path | bytes) -> str:
    """A path as a message shows it."""
    return harmless(os.fsdecode(path))


def why_unread(error: OSError, path: Path) -> str:
    """A sentence for the book's owner: why the system refused `path`, and what to do."""
    match error:
        case PermissionError():
            return _why_forbidden(path)
        case FileNotFoundError() | NotADirectoryError():
            return f"{shown(path)} does not exist."
        case _:
            return f"{shown(path)} could not be read: {error.strerror}. Check the disk or the network it lies on."


def _why_forbidden(path: Path) -> str:
    path = Path(os.path.realpath(path))  # where a link leads is what has to be opened
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    closed = next(_closed_folders(path), None)
    if closed is not None:
        what, rights, target = f"the folder {shown(closed)} may not be entered", f"u:{user}:x", closed
    elif os.path.isdir(path):  # noqa: PTH112 - Path.is_dir would raise where a security module refuses
        what, rights, target = f"the folder {shown(path)} may not be read", f"u:{user}:rX,d:u:{user}:rX", path
    else:
        what, rights, target = f"{shown(path)} may not be read", f"u:{user}:r", path
    recursive = "-R " if "d:" in rights else ""
    command = f"sudo setfacl {recursive}-m {rights} {shlex.quote(shown(target))}"
    return f"{what[0].upper()}{what[1:]}: cardwarden runs as the user {user}. Allow it with: {command}"


def _closed_folders(path: Path) -> Iterator[Path]:
    """The folders above `path` that the program may not enter, from the root down."""
    return (folder for folder in reversed(path.parents) if not os.access(folder, os.X_OK, effective_ids=True))
