"""The source `vdir`: one folder of .vcf files, as vdirsyncer and Radicale keep them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cardwarden.clock import Clock, SystemClock
from cardwarden.errors import SourceError
from cardwarden.filename import href_of, name_of
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources import files
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from cardwarden.sources.vdir_options import VdirOptions
from cardwarden.sources.watched import WatchTarget, folder_target

_ENDINGS = (b".vcf", b".vcard")
_QUIET = 2.0  # seconds in which nothing comes to a folder or leaves it, so that nobody is writing it
_HINT_DEPTH = 4  # Radicale keeps its books in collection-root/USER/BOOK
_HINT_ENTRIES = 5_000


class Vdir:
    """Reads a folder; it is one book, whose id is "" so that its history outlives a folder that moves."""

    def __init__(self, name: str, options: VdirOptions, clock: Clock | None = None) -> None:
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
        return folder_target(self._options.path)

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
        """Lists the folder. What is no folder, may not be read or holds folders of cards instead is told with what to write."""
        path = self._options.path
        try:
            members = self._members()
        except PermissionError as error:
            raise SourceError(files.why_unreadable(error, path)) from error
        except NotADirectoryError as error:
            raise SourceError(
                phrase("folder-is-none", path=_shown(path), line=Code('type = "vcf-file"'), source=self.name)
            ) from error
        except FileNotFoundError as error:
            raise SourceError(phrase("folder-missing", path=_shown(path), source=self.name)) from error
        except OSError as error:
            raise SourceError(files.why_unreadable(error, path)) from error
        if not members and not known.members:
            self._refuse_parent_folder()
        # Looked at when the bodies are: whoever sees that the listing is as it was need not load what was known.
        wanted = (href for href, stamp in members.items() if deep or not stamp or known.members.get(href) != stamp)
        return Observation(members, self._bodies(wanted), only=self._bodies)

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> Iterator[Fetched | Missed]:  # noqa: ARG002 - there is one
        """A folder that was written a moment ago may be in the middle of it: it gets some time to become quiet."""
        changed_at = self._changed_at()
        age = self._clock.now().timestamp() - changed_at
        if 0 <= age < _QUIET:
            self._clock.sleep(_QUIET - age)
        # A name that is found may be another one's in other letters, on some disks: the listing says which is there.
        there = self._members() if any(map(self._is_found, hrefs)) else {}
        yield from self._bodies(href for href in hrefs if href in there)
        if self._changed_at() != changed_at:
            folder = Code(files.shown_path(self._options.path))
            for href in hrefs:
                if href not in there:
                    name = Code(files.shown_path(name_of(href)))
                    yield Missed(href, "", phrase("member-being-written", folder=folder, name=name))

    def _is_found(self, href: str) -> bool:
        """Whether the folder has anything of that name, or cannot say."""
        try:
            os.lstat(self._path_of(href))
        except OSError as error:
            return not isinstance(error, FileNotFoundError)
        return True

    def _path_of(self, href: str) -> bytes:
        return os.path.join(os.fsencode(self._options.path), name_of(href))  # noqa: PTH118 - names that are no UTF-8 are bytes

    def _changed_at(self) -> float:
        """When a file came to the folder or left it, in seconds since 1970."""
        return self._options.path.stat().st_mtime

    def _members(self) -> dict[str, str]:
        """Every member's stamp by href, sorted; the stamp is "" if the member stands in the folder but not on disk.

        A rename during a scan can hide a file from it, so a folder that changed meanwhile is listed again.
        """
        folder = self._options.path
        for _ in range(files.TRIES):
            before = files.stamp_of(folder.stat())
            with os.scandir(os.fsencode(folder)) as entries:
                stamps = dict(_stamped(entries))
            if files.stamp_of(folder.stat()) == before:
                return {href: stamps[href] for href in sorted(stamps)}
            self._clock.sleep(files.PAUSE)
        raise SourceError(phrase("folder-restless", path=_shown(folder)))

    def _bodies(self, hrefs: Iterable[str]) -> Iterator[Fetched | Missed]:
        within = None if self._options.follow_links else os.fsencode(self._options.path)
        for href in hrefs:
            path = self._path_of(href)
            try:
                read = files.read_whole(path, self._options.max_bytes, self._clock, within=within)
            except files.UnreadError as error:
                yield Missed(href, "", error.said)
            except OSError as error:
                yield Missed(href, "", files.why_unreadable(error, Path(os.fsdecode(path))))
            else:
                yield Fetched(href, read.stamp, read.data, read.settled)

    def _refuse_parent_folder(self) -> None:
        """Raises SourceError if the cards lie in folders below: a book was meant, its parent was named."""
        path = self._options.path
        below = sorted(_folders_with_cards(os.fsencode(path)))
        if below:
            examples = ", ".join(map(files.shown_path, below[:3])) + (", …" if len(below) > 3 else "")
            raise SourceError(phrase("folder-has-folders", path=_shown(path), folders=Code(examples), source=self.name))


def _shown(path: Path | bytes) -> Code:
    return Code(files.shown_path(path))


def _is_member(name: bytes) -> bool:
    """Whether a file's name is a card's, as the vdir format says: hidden ones and .tmp are somebody's unfinished work.

    The copies that Syncthing, Dropbox and Nextcloud make of conflicts count: every program shows them as contacts.
    """
    return name[:1] != b"." and (name[-4:] == b".vcf" or name.lower().endswith(_ENDINGS))


def _stamped(entries: Iterable[os.DirEntry[bytes]]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if not _is_member(entry.name):
            continue
        try:
            status = entry.stat()
        except FileNotFoundError:
            yield href_of(entry.name), ""  # a link whose target is away, or a file just removed
        except OSError:
            if not entry.is_symlink():
                raise
            yield href_of(entry.name), ""
        else:
            if stat.S_ISREG(status.st_mode):
                yield href_of(entry.name), files.stamp_of(status)


def _folders_with_cards(top: bytes) -> set[bytes]:
    """Folders below `top` that hold .vcf files, as far as a short search finds them."""
    folders: set[bytes] = set()
    looked_at = 0
    level = [top]
    for _ in range(_HINT_DEPTH + 1):
        below: list[bytes] = []
        for folder in level:
            try:
                entries = list(os.scandir(folder))
            except OSError:
                continue  # a hint needs no folder that cannot be read
            for entry in entries:
                looked_at += 1
                if looked_at > _HINT_ENTRIES:
                    return folders
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(b"."):
                    below.append(entry.path)
                elif folder != top and _is_member(entry.name):
                    folders.add(folder)
        level = below
    return folders
