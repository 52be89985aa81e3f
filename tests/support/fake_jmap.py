"""A server that plays JMAP for Contacts as it is documented: RFC 8620 and RFC 9610, the methods that read.

RFC 8620: the session (section 2), `get` (5.1) with no more than maxObjectsInGet, `changes` (5.2) in pieces, with an error for a
state that is too old, `query` (5.5) in pages, downloads of blobs (6.2). RFC 9610: AddressBook (2), ContactCard (3).
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from support.fake_dav import FakeDav, Reply, Request, serving

CONTACTS = "urn:ietf:params:jmap:contacts"
TOKEN, USER, PASSWORD = "token-1", "anna@example.org", "secret"


@dataclass
class FakeJmap:
    """One account.

    cards     by id, as JSContact
    books     the names of its address books, by id
    history   ids that were written or destroyed, in order
    at_once   maxObjectsInGet, and how many changes it gives at once
    forgets   whether the states given so far are too old
    errors    what the next calls of a method are refused with
    cut       whether its lists end before their total
    calls     methods that were called
    """

    dav: FakeDav
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    books: dict[str, str] = field(default_factory=lambda: {"b1": "Personal"})
    history: list[str] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    at_once: int = 500
    forgets: bool = False
    errors: dict[str, list[str]] = field(default_factory=dict)
    cut: bool = False
    calls: list[str] = field(default_factory=list)
    capabilities: tuple[str, ...] = ("urn:ietf:params:jmap:core", CONTACTS)
    api_host: str = ""

    @property
    def root(self) -> str:
        return self.dav.root

    def put(self, name: str, card: dict[str, Any], *books: str) -> None:
        self.cards[name] = {"id": name, "addressBookIds": dict.fromkeys(books or ("b1",), True), **card}
        self.history.append(name)

    def delete(self, name: str) -> None:
        del self.cards[name]
        self.history.append(name)

    def answer(self, request: Request) -> Reply:
        path = urlsplit(request.path).path
        basic = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("Authorization") not in {f"Bearer {TOKEN}", basic}:
            return Reply(401, headers={"WWW-Authenticate": 'Bearer realm="mail", Basic realm="mail"'})
        if path == "/.well-known/jmap":
            return Reply(307, headers={"Location": "/jmap/session"})
        if path == "/jmap/session":
            return _json(self._session())
        if path.startswith("/jmap/download/a1/"):
            return Reply(200, self.blobs[path.split("/")[4]], {"Content-Type": "image/png"})
        assert (request.method, path) == ("POST", "/jmap/api")
        asked = json.loads(request.body)
        assert set(asked["using"]) == {"urn:ietf:params:jmap:core", CONTACTS}
        return _json({"methodResponses": [self._called(*call) for call in asked["methodCalls"]], "sessionState": "s"})

    def _session(self) -> dict[str, Any]:
        return {
            "capabilities": {key: {"maxObjectsInGet": self.at_once} for key in self.capabilities},
            "accounts": {"a1": {"name": USER, "accountCapabilities": {CONTACTS: {}}}},
            "primaryAccounts": {name: "a1" for name in self.capabilities if not name.endswith("core")},
            "username": USER,
            "apiUrl": f"{self.api_host}/jmap/api",
            "downloadUrl": "/jmap/download/{accountId}/{blobId}/{name}?accept={type}",
            "state": "s",
        }  # fmt: skip

    def _called(self, method: str, asked: dict[str, Any], call: str) -> list[Any]:
        self.calls.append(method)
        if refusals := self.errors.get(method):
            return ["error", {"type": refusals.pop(0)}, call]
        assert asked.pop("accountId") == "a1"
        state = str(len(self.history))
        match method, asked:
            case "AddressBook/get", {"ids": None}:
                found: dict[str, Any] = {"list": [{"id": key, "name": name} for key, name in self.books.items()]}
            case "ContactCard/get", {"ids": ids} if len(ids) > self.at_once:
                return ["error", {"type": "requestTooLarge"}, call]
            case "ContactCard/get", {"ids": ids}:
                found = {"list": [self.cards[one] for one in ids if one in self.cards], "state": state,
                         "notFound": [one for one in ids if one not in self.cards]}  # fmt: skip
            case "ContactCard/query", {"filter": {"inAddressBook": book}, "position": start, "limit": limit}:
                ids = sorted(key for key, card in self.cards.items() if card["addressBookIds"].get(book))
                page = ids[start : start + limit]
                found = {"ids": page[:1] if self.cut and not start else [] if self.cut else page, "total": len(ids),
                         "position": start, "queryState": state, "canCalculateChanges": False}  # fmt: skip
            case "ContactCard/changes", {"sinceState": since, "maxChanges": most}:
                if self.forgets:
                    return ["error", {"type": "cannotCalculateChanges"}, call]
                some = self.history[int(since) :][:most]
                now = int(since) + len(some)
                old, names = set(self.history[: int(since)]), dict.fromkeys(some)
                found = {"oldState": since, "newState": str(now), "hasMoreChanges": now < len(self.history),
                         "created": [one for one in names if one in self.cards and one not in old],
                         "updated": [one for one in names if one in self.cards and one in old],
                         "destroyed": [one for one in names if one not in self.cards]}  # fmt: skip
            case _:
                return ["error", {"type": "invalidArguments"}, call]
        return [method, {"accountId": "a1", **found}, call]


def _json(value: object) -> Reply:
    return Reply(200, json.dumps(value), {"Content-Type": "application/json"})


@contextmanager
def jmap() -> Iterator[FakeJmap]:
    """The server on a free port of 127.0.0.1, over TLS with the certificate of `support/tls`."""
    with serving(tls=True) as dav:
        fake = FakeJmap(dav)
        dav.always = fake.answer
        yield fake
