"""What goes wrong with a database file, in words for the person who has to put it right."""

from __future__ import annotations

import os
import pwd
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cardwarden.errors import BusyError, StoreError

WAIT_SECONDS = 30
"""How long a writer waits for another one."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into StoreError; others (a broken constraint) are bugs and pass through."""
    try:
        yield
    except PoolTimeout as error:
        raise BusyError(_busy(path)) from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if _code(cause) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BusyError(_busy(path)) from error
        sentence = _sentence(path, cause)
        if sentence is None:
            raise
        raise StoreError(sentence) from error


def _code(error: BaseException | None) -> int:
    """SQLite's primary result code: the rest of the code only tells where it happened."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _sentence(path: Path, error: BaseException | None) -> str | None:
    """What an error of SQLite means for whoever runs cardwarden, None if it is not known."""
    match _code(error):
        case sqlite3.SQLITE_FULL:
            return full(path)
        case sqlite3.SQLITE_NOTADB:
            return f"{path} is not a database and was left as it is. Move it away, or name another file under [store]."
        case sqlite3.SQLITE_CORRUPT:
            return damaged(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return why_not_writable(path) or (
                f"The database {path} cannot be opened for writing. Check that it and its folder belong to this user."
            )
        case sqlite3.SQLITE_IOERR:
            return (
                full(path)
                if _no_space(path)
                else (
                    f"The disk failed under the database {path}, and nothing of this step was recorded. "
                    "Check the disk and try again."
                )
            )
    return None


def damaged(path: Path) -> str:
    """What to say of a database whose pages do not fit together."""
    return (
        f"The database {path} is damaged, and nothing more was written to it. "
        "Put a backup in its place, or move it away to start with a new one."
    )


def replaced(path: Path) -> str:
    """What to say of a database whose file is not the one that was opened."""
    what = "another file lies in its place" if path.exists() else "it was removed"
    return (
        f"The database {path} is not the file any more that was opened: {what}. Nothing was written to it. "
        "Put the file back, or start cardwarden again to go on with what is there now."
    )


def why_not_writable(path: Path) -> str | None:
    """Why this user cannot write the database at `path` or make files beside it; None if nothing is in the way."""
    folder = path.parent
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        closed = folder
    elif path.exists() and not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        closed = path
    else:
        return None
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return (
            f"The database {path} lies on a file system that is mounted read-only. Make it writable, or move the file."
        )
    owner = _owner(closed)
    return (
        f"This user has no permission to write {closed}, where cardwarden keeps its state; it belongs to {owner}. "
        f"Run the command as that user: sudo -u {owner} cardwarden ..."
    )


def _owner(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def full(path: Path) -> str:
    """What to say of a database on a disk without room."""
    return (
        f"The disk is full: the database {path} could not be written, and nothing of this step was recorded. "
        "Free some space and try again."
    )


def _busy(path: Path) -> str:
    return (
        f"Another cardwarden has been writing to the database {path} for more than {WAIT_SECONDS} seconds. "
        "Try again when it is done."
    )


def _no_space(path: Path) -> bool:
    return os.statvfs(path.parent).f_bavail == 0
