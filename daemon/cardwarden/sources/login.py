"""Where a sign-in is kept, sealed, also when its provider exchanges the token in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from cardwarden.errors import because
from cardwarden.logged import warn
from cardwarden.own_file import replace_file
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.sealed import kept_key, sealed_files

_log = logging.getLogger(__name__)


def keeper(path: Path | None) -> Callable[[str], None]:
    """Puts an exchanged sign-in where the old one was, for this user alone and whole; what is systemd's cannot be written.

    If it cannot be written the check goes on, for the access token is good; the next sign-in will say that access is lost.
    """

    def keep(text: str) -> None:
        if path is None:
            warn(_log, phrase("log-sign-in-of-systemd"))
            return
        try:
            for file, data in sealed_files(path, text, kept_key(path)):
                replace_file(file, f"{data}\n".encode())
        except OSError as error:
            warn(_log, phrase("log-sign-in-not-kept", path=Code(str(path)), why=because(error)), logging.ERROR)

    return keep
