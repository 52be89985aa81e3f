"""The source `microsoft`: the default contacts folder of an account by Microsoft Graph, read only.

learn.microsoft.com/graph/api/contact-delta: a round of pages ends in a deltaLink, which is the token for what changes next;
what was removed comes as `@removed`; a token that is too old is answered with 410 Gone. Ids change when a contact is moved,
unless immutable ones are asked for (learn.microsoft.com/graph/outlook-immutable-id).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlencode, urljoin

from cardwarden.carddav.client import Client, Response
from cardwarden.carddav.href import same_site
from cardwarden.sources.contacts_api import ContactList, ListedContact, OneBook, json_of, no_list, objects
from cardwarden.sources.graph_card import FIELDS, vcard
from cardwarden.sources.json_values import string
from cardwarden.sources.source import BookRef

_PAGES_AT_MOST: Final = 1000


class GraphAccount(OneBook):
    """The contacts of one account: ids and change keys."""

    book = BookRef("me/contacts", "Outlook")

    def __init__(self, client: Client) -> None:
        self._client = client

    def contacts(self, book: BookRef, token: str) -> ContactList | None:  # noqa: ARG002 - there is one book
        first = urljoin(self._client.url, "v1.0/me/contacts/delta") + "?" + urlencode({"$select": FIELDS})
        url = token or first
        listed: list[ListedContact] = []
        for _ in range(_PAGES_AT_MOST):
            answer = self._get(url)
            if token and answer.status == 410:
                return None
            page = json_of(answer)
            listed += [_listed(contact, answer.url) for contact in objects(page, "value", answer.url)]
            if isinstance(page.get("@odata.deltaLink"), str):
                return ContactList(listed, page["@odata.deltaLink"])
            url = str(page.get("@odata.nextLink") or "")
            if not url:
                break  # neither a next page nor an end: the list was cut
        raise no_list(self._client.url)

    def contact(self, book: BookRef, href: str) -> ListedContact | None:  # noqa: ARG002
        answer = self._get(urljoin(self._client.url, f"v1.0/me/contacts/{quote(href, safe='')}") + f"?$select={FIELDS}")
        return None if answer.status == 404 else _listed(json_of(answer), answer.url)

    def _get(self, url: str) -> Response:
        """Raises DavError if a link leads to another host."""
        if not same_site(self._client.url, url):
            raise no_list(self._client.url)
        headers = {"Accept": "application/json", "Prefer": 'IdType="ImmutableId", odata.maxpagesize=200'}
        return self._client.request("GET", url, headers=headers)


def _listed(contact: Mapping[str, Any], url: str) -> ListedContact:
    """A contact of a list. Raises DavError for one without an id."""
    href = contact.get("id")
    if not isinstance(href, str) or not href:
        raise no_list(url)
    stamp = str(contact.get("changeKey") or contact.get("@odata.etag") or "")
    return ListedContact(
        href, stamp, None if "@removed" in contact else partial(vcard, contact), string(contact, "lastModifiedDateTime")
    )
