"""A file replaced, made or removed so that no moment shows half of it: written beside, confirmed by the disk, renamed."""

# ruff: noqa: PTH104, PTH108, PTH116, PTH118, PTH120 - names that are no UTF-8 are bytes, which pathlib does not take

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cardwarden.errors import RefusedError, because
from cardwarden.phrases.phrase import Code, phrase

_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}


def read(path: bytes, *, follow: bool = False) -> bytes | None:
    """The bytes of a regular file; None if there is none. Raises RefusedError, also for a link unless `follow` is set."""
    with _explained(path):
        if not follow and os.path.islink(path):  # noqa: PTH114 - see above
            raise RefusedError(phrase("writer-symlink", path=_shown(path)))
        try:
            handle = os.open(path, _READING if follow else _READING | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise RefusedError(phrase("writer-no-file", path=_shown(path)))
            return file.read()


def replace(path: bytes, was: bytes, data: bytes, *, follow: bool = False) -> bool:
    """Replace a file that still holds `was`; False if it holds something else. Raises RefusedError.

    Mode, owner and extended attributes (ACLs among them) are kept. With `follow` the target of a symbolic link is
    replaced. Between the last look and the rename lie some microseconds, which POSIX has no means to close.
    """
    path = os.path.realpath(path) if follow else path
    with _explained(path), _beside(path, data) as made:
        status = os.stat(path)
        _keep(status, path, made)
        os.fsync(made)
        if read(path) != was or os.stat(path).st_ino != status.st_ino:
            return False
        os.rename(_temporary(path), path)
        _confirm(path)
    return True


def create(path: bytes, data: bytes) -> bool:
    """Make a file if there is none; False if there is one. Raises RefusedError.

    It belongs to whom the folder belongs to, and may be read and written by those who may read and write the folder.
    """
    folder = os.path.dirname(path)
    with _explained(path), _beside(path, data) as made:
        status = os.stat(folder)
        _own(status, path, made)
        os.fchmod(made, status.st_mode & 0o666 | 0o600)
        os.fsync(made)
        try:
            os.link(_temporary(path), path)  # unlike a rename, it never replaces
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(path):
                return False
            os.rename(_temporary(path), path)
        with suppress(FileNotFoundError):
            os.unlink(_temporary(path))  # a kill in between leaves a second, hidden name of the card
        _confirm(path)
    return True


def remove(path: bytes, was: bytes) -> bool:
    """Remove a file that still holds `was`; False if it holds something else. Raises RefusedError."""
    with _explained(path):
        if read(path) != was:
            return False
        os.unlink(path)
        _confirm(path)
    return True


def _temporary(path: bytes) -> bytes:
    """Always the same name, so that one left by a kill is used again; hidden, which every reader of a folder passes over."""
    folder, name = os.path.split(path)
    return os.path.join(folder, b".cardwarden-" + hashlib.sha256(name).hexdigest()[:16].encode() + b".tmp")


@contextmanager
def _beside(path: bytes, data: bytes) -> Iterator[int]:
    """The descriptor of a new file beside `path` that holds `data`; it is gone afterwards, if it was not renamed."""
    temporary = _temporary(path)
    with suppress(FileNotFoundError):
        os.unlink(temporary)
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except KeyboardInterrupt:  # it comes when the file is there, and before its descriptor is
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        yield handle
    finally:
        os.close(handle)
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _keep(status: os.stat_result, path: bytes, made: int) -> None:
    _own(status, path, made)
    with suppress(OSError):  # a file system without extended attributes has none to keep
        for name in os.listxattr(path):
            os.setxattr(made, name, os.getxattr(path, name))
    os.fchmod(made, stat.S_IMODE(status.st_mode))


def _own(status: os.stat_result, path: bytes, made: int) -> None:
    mine = os.fstat(made)
    if (mine.st_uid, mine.st_gid) == (status.st_uid, status.st_gid):
        return
    try:
        os.fchown(made, status.st_uid, status.st_gid)
    except PermissionError:
        raise RefusedError(phrase("writer-foreign", path=_shown(path), user=str(status.st_uid))) from None


def _confirm(path: bytes) -> None:
    """The folder's entry is on the disk, too."""
    try:
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        if error.errno in {errno.EINVAL, errno.ENOTSUP}:  # some network file systems cannot
            return
        command = Code("cardwarden check")
        raise RefusedError(
            phrase("writer-unconfirmed", path=_shown(path), why=because(error), command=command)
        ) from error


@contextmanager
def _explained(path: bytes) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise RefusedError(phrase("writer-forbidden", path=_shown(path))) from error
    except OSError as error:
        if error.errno in _FULL:
            raise RefusedError(phrase("writer-disk-full", path=_shown(path))) from error
        raise RefusedError(phrase("writer-failed", path=_shown(path), why=because(error))) from error


def _shown(path: bytes) -> Code:
    return Code(os.fsdecode(path), of_contact=True)
