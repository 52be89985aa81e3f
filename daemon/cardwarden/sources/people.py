"""The source `google-people`: an account's contacts by Google's People API, read only.

developers.google.com/people/v1/contacts: a full list gives a sync token, which gives what changed; it is good for seven days,
and an older one is answered with EXPIRED_SYNC_TOKEN. The first page of a full list has a quota of its own (429).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urljoin

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
from cardwarden.sources.people_card import FIELDS, vcard
from cardwarden.sources.people_options import PeopleOptions
from cardwarden.sources.source import BookRef, Fetched, Known, Observation
from cardwarden.sources.watched import WatchTarget

_BOOK: Final = BookRef("people/me/connections", "Google Contacts")
_PAGE: Final = 1000
_PAGES_AT_MOST: Final = 200  # which is more contacts than Google keeps for an account

Person = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Connections:
    """What the list said: the persons, those that were deleted among them, and the token for what changes next."""

    persons: Sequence[Person]
    sync_token: str


class People:
    """Reads one account. A member's href is the person's resource name, its stamp the person's etag."""

    def __init__(
        self, name: str, options: PeopleOptions, secret: Callable[[str], str], clock: Clock, hosts: Hosts | None = None
    ) -> None:
        self.name = name
        self._url = options.url

        def bring() -> str:
            try:
                return secret("login")
            except SettingsError as error:
                raise SourceError(error.said) from None

        tokens = AccessTokens(bring, keeper(options.login_file), name, options.tls_ca)
        self._client = Client(options.url, Bearer(tokens), clock, hosts=hosts, tls_ca=options.tls_ca)

    @property
    def host(self) -> str:
        return host_of(self._url)

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
        return [_BOOK]

    def keeps(self, book: BookRef) -> bool:
        return book.id == _BOOK.id

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:  # noqa: ARG002 - there is one book
        changes = self._list(known.token) if known.token and not deep else None
        if changes is not None:
            gone = {_href(person) for person in changes.persons if _is_deleted(person)}
            there = [person for person in changes.persons if not _is_deleted(person)]
            members = {href: stamp for href, stamp in known.members.items() if href not in gone}
            members |= {_href(person): _stamp(person) for person in there}
            return Observation(members, _bodies(there), changes.sync_token)
        whole = self._list("")
        if whole is None:
            raise DavError(FailureKind.ANSWER, phrase("people-no-list", host=self.host))
        persons = [person for person in whole.persons if not _is_deleted(person)]
        members = {_href(person): _stamp(person) for person in persons}
        wanted = persons if deep else [p for p in persons if known.members.get(_href(p)) != _stamp(p)]
        return Observation(members, _bodies(wanted), whole.sync_token)

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> Iterable[Fetched]:  # noqa: ARG002
        """The known persons that a list left out though they are there."""
        for href in hrefs:
            answer = self._get(urljoin(self._url, f"v1/{quote(href)}"), {"personFields": FIELDS})
            if answer.status == 200:
                person = _json(answer)
                yield Fetched(href, _stamp(person), vcard(person))
            elif answer.status != 404:
                raise refused(answer.status, answer.url, authorized=answer.authorized)

    def _list(self, sync_token: str) -> _Connections | None:
        """What changed since the token, or everybody without one; None if Google no longer knows the token."""
        asked: dict[str, str | int] = {"personFields": FIELDS, "pageSize": _PAGE, "requestSyncToken": "true"}
        if sync_token:
            asked["syncToken"] = sync_token
        persons: list[Person] = []
        for _ in range(_PAGES_AT_MOST):
            answer = self._get(urljoin(self._url, "v1/people/me/connections"), asked)
            if sync_token and answer.status in {400, 410} and b"EXPIRED_SYNC_TOKEN" in answer.body:
                return None
            if answer.status != 200:
                raise refused(answer.status, answer.url, authorized=answer.authorized)
            page = _json(answer)
            found = page.get("connections", [])
            if not isinstance(found, list) or not all(isinstance(one, dict) and _href(one) for one in found):
                raise DavError(FailureKind.ANSWER, phrase("people-no-list", host=self.host))
            persons += found
            token = page.get("nextPageToken")
            if not token:
                return _Connections(persons, str(page.get("nextSyncToken") or ""))
            asked["pageToken"] = str(token)
        raise DavError(FailureKind.ANSWER, phrase("people-no-list", host=self.host))

    def _get(self, url: str, asked: Mapping[str, str | int]) -> Response:
        return self._client.request("GET", f"{url}?{urlencode(asked)}", headers={"Accept": "application/json"})


def _json(answer: Response) -> dict[str, Any]:
    """The object that an answer holds. Raises DavError if it holds none."""
    if answer.is_web_page:
        raise login_page(answer.url)
    try:
        value = json.loads(answer.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise DavError(FailureKind.ANSWER, phrase("people-no-list", host=host_of(answer.url)))
    return value


def _href(person: Person) -> str:
    return str(person.get("resourceName") or "")


def _stamp(person: Person) -> str:
    return str(person.get("etag") or "")


def _is_deleted(person: Person) -> bool:
    metadata = person.get("metadata")
    return isinstance(metadata, dict) and metadata.get("deleted") is True


def _bodies(persons: Iterable[Person]) -> Iterator[Fetched]:
    for person in persons:
        yield Fetched(_href(person), _stamp(person), vcard(person))
