"""The operating system's lock of an open file; apart from what is made of it, so that a health check loads nothing else."""

from __future__ import annotations

import fcntl


def locked(handle: int) -> bool:
    """Take the lock of an open file; False if another process has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
