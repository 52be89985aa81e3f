"""The source `google-people`: an account's contacts by Google's People API, read only.

developers.google.com/people/v1/contacts: a full list gives a sync token, which gives what changed; it is good for seven days,
and an older one is answered with EXPIRED_SYNC_TOKEN. The first page of a full list has a quota of its own (429).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlencode, urljoin

from cardwarden.carddav.client import Client, Response
from cardwarden.sources.contacts_api import ContactList, ListedContact, OneBook, json_of, no_list, objects
from cardwarden.sources.people_card import FIELDS, modified, vcard
from cardwarden.sources.source import BookRef

_PAGE: Final = 1000
_PAGES_AT_MOST: Final = 200  # which is more contacts than Google keeps for an account


class PeopleAccount(OneBook):
    """The connections of one account: resource names and etags."""

    book = BookRef("people/me/connections", "Google Contacts")

    def __init__(self, client: Client) -> None:
        self._client = client

    def contacts(self, book: BookRef, token: str) -> ContactList | None:  # noqa: ARG002 - there is one book
        asked: dict[str, str | int] = {"personFields": FIELDS, "pageSize": _PAGE, "requestSyncToken": "true"}
        if token:
            asked["syncToken"] = token
        listed: list[ListedContact] = []
        for _ in range(_PAGES_AT_MOST):
            answer = self._get("v1/people/me/connections", asked)
            if token and answer.status in {400, 410} and b"EXPIRED_SYNC_TOKEN" in answer.body:
                return None
            page = json_of(answer)
            listed += [_listed(person, answer.url) for person in objects(page, "connections", answer.url)]
            if not page.get("nextPageToken"):
                return ContactList(listed, str(page.get("nextSyncToken") or ""))
            asked["pageToken"] = str(page["nextPageToken"])
        raise no_list(self._client.url)

    def contact(self, book: BookRef, href: str) -> ListedContact | None:  # noqa: ARG002
        answer = self._get(f"v1/{quote(href)}", {"personFields": FIELDS})
        return None if answer.status == 404 else _listed(json_of(answer), answer.url)

    def _get(self, path: str, asked: Mapping[str, str | int]) -> Response:
        url = f"{urljoin(self._client.url, path)}?{urlencode(asked)}"
        return self._client.request("GET", url, headers={"Accept": "application/json"})


def _listed(person: Mapping[str, Any], url: str) -> ListedContact:
    """A person of a list. Raises DavError for one without a name of its own."""
    href, metadata = person.get("resourceName"), person.get("metadata")
    if not isinstance(href, str) or not href:
        raise no_list(url)
    is_deleted = isinstance(metadata, dict) and metadata.get("deleted") is True
    return ListedContact(
        href, str(person.get("etag") or ""), None if is_deleted else partial(vcard, person), modified(person)
    )
