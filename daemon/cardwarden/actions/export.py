"""Write a source as it was at a time into a file or a folder, to the byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from cardwarden.actions.history import BookThen
from cardwarden.actions.new_files import NewFiles, new_files
from cardwarden.errors import RefusedError, UsageError, because
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.progress import SILENT, Progress, Work
from cardwarden.store import bodies as body_store
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection

_UNSAFE = re.compile(r"[^\w .@+-]|^[.]+")


def export(connection: Connection, books: Iterable[BookThen], out: Path, progress: Progress = SILENT) -> int:
    """Write the cards of books; gives how many. A name with .vcf or .vcard is a file, any other a folder.

    Nothing is overwritten, and nothing stays if it ends early. Raises RefusedError if something is there already,
    UsageError if it cannot be written.
    """
    then = list(books)
    progress.begin(Work.WRITING, sum(len(book.cards) for book in then))
    try:
        with new_files() as made:
            if out.suffix.lower() in {".vcf", ".vcard"} and not out.is_dir():
                made.file(out, _together(connection, (card for book in then for card in book.cards), progress))
                return sum(len(book.cards) for book in then)
            taken: set[str] = set()
            for book in then:
                name = _apart(_safe(book.book.title) or "book", taken)
                _folder(connection, made, progress, book, out if len(then) == 1 else out / name)
    except FileExistsError as error:
        raise RefusedError(phrase("error-path-exists", path=Code(str(error.filename)))) from error
    except OSError as error:
        raise UsageError(
            phrase("error-path-unwritable", path=Code(str(error.filename or out)), why=because(error))
        ) from error
    return sum(len(book.cards) for book in then)


def _folder(connection: Connection, made: NewFiles, progress: Progress, book: BookThen, folder: Path) -> None:
    made.folder(folder)
    members: dict[str, list[StoredCard]] = {}
    for card in book.cards:
        members.setdefault(card.entry.href, []).append(card)
    taken: set[str] = set()
    for href, cards in members.items():
        name = _apart(_safe(href.rstrip("/").rpartition("/")[2]) or "card.vcf", taken)
        made.file(folder / name, _together(connection, cards, progress))


def _apart(name: str, taken: set[str]) -> str:
    """A name that is not taken yet, whatever its letter case: the second one has a number before it."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{number}-{name}"
    taken.add(free.casefold())
    return free


def _together(connection: Connection, cards: Iterable[StoredCard], progress: Progress) -> bytes:
    """The cards one after the other; only one that does not end its last line gets a line end, if another follows."""
    whole = bytearray()
    for card in cards:
        if whole and not whole.endswith((b"\n", b"\r")):
            whole += b"\r\n"
        whole += body_store.body(connection, card.entry.digest)
        progress.advance()
    return bytes(whole)


def _safe(name: str) -> str:
    """A file name that stays in its folder, whatever a server called it."""
    return _UNSAFE.sub("_", name.encode("utf-8", "replace").decode("utf-8")).strip()[:120]
