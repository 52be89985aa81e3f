"""The disk of the database: room for what comes, and a file system that SQLite can trust."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cardwarden.database_file import network_filesystem
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble, unknown

_MEGABYTE: Final = 1 << 20
_LEAST: Final = 100 * _MEGABYTE
_TIMES: Final = 2  # VACUUM and a backup before a migration each need the database's size once
_LEAST_FILES: Final = 1000


def has_room(patient: Patient) -> Iterator[Result]:
    """Whether the disk of the database has room left, in bytes and in files."""
    if (database := patient.database) is None:
        return
    folder = next(path for path in database.parents if path.exists())
    try:
        space = patient.machine.space(folder)
        size = database.stat().st_size if database.exists() else 0
    except OSError as error:
        yield unknown("disk-unknown", path=folder, why=error.strerror or "")
        return
    wanted = max(_LEAST, _TIMES * size)
    if space.free < wanted:
        mend = shlex.join(["du", "-xh", "-d1", str(_mount_point(folder))])
        yield trouble("disk-full", mend=mend, path=folder, free=space.free // _MEGABYTE, wanted=wanted // _MEGABYTE)
    elif space.files and space.free_files < _LEAST_FILES:
        mend = shlex.join(["du", "-x", "--inodes", "-d1", str(_mount_point(folder))])
        yield trouble("inodes-gone", mend=mend, path=folder, count=space.free_files)
    else:
        yield ok("disk", path=folder, free=space.free // _MEGABYTE)
    if kind := network_filesystem(folder, patient.machine.mountinfo):
        mend = 'url = "sqlite:////var/lib/cardwarden/cardwarden.db"'
        yield trouble("database-remote", mend=mend, path=database, kind=kind)


def _mount_point(path: Path) -> Path:
    return next((parent for parent in (path, *path.parents) if parent.is_mount()), path)
