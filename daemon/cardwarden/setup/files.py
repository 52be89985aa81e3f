"""Files that are written all together or not at all, private if they hold a secret."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cardwarden.errors import RefusedError, because
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.setup.home import Owner

SECRET = 0o600
CONFIG = 0o640


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to write. `before` is what it held when that was looked at, None if it was not there."""

    path: Path
    data: bytes = field(repr=False)
    mode: int
    owner: Owner | None = None
    before: bytes | None = field(default=None, repr=False)


def read_if_there(path: Path) -> bytes | None:
    """What a file holds; None if it is not there. Raises RefusedError if it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RefusedError(phrase("setup-unreadable", path=Code(str(path)), why=because(error))) from error


def write_all(files: Iterable[NewFile]) -> None:
    """Write the files; whatever ends this early leaves everything as it was.

    Raises RefusedError if one cannot be written, or was changed since it was looked at.
    """
    todo = list(files)
    made: list[Path] = []
    done: list[NewFile] = []
    try:
        for file in todo:
            for folder in _missing(file.path.parent):
                folder.mkdir(mode=0o755)
                made.append(folder)
        for file in todo:
            made.append(_beside(file.path))
            _write(file)
        _refuse_changed(todo)
        for file in todo:
            _beside(file.path).replace(file.path)
            done.append(file)
    except BaseException as error:
        _undo(made, done)
        if isinstance(error, OSError):
            unfinished = {str(_beside(file.path)): file.path for file in todo}
            raise _unwritable(unfinished.get(error.filename, error.filename), error) from error
        raise


def refuse_unwritable(path: Path) -> None:
    """Raises RefusedError if a file could not be made there: rather now than after all has been answered."""
    folder = next(parent for parent in path.parents if parent.exists())
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        raise _unwritable(path, OSError(errno.EROFS, ""))
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        raise _unwritable(path, OSError(errno.EACCES, ""))


def _unwritable(path: Path | str, why: OSError) -> RefusedError:
    return RefusedError(phrase("setup-unwritable", path=Code(str(path)), why=because(why)))


def _refuse_changed(files: Iterable[NewFile]) -> None:
    for file in files:
        if read_if_there(file.path) != file.before:
            raise RefusedError(phrase("setup-changed", path=Code(str(file.path))))


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def _missing(folder: Path) -> list[Path]:
    """The folders that are not there yet, the outermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()][::-1]


def _write(file: NewFile) -> None:
    handle = os.open(_beside(file.path), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(file.data)
        if file.owner:
            os.fchown(handle, file.owner.uid, file.owner.gid)
        os.fchmod(handle, file.mode)
        out.flush()
        os.fsync(handle)


def _undo(made: list[Path], done: list[NewFile]) -> None:
    for file in done:
        if file.before is None:
            file.path.unlink(missing_ok=True)
        else:
            _write(NewFile(file.path, file.before, file.mode, file.owner))
            _beside(file.path).replace(file.path)
    for path in reversed(made):
        with suppress(OSError):  # somebody put something there meanwhile
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
