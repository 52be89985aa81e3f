"""What goes wrong with a database: of a file in words for the person who has to put it right, and what of it passes."""

from __future__ import annotations

import os
import pwd
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cardwarden.errors import BusyError, FullError, StoreError
from cardwarden.phrases.phrase import Code, Phrase, phrase

WAIT_SECONDS = 30
"""How long a writer waits for another one."""
LOCKED = "55P03"
"""What PostgreSQL says, by SQLSTATE, of what another one has locked for longer than that."""
PASSING = frozenset({"08", "40", "53", "57"})
"""Its classes of what will be otherwise: connections, a transaction rolled back for another, resources, an operator."""
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into StoreError; others (a broken constraint) are bugs and pass through."""
    try:
        yield
    except PoolTimeout as error:
        raise BusyError(_busy(path)) from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if result_code(cause) in _BUSY:
            raise BusyError(_busy(path)) from error
        if _is_full(path, cause):
            raise full(path) from error
        said = _said(path, cause)
        if said is None:
            raise
        raise StoreError(said) from error


def result_code(error: BaseException | None) -> int:
    """SQLite's primary result code: the rest of the code only tells where it happened."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def sqlstate(error: DBAPIError) -> str:
    """What PostgreSQL calls an error, "" if it did not say: then it did not answer, or let nobody in."""
    return str(getattr(error.orig, "sqlstate", "") or "")


def is_passing(error: DBAPIError) -> bool:
    """Whether a database was away, busy or full, which says nothing of what it holds."""
    state, code = sqlstate(error), result_code(error.orig)
    is_away = error.connection_invalidated or state == LOCKED or state[:2] in PASSING
    return is_away or code in _BUSY | {sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT}


def _said(path: Path, error: BaseException | None) -> Phrase | None:
    """What an error of SQLite means for whoever runs cardwarden, None if it is not known."""
    match result_code(error):
        case sqlite3.SQLITE_NOTADB:
            return phrase("database-none", path=Code(str(path)))
        case sqlite3.SQLITE_CORRUPT:
            return damaged(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return why_not_writable(path) or phrase("database-closed", path=Code(str(path)))
        case sqlite3.SQLITE_IOERR:
            return phrase("database-disk-failed", path=Code(str(path)))
    return None


def damaged(path: Path | str) -> Phrase:
    """What to say of a database whose pages do not fit together."""
    return phrase("database-damaged", path=Code(str(path)))


def why_not_writable(path: Path) -> Phrase | None:
    """Why this user cannot write the database at `path` or make files beside it; None if nothing is in the way."""
    folder = path.parent
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        closed = folder
    elif path.exists() and not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        closed = path
    else:
        return None
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return phrase("database-read-only", path=Code(str(path)))
    owner = _owner(closed)
    command = Code(f"sudo -u {owner} cardwarden ...")
    return phrase("database-of-another-user", path=Code(str(closed)), owner=owner, command=command)


def _owner(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def full(path: Path) -> FullError:
    """What to raise of a database on a disk without room."""
    return FullError(phrase("database-full", path=Code(str(path))))


def _busy(path: Path) -> Phrase:
    return phrase("database-busy", path=Code(str(path)), seconds=WAIT_SECONDS)


def _is_full(path: Path, error: BaseException | None) -> bool:
    code = result_code(error)
    return code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and os.statvfs(path.parent).f_bavail == 0)
