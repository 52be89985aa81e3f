"""The source `vcf-file`: one file that holds a whole address book, as phones and Google export it."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cardwarden.clock import Clock, SystemClock
from cardwarden.errors import SourceError
from cardwarden.filename import href_of
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.sources import files
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from cardwarden.sources.vcf_file_options import VcfFileOptions
from cardwarden.sources.watched import WatchTarget, file_target


class VcfFile:
    """Reads one file; it is one book (id "") with one member.

    The member's href is the name in the settings, never the name of the match: the next export, under its own name,
    is the same book's next state.
    """

    def __init__(self, name: str, options: VcfFileOptions, clock: Clock | None = None) -> None:
        self.name = name
        self._options = options
        self._clock = clock or SystemClock()

    @property
    def host(self) -> str:
        return ""

    @property
    def path(self) -> Path | None:
        return self._options.path

    @property
    def watch(self) -> WatchTarget | None:
        return file_target(self._options.path)

    def begin(self) -> None:
        """A disk is not asked for time."""

    def close(self) -> None:
        """Nothing stays open."""

    def books(self) -> list[BookRef]:
        return [BookRef(id="", title=files.shown_path(Path(self._options.path.name)))]

    def keeps(self, book: BookRef) -> bool:  # noqa: ARG002 - it has but one
        return True

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:  # noqa: ARG002 - it has but one
        return frozenset()

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:  # noqa: ARG002 - there is one
        try:
            path = self._newest()
            status = path.stat()
        except OSError as error:
            raise SourceError(self._why(error, self._options.path)) from error
        if stat.S_ISDIR(status.st_mode):
            raise SourceError(
                phrase("file-is-a-folder", path=_shown(path), line=Code('type = "vdir"'), source=self.name)
            )
        href, stamp = href_of(os.fsencode(self._options.path.name)), files.stamp_of(status)
        return Observation({href: stamp}, self._bodies(href, path, known, stamp, deep=deep))

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> tuple[()]:  # noqa: ARG002 - it always lists its one member
        return ()

    def _bodies(self, href: str, path: Path, known: Known, stamp: str, *, deep: bool) -> Iterator[Fetched | Missed]:
        """The one member, if it looks changed. Raises SourceError if it cannot be read: nothing of the book is known."""
        if not deep and known.members.get(href) == stamp:
            return
        try:
            read = files.read_whole(os.fsencode(path), self._options.max_bytes, self._clock)
        except files.UnreadError as error:
            raise SourceError(error.said) from error
        except OSError as error:
            raise SourceError(self._why(error, path)) from error
        yield Fetched(href, read.stamp, read.data, read.settled)

    def _newest(self) -> Path:
        """The file to read. Raises SourceError if nothing matches, OSError if the folder cannot be read."""
        path = self._options.path
        if not glob.has_magic(str(path)) or os.access(path, os.F_OK):
            return path
        matches = [
            (status.st_mtime_ns, match)
            for match in map(Path, glob.glob(str(path)))  # noqa: PTH207 - Path.glob also matches hidden, unfinished files
            if (status := _regular(match))
        ]
        if matches:
            return max(matches)[1]
        folder = next(parent for parent in path.parents if not glob.has_magic(str(parent)))
        os.scandir(folder).close()
        raise SourceError(phrase("file-no-match", path=_shown(path), source=self.name))

    def _why(self, error: OSError, path: Path) -> Phrase:
        path = Path(os.fsdecode(error.filename)) if error.filename else path
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return phrase("file-missing", path=_shown(path), source=self.name)
        return files.why_unreadable(error, path)


def _shown(path: Path) -> Code:
    return Code(files.shown_path(path))


def _regular(path: Path) -> os.stat_result | None:
    """The status of a regular file; None for anything else, and for one that just went away."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None
