"""What every source must make of a book that vanishes, a member that may not be read, and one that is cut while it is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from cardwarden.clock import SystemClock
from cardwarden.errors import SourceError
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.source import Fetched, Known, Missed, Source
from cardwarden.sources.vcf_file import VcfFile
from cardwarden.sources.vcf_file_options import VcfFileOptions
from cardwarden.sources.vdir import Vdir
from cardwarden.sources.vdir_options import VdirOptions
from contract.on_files import another_user
from contract.source_contract import CARDS
from support.fake_dav import BOOK, FakeDav, Reply, Request, StillClock, serving


class Shelf(Protocol):
    """A book with the contract's cards, whose member with "keio" may fall on hard times."""

    source: Source
    member: str

    def vanish(self) -> AbstractContextManager[None]:
        """Meanwhile the whole book is not there."""

    def forbid(self) -> AbstractContextManager[None]:
        """Meanwhile the member may not be read."""

    def cut(self) -> AbstractContextManager[None]:
        """Meanwhile who reads the member gets a part of it, or never the same twice."""


class FilesShelf:
    """A folder, or a file, that another program writes."""

    def __init__(self, source: Source, whole: Path, file: Path, member: str) -> None:
        self.source, self.member = source, member
        self._whole, self._file = whole, file

    @contextmanager
    def vanish(self) -> Iterator[None]:
        away = self._whole.rename(self._whole.with_name("away"))
        yield
        away.rename(self._whole)

    @contextmanager
    def forbid(self) -> Iterator[None]:
        self._file.chmod(0)
        with another_user():
            yield
        self._file.chmod(0o644)

    @contextmanager
    def cut(self) -> Iterator[None]:
        data, stop, began = self._file.read_bytes(), threading.Event(), threading.Event()

        def write() -> None:
            while not stop.is_set():
                for length in range(0, len(data), 7):
                    self._file.write_bytes(data[:length])
                began.set()
            self._file.write_bytes(data)

        writer = threading.Thread(target=write)
        writer.start()
        began.wait()
        yield
        stop.set()
        writer.join()


class DavShelf:
    """A server's book."""

    member = f"{BOOK}keio.vcf"

    def __init__(self, dav: FakeDav) -> None:
        self._dav = dav
        options = CarddavOptions.model_validate({"type": "carddav", "url": dav.url})
        self.source: Source = CardDav("family", options, lambda _: "", StillClock())

    @contextmanager
    def vanish(self) -> Iterator[None]:
        self._dav.always = lambda _: Reply(404)
        yield
        self._dav.always = None

    def forbid(self) -> AbstractContextManager[None]:
        return self._badly(Reply(403))

    def cut(self) -> AbstractContextManager[None]:
        return self._badly(Reply(200, CARDS["keio"], {"Content-Type": "text/vcard"}, cut=30))

    @contextmanager
    def _badly(self, reply: Reply) -> Iterator[None]:
        def answer(request: Request) -> Reply | None:
            return reply if (request.method, request.path) == ("GET", self.member) else None

        self._dav.omits, self._dav.always = {"keio.vcf"}, answer
        yield
        self._dav.omits, self._dav.always = set(), None


@pytest.fixture(params=["vdir", "vcf-file", "carddav"])
def shelf(request: pytest.FixtureRequest, open_folder: Path) -> Iterator[Shelf]:
    if request.param == "carddav":
        with serving() as dav:
            for name, card in CARDS.items():
                dav.put(f"{name}.vcf", card)
            yield DavShelf(dav)
        return
    book = open_folder / "book"
    if request.param == "vdir":
        book.mkdir()
        for name, card in CARDS.items():
            (book / f"{name}.vcf").write_bytes(card)
        options = VdirOptions(type="vdir", path=book)
        yield FilesShelf(Vdir("family", options, SystemClock()), book, book / "keio.vcf", "keio.vcf")
    else:
        book.write_bytes(b"".join(CARDS.values()))
        yield FilesShelf(
            VcfFile("family", VcfFileOptions(type="vcf-file", path=book), SystemClock()), book, book, "book"
        )


def read(shelf: Shelf) -> dict[str, Fetched | Missed]:
    """What a deep look brings, by href. Raises SourceError."""
    [book] = shelf.source.books()
    return {body.href: body for body in shelf.source.observe(book, Known({}), deep=True).bodies}


def is_whole(shelf: Shelf) -> bool:
    """Whether everything can be read again."""
    data = b"".join(body.data for body in read(shelf).values() if isinstance(body, Fetched))
    return all(card in data for card in CARDS.values())


def test_a_book_that_vanishes_is_no_empty_book(shelf: Shelf) -> None:
    assert is_whole(shelf)
    with shelf.vanish(), pytest.raises(SourceError):
        read(shelf)
    assert is_whole(shelf)


def test_a_member_that_may_not_be_read_is_named_with_a_reason_and_the_others_are_read(shelf: Shelf) -> None:
    with shelf.forbid():
        if isinstance(shelf.source, VcfFile):  # it has but one
            with pytest.raises(SourceError, match="book"):
                read(shelf)
        else:
            bodies = read(shelf)
            missed = [body for body in bodies.values() if isinstance(body, Missed)]
            assert [body.href for body in missed] == [shelf.member]
            assert missed[0].reason
            assert len(bodies) == len(CARDS)
    assert is_whole(shelf)


def test_a_member_that_is_cut_while_it_is_read_is_missed_or_read_again(shelf: Shelf) -> None:
    with shelf.cut():
        try:
            body = read(shelf)[shelf.member]
        except SourceError:
            body = Missed(shelf.member, "", "it was the only one")
    assert isinstance(body, Missed) or not body.settled
    assert is_whole(shelf)
