"""Sources that read an account by a provider's own interface: it lists contacts as JSON, and later what changed.

What providers have in common stands here; `people.py` and `graph.py` say what each of them calls it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from cardwarden.carddav.auth import Bearer
from cardwarden.carddav.client import Client, Response
from cardwarden.carddav.failure import DavError, FailureKind, login_page, refused
from cardwarden.carddav.hosts import Hosts
from cardwarden.carddav.href import host_of
from cardwarden.carddav.sign_in import AccessTokens
from cardwarden.clock import Clock
from cardwarden.errors import SettingsError, SourceError
from cardwarden.phrases.phrase import phrase
from cardwarden.sources.login import keeper
from cardwarden.sources.sealed import opened
from cardwarden.sources.source import BookRef, Fetched, Known, Observation, WrittenBy
from cardwarden.sources.watched import WatchTarget


@dataclass(frozen=True, slots=True)
class ListedContact:
    """A contact of a list: its id, what differs when it was written, and what makes its card, None if it was deleted.

    `modified` is when the provider says that it was written (ISO 8601), "" if it does not.
    """

    href: str
    stamp: str
    card: Callable[[], bytes] | None = field(repr=False)
    modified: str = ""


@dataclass(frozen=True, slots=True)
class ContactList:
    """Everybody, or what changed; and the token for what changes next, "" if the provider gave none."""

    contacts: Sequence[ListedContact]
    token: str


class Account(Protocol):
    """One account at a provider."""

    def books(self) -> list[BookRef]:
        """Its books, those that the settings leave out not among them."""

    def keeps(self, book: BookRef) -> bool:
        """Whether the settings still name a book that was known once."""

    def contacts(self, book: BookRef, token: str) -> ContactList | None:
        """What changed since the token, or everybody if it is ""; None if the provider no longer knows the token."""

    def contact(self, book: BookRef, href: str) -> ListedContact | None:
        """One contact; None if the book has none. Raises DavError if that cannot be found out."""


class OneBook:
    """An account that has one book."""

    book: BookRef

    def books(self) -> list[BookRef]:
        """The one."""
        return [self.book]

    def keeps(self, book: BookRef) -> bool:
        """Whether it is that one."""
        return book.id == self.book.id


class ContactsApi:
    """Reads one account. A member is a contact, its href the provider's id, its stamp what the provider changes with it."""

    def __init__(self, name: str, client: Client, account: Account) -> None:
        self.name = name
        self._client = client
        self._account = account

    @property
    def host(self) -> str:
        return host_of(self._client.url)

    @property
    def path(self) -> Path | None:
        return None

    @property
    def watch(self) -> WatchTarget | None:
        return None

    def begin(self) -> None:
        self._client.begin()

    def close(self) -> None:
        self._client.close()

    def books(self) -> list[BookRef]:
        return self._account.books()

    def keeps(self, book: BookRef) -> bool:
        return self._account.keeps(book)

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:  # noqa: ARG002 - each is asked itself
        return frozenset()

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        changes = self._account.contacts(book, known.token) if known.token and not deep else None
        if changes is not None:
            there = [contact for contact in changes.contacts if contact.card is not None]
            gone = {contact.href for contact in changes.contacts if contact.card is None}
            members = {href: stamp for href, stamp in known.members.items() if href not in gone}
            members |= {contact.href: contact.stamp for contact in there}
            return Observation(members, _bodies(there), changes.token)
        whole = self._account.contacts(book, "")
        if whole is None:
            raise no_list(self._client.url)
        there = [contact for contact in whole.contacts if contact.card is not None]
        members = {contact.href: contact.stamp for contact in there}
        wanted = there if deep else [member for member in there if known.members.get(member.href) != member.stamp]
        return Observation(members, _bodies(wanted), whole.token)

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> Iterable[Fetched]:
        """The known contacts that a list left out though they are there."""
        return _bodies(contact for href in hrefs if (contact := self._account.contact(book, href)) is not None)


def signed_in_client(
    name: str, url: str, login_file: Path | None, tls_ca: Path | None, secret: Callable[[str], str],
    clock: Clock, hosts: Hosts | None,
) -> Client:  # fmt: skip
    """A client that shows access tokens of the sign-in which the settings name."""

    bring = bringer(secret)
    return Client(
        url,
        Bearer(AccessTokens(lambda: opened(login_file, bring("login")), keeper(login_file), name, tls_ca)),
        clock,
        hosts=hosts,
        tls_ca=tls_ca,
    )


def bringer(secret: Callable[[str], str]) -> Callable[[str], str]:
    """Brings a secret; if it is not to be had, the book cannot be read, and its owner is told so."""

    def bring(kind: str) -> str:
        try:
            return secret(kind)
        except SettingsError as error:
            raise SourceError(error.said) from None

    return bring


def json_of(answer: Response) -> dict[str, Any]:
    """The object that a good answer holds. Raises DavError if it is no good, or holds none."""
    if answer.status != 200:
        raise refused(answer.status, answer.url, authorized=answer.authorized)
    if answer.is_web_page:
        raise login_page(answer.url)
    try:
        value = json.loads(answer.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise no_list(answer.url)
    return value


def objects(page: dict[str, Any], key: str, url: str) -> list[dict[str, Any]]:
    """The contacts of a page. Raises DavError if they are none."""
    rows = page.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise no_list(url)
    return rows


def no_list(url: str) -> DavError:
    return DavError(FailureKind.ANSWER, phrase("people-no-list", host=host_of(url)))


def _bodies(contacts: Iterable[ListedContact]) -> Iterator[Fetched]:
    for contact in contacts:
        if contact.card is not None:
            yield Fetched(contact.href, contact.stamp, contact.card(), written=_written(contact.modified))


def _written(modified: str) -> WrittenBy | None:
    """When a contact was written; which program did it, none of these providers says."""
    try:
        at = datetime.fromisoformat(modified)
    except ValueError:
        return None
    return WrittenBy("", at) if at.tzinfo else None
