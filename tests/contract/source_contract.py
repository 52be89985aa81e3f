"""What every source must do, whatever it reads from: one class of tests, run once for each of them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from cardwarden.errors import SourceError
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation, Source

CARDS = {
    "taro": "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:山田太郎\r\nN:;太郎;;;\r\nTEL:186-080-1234-5678\r\nEND:VCARD\r\n".encode(),
    "keio": b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nFN:Keio\r\nN:;Keio;;;\r\nTEL:03-1234-5678\r\nEND:VCARD\r\n",
    "jane": b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:3\r\nFN:Jane\r\nN:;Jane;;;\r\nEMAIL:jane@example.org\r\nEND:VCARD\r\n",
}
DAMAGED = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nFN:Keio\r\nN:;Keio;;;\r\nTEL:+18603-1234-5678\r\nEND:VCARD\r\n"


class Shelf(Protocol):
    """An empty book in the outside world, written by another program, and the source that reads it.

    apart   whether each member is read by itself, so that one may be unreadable and the others are read
    """

    source: Source
    apart: bool = True

    def put(self, name: str, card: bytes) -> None:
        """The other program writes a card, over the one of that name if there is one."""

    def delete(self, name: str) -> None:
        """The other program removes a card."""

    def href(self, name: str) -> str:
        """The member the card of that name stands in."""

    def members(self) -> dict[str, bytes]:
        """What the outside world holds now: every member's bytes by href."""

    def kept(self, name: str, card: bytes) -> bytes:
        """What becomes of a card that is put under that name: its own bytes, unless the shelf holds no bytes."""
        return card

    def trace(self) -> object:
        """Everything a source could have changed there; compared, never looked into."""


class HardShelf(Shelf, Protocol):
    """A book that may fall on hard times, for as long as a block lasts."""

    def vanish(self) -> AbstractContextManager[None]:
        """The whole book is not there."""

    def forbid(self, name: str) -> AbstractContextManager[None]:
        """The member of that name may not be read."""

    def cut(self, name: str) -> AbstractContextManager[None]:
        """Who reads the member of that name gets a part of it, or never the same twice."""


class ReadingContract:
    """What holds in good times, also of a server that no test can bring into hard ones."""

    @pytest.fixture(autouse=True)
    def _filled(self, shelf: Shelf) -> None:
        for name, card in CARDS.items():
            shelf.put(name, card)

    def test_a_source_offers_nothing_that_writes(self, shelf: Shelf) -> None:
        verbs = ("write", "put", "delete", "remove", "save", "replace", "restore", "create")
        assert not [name for name in dir(shelf.source) if any(verb in name.lower() for verb in verbs)]

    def test_the_book_keeps_its_id_while_its_cards_change(self, shelf: Shelf) -> None:
        before = book_of(shelf)
        shelf.put("keio", DAMAGED)
        assert book_of(shelf).id == before.id

    def test_the_first_look_lists_and_fetches_everything(self, shelf: Shelf) -> None:
        observed, bodies = look(shelf, Known({}), deep=False)
        assert set(observed.members) == set(shelf.members())
        assert bodies == shelf.members()

    def test_nothing_is_fetched_where_nothing_changed(self, shelf: Shelf) -> None:
        known = remember(shelf)
        observed, bodies = look(shelf, known, deep=False)
        assert bodies == {}
        assert observed.members == known.members

    def test_exactly_what_changed_is_fetched(self, shelf: Shelf) -> None:
        known = remember(shelf)
        shelf.put("keio", DAMAGED)
        shelf.put("new", CARDS["jane"].replace(b"UID:3", b"UID:4"))
        _, bodies = look(shelf, known, deep=False)
        changed = {shelf.href("keio"), shelf.href("new")}
        assert bodies == {href: data for href, data in shelf.members().items() if href in changed}

    def test_what_changed_once_is_fetched_once(self, shelf: Shelf) -> None:
        remember(shelf)
        shelf.put("keio", DAMAGED)
        _, bodies = look(shelf, remember(shelf), deep=False)
        assert bodies == {}

    def test_a_removed_card_is_gone(self, shelf: Shelf) -> None:
        known = remember(shelf)
        shelf.delete("jane")
        observed, bodies = look(shelf, known, deep=False)
        assert set(observed.members) == set(shelf.members())
        assert {**bodies} == {href: data for href, data in shelf.members().items() if href in bodies}
        assert not any(shelf.kept("jane", CARDS["jane"]) in data for data in look(shelf, known, deep=True)[1].values())

    def test_a_card_that_comes_back_is_fetched(self, shelf: Shelf) -> None:
        shelf.delete("jane")
        known = remember(shelf)
        shelf.put("jane", CARDS["jane"])
        _, bodies = look(shelf, known, deep=False)
        assert shelf.kept("jane", CARDS["jane"]) in bodies[shelf.href("jane")]

    def test_a_deep_look_fetches_everything(self, shelf: Shelf) -> None:
        known = remember(shelf)
        _, bodies = look(shelf, known, deep=True)
        assert bodies == shelf.members()

    def test_a_body_comes_with_the_stamp_of_its_listing(self, shelf: Shelf) -> None:
        observed = shelf.source.observe(book_of(shelf), Known({}), deep=False)
        assert {body.href: body.stamp for body in observed.bodies} == dict(observed.members)

    def test_bodies_are_fetched_one_at_a_time_when_asked_for(self, shelf: Shelf) -> None:
        observed = shelf.source.observe(book_of(shelf), Known({}), deep=False)
        shelf.put("keio", DAMAGED)
        bodies = {body.href: body for body in observed.bodies}
        keio = bodies[shelf.href("keio")]
        assert isinstance(keio, Fetched)
        known = Known({**observed.members, keio.href: keio.stamp}, observed.token)
        later = look(shelf, known, deep=False)[1]
        damaged = shelf.kept("keio", DAMAGED)
        assert damaged in keio.data or damaged in later[keio.href]

    @pytest.mark.parametrize(
        "card",
        [
            pytest.param(CARDS["jane"].replace(b"\r\n", b"\n"), id="LF"),
            pytest.param(b"\xef\xbb\xbf" + CARDS["jane"], id="BOM"),
            pytest.param(CARDS["jane"].replace(b"FN:Jane", "FN:山田\r\n 太郎".encode()), id="folded"),
            pytest.param(
                CARDS["jane"].replace(b"END:VCARD\r\n", b"NOTE:\\, \\n\r\nEND:VCARD\r\n\r\n"), id="blank line"
            ),
        ],
    )
    def test_bytes_come_back_to_the_byte(self, shelf: Shelf, card: bytes) -> None:
        shelf.put("odd", card)
        _, bodies = look(shelf, Known({}), deep=False)
        assert bodies == shelf.members()
        assert shelf.kept("odd", card) in bodies[shelf.href("odd")]

    def test_reading_leaves_no_trace(self, shelf: Shelf) -> None:
        before = shelf.trace()
        look(shelf, Known({}), deep=True)
        look(shelf, remember(shelf), deep=False)
        assert shelf.trace() == before


