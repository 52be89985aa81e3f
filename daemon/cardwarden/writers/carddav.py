"""Writes into a CardDAV book, and only over what was seen there: every request names the etag it was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cardwarden.carddav import queries
from cardwarden.carddav.book import AddressBook
from cardwarden.carddav.client import Client, Response
from cardwarden.carddav.discovery import find_books
from cardwarden.carddav.failure import DavError, FailureKind, refused
from cardwarden.carddav.href import absolute, host_of, shown_address
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.vcard.content import split_book
from cardwarden.writers.writer import CardLocation, Replacement, changed

_GONE: Final = {404, 410}
_DONE: Final = {200, 201, 202, 204}
_NOT_WHAT_WAS_SEEN: Final = {409, 412}  # 409: some servers answer so if the member exists already
_REFUSED: Final = {
    403: phrase("writer-refused-403", command=Code("cardwarden export")),
    405: phrase("writer-refused-405"),
    413: phrase("writer-refused-413"),
    415: phrase("writer-refused-415"),
    422: phrase("writer-refused-415"),
    423: phrase("writer-refused-423"),
    428: phrase("writer-refused-428"),
    507: phrase("writer-refused-507"),
}
_NO_LIMIT: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class _There:
    """A member as it is: its address, its etag and its bytes."""

    url: str
    etag: str
    data: bytes


class CardDavWriter:
    """Puts single cards back on a server."""

    def __init__(self, name: str, client: Client, *, version4: bool = False) -> None:
        self._name = name
        self._client = client
        self._version4 = version4
        self._books: dict[str, str] = {}

    def look(self, replacements: Sequence[Replacement]) -> Iterator[bytes | None]:
        return (self._look(replacement.place, replacement.seen, replacement.wanted) for replacement in replacements)

    def write(self, replacements: Sequence[Replacement]) -> Iterator[Mapping[int, bytes | None]]:
        for number, replacement in enumerate(replacements):
            yield {number: self._write(replacement.place, replacement.seen, replacement.wanted)}

    def _look(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        there = self._get(place)
        if there is None:
            return None
        return next((data for data in (seen, wanted) if data is not None and _same(there.data, data)), there.data)

    def _write(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        there = self._get(place)
        if (there is None) != (seen is None) or (there and seen is not None and not _same(there.data, seen)):
            raise changed(self._name, there.data if there else None)
        if there is None:
            self._create(place, wanted or b"")
        else:
            self._replace(place, there, wanted)
        after = self._get(place)
        return after.data if after else None

    def _create(self, place: CardLocation, wanted: bytes) -> None:
        if not self._send("PUT", self._address(place), {"If-None-Match": "*"}, wanted):
            there = self._get(place)
            raise changed(self._name, there.data if there else None)

    def _replace(self, place: CardLocation, there: _There, wanted: bytes | None) -> None:
        """Put `wanted` over what is `there`, or remove that; a proxy may have changed its etag, so the server is asked, too."""
        if len(list(split_book(there.data))) != 1:
            raise RefusedError(phrase("writer-several", url=Code(shown_address(there.url), of_contact=True)))
        method = "DELETE" if wanted is None else "PUT"
        if there.etag and self._send(method, there.url, {"If-Match": there.etag}, wanted or b""):
            return
        etag = self._listed_etag(there.url)
        now = self._get(place)  # after the etag was asked for: what came in between makes that etag one of the past
        if now is None or not _same(now.data, there.data):
            raise changed(self._name, now.data if now else None)
        if not etag and not there.etag:
            raise RefusedError(phrase("writer-no-etag", host=Code(host_of(there.url))))
        if not etag or etag == there.etag or not self._send(method, there.url, {"If-Match": etag}, wanted or b""):
            raise RefusedError(phrase("writer-odd-etag", host=Code(host_of(there.url))))

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> bool:
        """Whether it was done; False if the server says that something else is there. Raises RefusedError, SourceError."""
        kind = {"Content-Type": "text/vcard; charset=utf-8"} if body else {}
        answer = self._client.request(method, url, body, {**headers, **kind})
        if answer.status in _DONE:
            return True
        if answer.status in _NOT_WHAT_WAS_SEEN:
            return False
        if answer.status in _REFUSED:
            raise RefusedError(
                phrase(
                    "writer-refused",
                    host=Code(host_of(answer.url)),
                    status=str(int(answer.status)),
                    why=_REFUSED[answer.status],
                )
            )
        raise refused(answer.status, answer.url, authorized=answer.authorized)

    def _listed_etag(self, url: str) -> str:
        """The etag as the server itself lists it, "" if it does not."""
        try:
            rows = self._client.propfind(url, queries.ETAG, depth=0).rows
        except DavError as error:
            if error.kind in {FailureKind.AWAY, FailureKind.ANSWER}:
                return ""
            raise
        return _strong(rows[0].etag) if len(rows) == 1 else ""

    def _get(self, place: CardLocation) -> _There | None:
        """The member as its source reads it, with the etag of the same answer; None if there is none.

        It is looked for in its one spelling first, then as the server lists it.
        """
        answer = self._fetch(self._address(place))
        if answer is None:
            member = self._book(place).listing().members.get(place.href)
            answer = self._fetch(absolute(self._url(place), member.path)) if member else None
        if answer is None:
            return None
        return _There(answer.url, _strong(answer.headers.get("ETag", "")), answer.body)

    def _fetch(self, url: str) -> Response | None:
        accept = "text/vcard; version=4.0" if self._version4 else "text/vcard"
        try:
            return self._client.get(url, accept=accept, packed=False)
        except DavError as error:
            if error.kind is FailureKind.AWAY:
                return None
            raise

    def _address(self, place: CardLocation) -> str:
        return absolute(self._url(place), place.href)

    def _book(self, place: CardLocation) -> AddressBook:
        return AddressBook(self._client, self._url(place), max_bytes=_NO_LIMIT)

    def _url(self, place: CardLocation) -> str:
        if place.book not in self._books:
            self._books |= {book.id: book.url for book in find_books(self._client, self._client.url)}
        if place.book not in self._books:
            raise RefusedError(phrase("writer-book-gone", source=Code(self._name)))
        return self._books[place.book]


def _strong(etag: str) -> str:
    """The etag as the server knows it, by which it compares (RFC 9110 section 8.8.3.2).

    nginx calls an etag weak and Apache lengthens it when they compress an answer. A server that itself calls it weak
    refuses it, too.
    """
    return etag.removeprefix("W/").replace('-gzip"', '"').replace(';gzip"', '"')


def _same(one: bytes, other: bytes) -> bool:
    """The same card, but for what XML does to line ends, and what stands around it."""
    return _plain(one) == _plain(other)


def _plain(card: bytes) -> bytes:
    return card.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip()
