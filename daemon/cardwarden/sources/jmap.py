"""The source `jmap`: the address books of an account by JMAP for Contacts (RFC 9610), read only.

RFC 8620: a session names the account and the address of its interface (section 2); a state string tells what changes later
(5.2), and a server that no longer can answers cannotCalculateChanges. RFC 9610: a card may be in several books.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from cardwarden.carddav.client import Client
from cardwarden.carddav.failure import DavError, FailureKind, refused
from cardwarden.carddav.href import absolute, host_of
from cardwarden.errors import SourceError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.contacts_api import ContactList, ListedContact, json_of, no_list, objects
from cardwarden.sources.jscontact_card import vcard
from cardwarden.sources.source import BookRef
from cardwarden.text import clip, harmless

_CORE: Final = "urn:ietf:params:jmap:core"
_CONTACTS: Final = "urn:ietf:params:jmap:contacts"
_PAGE: Final = 250
_PAGES_AT_MOST: Final = 4000
_BUSY: Final = frozenset({"serverUnavailable", "serverPartialFail", "tooManyChanges", "rateLimit"})
_REFUSED: Final = frozenset({"forbidden", "accountNotFound", "accountNotSupportedByMethod"})


@dataclass(frozen=True, slots=True)
class _Session:
    """What a session says: the account with the contacts, where it is asked, where blobs are, how many objects at once."""

    account: str
    api: str
    blobs: str
    at_once: int


class _MethodError(Exception):
    """A method was refused (RFC 8620, 3.6.2); its type."""


class JmapAccount:
    """The contacts of one account. A stamp is the digest of what the server says of a card, which has no mark of its own."""

    def __init__(self, source: str, client: Client, collections: Sequence[str]) -> None:
        self._source = source
        self._client = client
        self._collections = collections
        self._known: _Session | None = None

    def books(self) -> list[BookRef]:
        """Those whose names or ids the settings name. Raises SourceError if a name fits none: a book may have gone."""
        answer = self._asked("AddressBook/get", {"ids": None})
        books = [
            BookRef(str(listed["id"]), harmless(str(listed.get("name") or listed["id"])))
            for listed in objects(answer, "list", self._client.url)
            if isinstance(listed.get("id"), str)
        ]
        for pattern in self._collections:
            if not any(_fits(book, pattern) for book in books):
                there = ", ".join(f'"{clip(book.title, 40)}"' for book in books)
                raise SourceError(
                    phrase("dav-no-such-book", name=clip(pattern, 40), source=self._source, names=Code(there))
                )
        return [book for book in books if self.keeps(book)]

    def keeps(self, book: BookRef) -> bool:
        return any(_fits(book, pattern) for pattern in self._collections)

    def contacts(self, book: BookRef, token: str) -> ContactList | None:
        if token:
            return self._changes(book, token)
        # The state comes first: what changes while it is listed is listed once more, and never missed.
        state = self._get([])[1]
        listed = [contact for ids in self._pages(book) for contact in self._cards(book, ids)]
        return ContactList([contact for contact in listed if contact.card is not None], state)

    def contact(self, book: BookRef, href: str) -> ListedContact | None:
        cards = [card for card in self._cards(book, [href]) if card.card is not None]
        return cards[0] if cards else None

    def _changes(self, book: BookRef, state: str) -> ContactList | None:
        """What changed in the account since the state; a card that left the book is as one that was deleted."""
        changed: dict[str, ListedContact] = {}
        for _ in range(_PAGES_AT_MOST):
            try:
                answer = self._call("ContactCard/changes", {"sinceState": state, "maxChanges": self._session().at_once})
            except _MethodError as error:
                if str(error) in {"cannotCalculateChanges", "invalidArguments"}:
                    return None
                raise self._failed(str(error)) from None
            ids = [*_ids(answer, "created", self._client.url), *_ids(answer, "updated", self._client.url)]
            changed |= {card.href: card for card in self._cards(book, ids)}
            changed |= {gone: ListedContact(gone, "", None) for gone in _ids(answer, "destroyed", self._client.url)}
            newer = answer.get("newState")
            if not isinstance(newer, str) or (newer == state and answer.get("hasMoreChanges")):
                raise no_list(self._client.url)
            state = newer
            if not answer.get("hasMoreChanges"):
                return ContactList(list(changed.values()), state)
        raise no_list(self._client.url)

    def _pages(self, book: BookRef) -> Iterator[list[str]]:
        """The ids of all cards of a book."""
        size, seen, before = self._session().at_once, 0, list[str]()
        for _ in range(_PAGES_AT_MOST):
            asked = {
                "filter": {"inAddressBook": book.id}, "sort": [{"property": "uid"}], "position": seen, "limit": size,
                "calculateTotal": True,
            }  # fmt: skip
            answer = self._asked("ContactCard/query", asked)
            ids = _ids(answer, "ids", self._client.url)
            total = answer.get("total")
            if ids and ids == before:
                raise no_list(self._client.url)  # it begins anew each time, and never ends
            seen, before = seen + len(ids), ids
            yield ids
            if not ids or (isinstance(total, int) and seen >= total):
                if isinstance(total, int) and seen < total:
                    raise no_list(self._client.url)  # the list was cut
                return
        raise no_list(self._client.url)

    def _cards(self, book: BookRef, ids: Sequence[str]) -> Iterator[ListedContact]:
        """These cards; one that is not in the book, or not there, without its card."""
        size = self._session().at_once
        for start in range(0, len(ids), size):
            batch = ids[start : start + size]
            objects_by_id = {str(entry.get("id")): entry for entry in self._get(batch)[0]}
            for href in batch:
                card = objects_by_id.get(href)
                books = card.get("addressBookIds") if card else None
                if card is None or not isinstance(books, Mapping) or not books.get(book.id):
                    yield ListedContact(href, "", None)
                else:
                    yield ListedContact(href, _digest(card), partial(vcard, card, self._blob))

    def _get(self, ids: Sequence[str]) -> tuple[list[dict[str, Any]], str]:
        answer = self._asked("ContactCard/get", {"ids": list(ids)})
        state = answer.get("state")
        if not isinstance(state, str):
            raise no_list(self._client.url)
        return objects(answer, "list", self._client.url), state

    def _blob(self, media: Mapping[str, Any]) -> str:
        """What a picture's blob holds, as an address that holds it (RFC 8620, 6.2)."""
        session, kind = self._session(), str(media.get("mediaType") or "application/octet-stream")
        url = session.blobs
        for name, value in (
            ("accountId", session.account),
            ("blobId", str(media["blobId"])),
            ("type", kind),
            ("name", "x"),
        ):
            url = url.replace(f"{{{name}}}", quote(value, safe=""))
        answer = self._client.request("GET", url, headers={"Accept": "*/*"})
        if answer.status != 200:
            raise refused(answer.status, answer.url, authorized=answer.authorized)
        return f"data:{kind};base64,{base64.b64encode(answer.body).decode()}"

    def _asked(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """As `_call`; every error of a method is one of the book's."""
        try:
            return self._call(method, arguments)
        except _MethodError as error:
            raise self._failed(str(error)) from None

    def _failed(self, kind: str) -> DavError:
        """What the refusal of a method means."""
        said = phrase("jmap-refused", host=Code(host_of(self._client.url)), code=Code(clip(harmless(kind), 60)))
        if kind in _BUSY:
            return DavError(FailureKind.PASSING, said)
        return DavError(FailureKind.FORBIDDEN if kind in _REFUSED else FailureKind.ANSWER, said)

    def _call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of one method. Raises _MethodError if it is refused, DavError if nothing comes."""
        session = self._session()
        asked = {
            "using": [_CORE, _CONTACTS],
            "methodCalls": [[method, {"accountId": session.account, **arguments}, "0"]],
        }
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        # An answer is asked for, nothing is changed there: it may be asked for again.
        answer = self._client.request("POST", session.api, json.dumps(asked).encode(), headers, repeatable=True)
        if answer.status in {401, 403, 404}:
            self._known = None
        match json_of(answer).get("methodResponses"):
            case [[str(name), dict(values), "0"]] if name == method:
                return values
            case [["error", dict(values), _]]:
                raise _MethodError(str(values.get("type", "?")))
        raise no_list(session.api)

    def _session(self) -> _Session:
        """The session, asked for once. Raises DavError if the account has no contacts, or none is told."""
        if self._known is None:
            answer = self._client.request("GET", self._client.url, headers={"Accept": "application/json"})
            said = json_of(answer)
            capabilities, account = said.get("capabilities"), _account(said)
            core = capabilities.get(_CORE) if isinstance(capabilities, dict) else None
            if not isinstance(core, dict) or not account or not isinstance(said.get("apiUrl"), str):
                raise DavError(FailureKind.SETUP, phrase("jmap-no-contacts", host=Code(host_of(answer.url))))
            try:
                api, blobs = absolute(answer.url, said["apiUrl"]), absolute(answer.url, str(said.get("downloadUrl")))
            except ValueError:
                raise no_list(answer.url) from None
            limit = core.get("maxObjectsInGet")
            self._known = _Session(
                account, api, blobs, min(_PAGE, limit) if isinstance(limit, int) and limit > 0 else _PAGE
            )
        return self._known


def _account(session: Mapping[str, Any]) -> str:
    """The account whose contacts are meant: the primary one, else the first that has some; "" if none has."""
    primary, accounts = session.get("primaryAccounts"), session.get("accounts")
    if isinstance(primary, dict) and isinstance(primary.get(_CONTACTS), str):
        return str(primary[_CONTACTS])
    for name, account in accounts.items() if isinstance(accounts, dict) else ():
        can = account.get("accountCapabilities") if isinstance(account, dict) else None
        if isinstance(can, dict) and _CONTACTS in can:
            return str(name)
    return ""


def _fits(book: BookRef, pattern: str) -> bool:
    return fnmatchcase(book.title, pattern) or fnmatchcase(book.id, pattern)


def _ids(answer: Mapping[str, Any], key: str, url: str) -> list[str]:
    """A list of ids. Raises DavError if it is none."""
    ids = answer.get(key)
    if not isinstance(ids, list) or not all(isinstance(entry, str) and entry for entry in ids):
        raise no_list(url)
    return ids


def _digest(card: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()
