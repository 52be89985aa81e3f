"""Where on this machine a source's changes can be noticed."""

from __future__ import annotations

import fnmatch
import glob
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WatchTarget:
    """A folder, and the names in it that matter, as patterns in lower case."""

    folder: Path
    patterns: tuple[str, ...]

    def concerns(self, name: str) -> bool:
        """Whether a file of that name belongs to the book."""
        return not name.startswith(".") and any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in self.patterns)


def folder_target(path: Path) -> WatchTarget:
    """What to watch for a book that is a folder of cards."""
    return WatchTarget(path, ("*.vcf", "*.vcard"))


def file_target(path: Path) -> WatchTarget | None:
    """What to watch for a book that is a file, or the newest match of a pattern; None if that is many folders."""
    if glob.has_magic(str(path.parent)):
        return None
    if glob.has_magic(path.name):
        return WatchTarget(path.parent, (path.name.lower(),))
    target = Path(os.path.realpath(path))
    return WatchTarget(target.parent, (glob.escape(target.name.lower()),))
