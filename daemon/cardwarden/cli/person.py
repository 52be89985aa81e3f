"""Who types a command, as the record keeps it."""

from __future__ import annotations

import getpass
import os


def person() -> str:
    """The user's name, also through sudo; "" for one that has none."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return ""  # a container's user that has no name
