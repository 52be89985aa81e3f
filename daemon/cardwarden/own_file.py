"""Files that only their owner reads, and whose they are if root makes them: the folder's owner's, who works with them.

A command that root types would else leave files in the service's folder that the service may not read, and evidence in
somebody's home that she may not open.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, data: bytes, *, synced: bool = True) -> None:
    """Write a file: the old one stays until the new one is whole. `synced`: until it is on the disk. Raises OSError."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)  # of a run that was killed here
    with os.fdopen(new_file(beside), "wb") as file:
        file.write(data)
        file.flush()
        if synced:
            os.fsync(file.fileno())
    beside.replace(path)
    if synced:
        sync(path.parent)


def new_file(path: Path) -> int:
    """The descriptor of a file that was not there, to read and to write. Raises FileExistsError, OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        _hand_over(handle, path.parent)
    except BaseException:
        os.close(handle)
        raise
    return handle


def new_folder(path: Path, mode: int) -> None:
    """Make a folder that was not there. Raises FileExistsError, OSError."""
    path.mkdir(mode)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _hand_over(handle, path.parent)
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hand_over(made: int, folder: Path) -> None:
    """Only what was made just now is given away: a link that was there may lead to anybody's file.

    If this root may give nothing away (a user namespace), it stays root's, as all that it makes.
    """
    if os.geteuid() == 0:
        owner = folder.stat()
        with suppress(OSError):
            os.fchown(made, owner.st_uid, owner.st_gid)
