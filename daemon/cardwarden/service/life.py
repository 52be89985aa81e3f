"""Does the daemon live? Containers ask every few seconds, so this module loads next to nothing: no click, no dataclass.

`answered` gives the two plain answers; for every other one (silent, blind, a wrong call) the whole command line is asked.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from cardwarden.flock import locked
from cardwarden.phrases.catalogue import catalogue, language_of_environment
from cardwarden.settings import places

_SLACK = 20.0  # seconds that a busy machine may be late


def life_beside(database: Path) -> Path:
    """Where the daemon that uses a database leaves its sign of life."""
    return database.with_name(database.name + ".daemon")


def lock_beside(database: Path) -> Path:
    """The file that a daemon holds while it lives."""
    return database.with_name(database.name + ".daemon.lock")


def is_running(database: Path) -> bool:
    """Whether a daemon guards with that database: the lock is free the moment its process is gone."""
    try:
        handle = os.open(lock_beside(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not locked(handle)
    finally:
        os.close(handle)


def is_timely(beat: float, every: float, now: float) -> bool:
    """Whether the next beat is not overdue; all are seconds of the machine's clock."""
    return 0 <= now - beat <= 3 * every + _SLACK


def answered(arguments: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Say that the daemon runs, or that none does, and give the exit code; None if there is more to it."""
    match arguments:
        case []:
            config = None
        case ["--config", named] if named:
            config = Path(named)
        case _:
            return None
    try:
        database = places.plain_database(places.find_configuration(config, environ, Path.home()), environ, Path.home())
        name = "" if database is None else _found(database)
        if name:
            sys.stdout.write(f"{catalogue(language_of_environment(environ)).template(name)}\n")
            sys.stdout.flush()
    except Exception:  # noqa: BLE001 - what went wrong is told by the command, which meets it again
        return None
    return {"daemon-runs": 0, "daemon-runs-not": 1}.get(name)


def _found(database: Path) -> str:
    """The phrase of a plain answer, "" if there is more to say."""
    try:
        said = json.loads(life_beside(database).read_bytes())
    except FileNotFoundError:
        return "daemon-runs-not"
    if not is_running(database):
        return "daemon-runs-not"
    is_well = not said["trouble"] and is_timely(said["beat"], said["every"], time.monotonic())
    return "daemon-runs" if is_well and _is_there(database, said["file"]) else ""


def _is_there(database: Path, file: list[int]) -> bool:
    """Whether a database is the file that the daemon opened, and holds something; zeros are one that is in no file."""
    if file == [0, 0]:
        return True
    status = database.stat()
    return file == [status.st_dev, status.st_ino] and status.st_size > 0
