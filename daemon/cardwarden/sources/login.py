"""Where a sign-in is kept, when its provider exchanges the token in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

_log = logging.getLogger(__name__)


def keeper(path: Path | None) -> Callable[[str], None]:
    """Puts an exchanged sign-in where the old one was; what is systemd's cannot be written."""

    def keep(text: str) -> None:
        if path is None:
            _log.warning("a sign-in was exchanged by its provider, and a systemd credential cannot be: it will end")
            return
        beside = path.with_name(f".{path.name}.new")
        beside.touch(mode=0o600)
        beside.write_text(text, "utf-8")
        beside.replace(path)

    return keep
