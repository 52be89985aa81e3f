"""From an address that a person knows to the address books there (RFC 6764, RFC 5397, RFC 6352 section 7.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cardwarden.carddav import queries
from cardwarden.carddav.client import Client
from cardwarden.carddav.failure import DavError, FailureKind
from cardwarden.carddav.href import absolute, cleaned, key_of, last_segment, shown_address
from cardwarden.carddav.multistatus import Resource
from cardwarden.phrases.phrase import Code, phrase

_WELL_KNOWN = "/.well-known/carddav"
USUAL = ("/remote.php/dav/", "/dav.php/", "/carddav/")
"""Where programs that people run themselves have CardDAV, for a host whose owner did not set up the well-known place."""
_HOMES_AT_MOST = 50
_NOT_HERE = frozenset(
    {FailureKind.AWAY, FailureKind.ANSWER, FailureKind.PAGE, FailureKind.FORBIDDEN, FailureKind.FAULT}
)
"""Failures after which another place on the same server is tried."""


@dataclass(frozen=True, slots=True)
class Collection:
    """An address book's address, and the name its owner gave it (else the last part of its address).

    `home` is the address of the collection that lists it, "" if nothing does: it was asked for itself.
    """

    url: str
    title: str
    home: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """The path in its one spelling: hosts of large services come and go, paths stay."""
        return key_of(self.url)


def find_books(client: Client, url: str) -> list[Collection]:
    """The address book at `url`, or all that the user of a server has, sorted by address.

    Which host a mail address belongs to (RFC 6764 section 3) is found out before (`services.py`).
    Raises DavError if the server cannot be asked, or leads to no address book.
    """
    last: DavError | None = None
    for start in _starts(url):
        try:
            books = _from(client, start)
        except DavError as error:
            if error.kind not in _NOT_HERE:
                raise
            last = last or error
            continue
        if books:
            return sorted(books, key=lambda book: book.id)
    if last:
        raise last
    raise DavError(
        FailureKind.ANSWER,
        phrase("dav-no-book-found", url=Code(shown_address(url))),
    )


def _starts(url: str) -> Iterator[str]:
    """Where to begin: a bare host has its place for this; a path that a person gave comes first."""
    given = urlsplit(url).path.strip("/") != ""
    if given:
        yield url
    yield absolute(url, _WELL_KNOWN)
    yield absolute(url, "/")
    if not given:
        yield from (absolute(url, path) for path in USUAL)


def _from(client: Client, start: str) -> list[Collection]:
    """The books that one address leads to, directly, through its principal, or as a home itself."""
    here, row = _who(client, start)
    if row.is_book:
        return [_book(here, row, home="")]
    homes = _absolute(here, row.homes)
    if not homes and row.principal:
        principal, about = _who(client, _address(here, row.principal))
        homes = _absolute(principal, about.homes)
    if len(homes) > _HOMES_AT_MOST:
        raise DavError(
            FailureKind.ANSWER,
            phrase("dav-too-many-homes", url=Code(shown_address(here)), limit=_HOMES_AT_MOST),
        )
    books = [book for home in homes or [here] for book in _in_home(client, home)]
    return list({book.url: book for book in books}.values())


def _who(client: Client, url: str) -> tuple[str, Resource]:
    """Where `url` leads and what stands there."""
    multistatus = client.propfind(url, queries.WHO, depth=0)
    rows = multistatus.rows
    if not rows:
        raise DavError(FailureKind.ANSWER, phrase("dav-answer-empty", url=Code(shown_address(url))))
    own = next((row for row in rows if _key(row.href) == key_of(multistatus.url)), rows[0])
    return beside(multistatus.url, own), own


def _in_home(client: Client, home: str) -> Iterator[Collection]:
    multistatus = client.propfind(home, queries.BOOKS, depth=1)
    for row in multistatus.rows:
        if row.is_book:
            yield _book(beside(multistatus.url, row), row, home=multistatus.url)


def _book(url: str, row: Resource, *, home: str) -> Collection:
    return Collection(url, row.title or last_segment(url), home)


def _absolute(base: str, hrefs: Iterable[str]) -> list[str]:
    return [_address(base, href) for href in hrefs if cleaned(href)]


def beside(base: str, row: Resource) -> str:
    """A row's address: on the host that was asked, for behind a proxy servers write an inner name into their rows.

    Raises DavError if it is none.
    """
    return _address(base, urlsplit(_address(base, row.href)).path)


def _address(base: str, href: str) -> str:
    try:
        return absolute(base, href)
    except ValueError:
        raise DavError(FailureKind.ANSWER, phrase("dav-answer-names-oddly", url=Code(shown_address(base)))) from None


def _key(href: str) -> str:
    try:
        return key_of(href)
    except ValueError:
        return ""
