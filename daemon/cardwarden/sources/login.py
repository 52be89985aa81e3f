"""Where a sign-in is kept, when its provider exchanges the token in it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from cardwarden.errors import because
from cardwarden.logged import warn
from cardwarden.phrases.phrase import Code, phrase

_log = logging.getLogger(__name__)


def keeper(path: Path | None) -> Callable[[str], None]:
    """Puts an exchanged sign-in where the old one was, for this user alone and whole; what is systemd's cannot be written.

    Where it cannot be written the check goes on, for the access token is good; the next sign-in will say that access is lost.
    """

    def keep(text: str) -> None:
        if path is None:
            warn(_log, phrase("log-sign-in-of-systemd"))
            return
        try:
            _replace(path, text.encode())
        except OSError as error:
            warn(_log, phrase("log-sign-in-not-kept", path=Code(str(path)), why=because(error)), logging.ERROR)

    return keep


def _replace(path: Path, data: bytes) -> None:
    """The old one stays until the new one is on the disk: a provider takes neither back."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)  # of a run that was killed here
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(handle, "wb") as file:  # noqa: PTH123
        file.write(data)
        file.flush()
        os.fsync(handle)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