class SourceContract(ReadingContract):
    """Subclass it as `Test...`, say the kind of source that it is, and give it a fixture `shelf`, a HardShelf."""

    kind: str

    def test_a_book_that_vanishes_is_no_empty_book(self, shelf: HardShelf) -> None:
        whole = look(shelf, Known({}), deep=True)[1]
        known = remember(shelf)
        with shelf.vanish():
            for deep in (False, True):
                with pytest.raises(SourceError):
                    read(shelf, known, deep=deep)
        assert look(shelf, Known({}), deep=True)[1] == whole == shelf.members()

    def test_a_member_that_may_not_be_read_is_named_with_a_reason_and_the_others_are_read(
        self, shelf: HardShelf
    ) -> None:
        keio = shelf.href("keio")
        others = {href: data for href, data in shelf.members().items() if href != keio}
        with shelf.forbid("keio"):
            if not shelf.apart:
                with pytest.raises(SourceError):
                    read(shelf, Known({}), deep=True)
            else:
                bodies = read(shelf, Known({}), deep=True)
                [missed] = [body for body in bodies.values() if isinstance(body, Missed)]
                assert missed.href == keio
                assert missed.reason
                assert {href: body.data for href, body in bodies.items() if isinstance(body, Fetched)} == others
        assert look(shelf, Known({}), deep=True)[1] == shelf.members()

    def test_a_member_that_is_cut_while_it_is_read_is_missed_or_read_again(self, shelf: HardShelf) -> None:
        with shelf.cut("keio"):
            try:
                body = read(shelf, Known({}), deep=True)[shelf.href("keio")]
            except SourceError:
                assert not shelf.apart
            else:
                assert isinstance(body, Missed) or not body.settled
        assert look(shelf, Known({}), deep=True)[1] == shelf.members()


def book_of(shelf: Shelf) -> BookRef:
    """The shelf's one book."""
    (book,) = shelf.source.books()
    return book


def read(shelf: Shelf, known: Known, *, deep: bool) -> dict[str, Fetched | Missed]:
    """What one observation brings, by href. Raises SourceError."""
    return {body.href: body for body in shelf.source.observe(book_of(shelf), known, deep=deep).bodies}


def look(shelf: Shelf, known: Known, *, deep: bool) -> tuple[Observation, dict[str, bytes]]:
    """One observation and the bodies it fetched, by href."""
    observed = shelf.source.observe(book_of(shelf), known, deep=deep)
    bodies: dict[str, bytes] = {}
    for body in observed.bodies:
        assert isinstance(body, Fetched), body
        assert body.href not in bodies, "a member is fetched once"
        bodies[body.href] = body.data
    return observed, bodies


def remember(shelf: Shelf) -> Known:
    """What a conclusive check would keep: the members' stamps, those of fetched bodies as they came with the bytes."""
    observed = shelf.source.observe(book_of(shelf), Known({}), deep=True)
    fetched = {body.href: body.stamp for body in observed.bodies}
    return Known({**observed.members, **fetched}, observed.token)
