"""Files that are made for somebody: all of them, or none if their making ends early (an error, Ctrl-C)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cardwarden.own_file import new_file, new_folder


@dataclass(slots=True)
class NewFiles:
    """What was made so far, in order."""

    _made: list[Path] = field(default_factory=list)

    def folder(self, path: Path) -> None:
        """Make a folder and those above it, if they are missing. Raises OSError."""
        for parent in [parent for parent in (path, *path.parents) if not parent.exists()][::-1]:
            new_folder(parent, 0o777)
            self._made.append(parent)
        if not path.is_dir():
            path.mkdir()  # raises what is in the way

    def file(self, path: Path, data: bytes) -> None:
        """Make a file, readable by its owner alone. Raises FileExistsError if there is one, and OSError."""
        self._made.append(path)  # first: Ctrl-C comes when the file is there, and before its descriptor is
        try:
            handle = new_file(path)
        except OSError:
            self._made.remove(path)
            raise
        with os.fdopen(handle, "wb") as file:
            file.write(data)

    def take_back(self) -> None:
        """Remove what was made; a folder in which somebody else put something stays."""
        for path in reversed(self._made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)


@contextmanager
def new_files() -> Iterator[NewFiles]:
    """Makes files; a block that does not end well leaves none of them."""
    made = NewFiles()
    try:
        yield made
    except BaseException:
        made.take_back()
        raise
