"""What a check may ask the machine; a test gives it a machine of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PATIENCE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Space:
    """A file system's room: bytes and files (inodes) in all and free; 0 files if it does not count them."""

    size: int
    free: int
    files: int
    free_files: int


def space_of(path: Path) -> Space:
    """The room where `path` lies. Raises OSError."""
    status = os.statvfs(path)
    return Space(status.f_frsize * status.f_blocks, status.f_frsize * status.f_bavail, status.f_files, status.f_favail)


def is_synchronized() -> bool | None:
    """Whether the clock is set by a time server; None if nobody can tell."""
    return _of_clock("NTPSynchronized")


def has_time_service() -> bool | None:
    """Whether there is a program that can ask a time server; None if nobody can tell."""
    return _of_clock("CanNTP")


def _of_clock(name: str) -> bool | None:
    """What timedatectl(1) says of the clock."""
    if not (program := shutil.which("timedatectl")):
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [program, "show", f"--property={name}", "--value"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {b"yes": True, b"no": False}.get(done.stdout.strip())


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the machine says how it stands."""

    mountinfo: Path = Path("/proc/self/mountinfo")
    inotify: Path = Path("/proc/sys/fs/inotify")
    processes: Path = Path("/proc")
    local_time: Path = Path("/etc/localtime")
    system_units: Path = Path("/etc/systemd/system")
    linger: Path = Path("/var/lib/systemd/linger")
    space: Callable[[Path], Space] = space_of
    synchronized: Callable[[], bool | None] = is_synchronized
    time_service: Callable[[], bool | None] = has_time_service
