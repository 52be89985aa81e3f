"""Address books that probably are meant: folders in which programs keep cards on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_IN_HOME: Final = (
    ".contacts",
    "contacts",
    "Contacts",
    ".local/share/contacts",
    ".local/share/vdirsyncer",
    ".vdirsyncer",
)
_ELSEWHERE: Final = (
    Path("/books"),  # the image's volume
    Path("/srv/contacts"),
    Path("/var/lib/radicale/collections/collection-root"),
)
_DEPTH: Final = 2  # a user's folder, a book in it
_LOOKED_AT: Final = 200


def likely_books(home: Path, elsewhere: tuple[Path, ...] = _ELSEWHERE) -> list[Path]:
    """Folders with .vcf files in them, the likeliest first."""
    return [book for top in (*(home / name for name in _IN_HOME), *elsewhere) for book in _books(top, _DEPTH)]


def _books(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())[:_LOOKED_AT]
    except OSError:
        return  # not there, or not this user's
    if any(entry.suffix.lower() == ".vcf" for entry in entries):
        yield folder
    elif depth:
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                yield from _books(entry, depth - 1)
