"""A server that plays the People API as it is documented (developers.google.com/people/v1/contacts), behind the same sign-in.

Full and incremental lists, pages, sync tokens that expire (`EXPIRED_SYNC_TOKEN`), deletions as persons whose metadata says so,
and a quota of its own for the first page of a full list (429).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from support.fake_dav import Reply, Request
from support.fake_google import FakeGoogle, google


@dataclass
class FakePeople:
    """The contacts of `account`.

    persons      by the last part of their resource name
    history      who was written or deleted, in order
    page         persons a page
    expired      whether the sync tokens given so far are too old
    busy         how many answers are 429 first
    leaves_out   persons that a list lacks though they are there
    """

    account: FakeGoogle
    persons: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    page: int = 1000
    expired: bool = False
    busy: int = 0
    leaves_out: set[str] = field(default_factory=set)
    lists: list[bool] = field(default_factory=list)

    def put(self, name: str, **person: Any) -> None:
        self.persons[name] = person
        self.history.append(name)

    def delete(self, name: str) -> None:
        del self.persons[name]
        self.history.append(name)

    def person(self, name: str) -> dict[str, Any]:
        resource = f"people/{name}"
        if name not in self.persons:
            return {"resourceName": resource, "metadata": {"deleted": True}}
        said = self.persons[name]
        etag = "%" + hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
        return {
            "resourceName": resource,
            "etag": etag,
            "metadata": {"sources": [{"type": "CONTACT", "id": name}]},
            **said,
        }

    def answer(self, request: Request) -> Reply | None:
        split = urlsplit(request.path)
        if not split.path.startswith("/v1/"):
            return self.account.answer(request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.account.access:
            return _error(401, "UNAUTHENTICATED")
        if self.busy:
            self.busy -= 1
            return _error(429, "RESOURCE_EXHAUSTED")
        asked = {key: value[0] for key, value in parse_qs(split.query).items()}
        assert "names" in asked["personFields"]
        if split.path != "/v1/people/me/connections":
            name = unquote(split.path).removeprefix("/v1/people/")
            return _json(200, self.person(name)) if name in self.persons else _error(404, "NOT_FOUND")
        return self._connections(asked)

    def _connections(self, asked: dict[str, str]) -> Reply:
        token = asked.get("syncToken")
        if token and self.expired:
            reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "EXPIRED_SYNC_TOKEN"}
            return _error(400, "FAILED_PRECONDITION", reason)
        if token:
            names = list(dict.fromkeys(self.history[int(token) :]))
        else:
            names = [name for name in self.persons if name not in self.leaves_out]
        begin = int(asked.get("pageToken", 0))
        if not begin:
            self.lists.append(bool(token))
        answer: dict[str, Any] = {"connections": [self.person(name) for name in names[begin : begin + self.page]]}
        if not answer["connections"]:
            del answer["connections"]  # as Google does
        if begin + self.page < len(names):
            answer["nextPageToken"] = str(begin + self.page)
        else:
            answer["nextSyncToken"] = str(len(self.history))
        return _json(200, answer)


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value), {"Content-Type": "application/json; charset=UTF-8"})


def _error(status: int, name: str, *details: object) -> Reply:
    return _json(status, {"error": {"code": status, "message": name, "status": name, "details": list(details)}})


@contextmanager
def people() -> Iterator[FakePeople]:
    """The server on a free port of 127.0.0.1, over TLS with the certificate of `support/tls`."""
    with google() as account:
        fake = FakePeople(account)
        account.dav.always = fake.answer
        yield fake
