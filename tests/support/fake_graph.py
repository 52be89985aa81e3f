"""A server that plays Microsoft's documented habits: sign-in by a code, and contacts by delta queries.

learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code: pending, slow down, declined, expired; refresh tokens are
exchanged. learn.microsoft.com/graph/api/contact-delta: pages with nextLink and deltaLink, `@removed`, 410 for a token that is
too old; a change key for each writing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from support.fake_dav import FakeDav, Reply, Request, serving


@dataclass
class FakeGraph:
    """One account.

    answers      what polling for the sign-in gets before the token, in order
    contacts     by id
    history      ids that were written or deleted, in order
    too_old      whether the delta tokens given so far are
    elsewhere    whether a page leads to another host
    """

    dav: FakeDav
    answers: list[str] = field(default_factory=list)
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    page: int = 200
    too_old: bool = False
    elsewhere: bool = False
    cut: bool = False
    refresh: list[str] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    access: set[str] = field(default_factory=set)
    deltas: list[bool] = field(default_factory=list)

    @property
    def root(self) -> str:
        return self.dav.root

    def put(self, name: str, **contact: Any) -> None:
        self.contacts[name] = contact
        self.history.append(name)

    def delete(self, name: str) -> None:
        del self.contacts[name]
        self.history.append(name)

    def contact(self, name: str) -> dict[str, Any]:
        if name not in self.contacts:
            return {"id": name, "@removed": {"reason": "deleted"}}
        said = self.contacts[name]
        return {"id": name, "changeKey": hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(), **said}

    def answer(self, request: Request) -> Reply:
        split = urlsplit(request.path)
        asked = {key: value[0] for key, value in parse_qs(split.query).items()}
        if split.path.startswith("/common/oauth2/v2.0/"):
            return self._login(split.path.rpartition("/")[2], {k: v[0] for k, v in parse_qs(request.body).items()})
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.access:
            return Reply(401, headers={"WWW-Authenticate": "Bearer"})
        if split.path == "/v1.0/me/contacts/delta":
            assert "ImmutableId" in request.headers["Prefer"]
            return self._delta(asked)
        name = unquote(split.path).removeprefix("/v1.0/me/contacts/")
        return (
            _json(200, self.contact(name))
            if name in self.contacts
            else _json(404, {"error": {"code": "ErrorItemNotFound"}})
        )

    def _login(self, what: str, asked: dict[str, str]) -> Reply:
        if what == "devicecode":
            assert "offline_access" in asked["scope"]
            return _json(200, {"user_code": "FJC-3W8", "device_code": "device-1", "verification_uri": f"{self.root}/devicelogin",
                               "expires_in": 900, "interval": 1, "message": "To sign in ..."})  # fmt: skip
        if asked["grant_type"].endswith("device_code"):
            if self.answers:
                return _json(400, {"error": self.answers.pop(0)})
        elif asked["refresh_token"] not in self.refresh or asked["refresh_token"] in self.withdrawn:
            return _json(400, {"error": "invalid_grant", "error_description": "AADSTS70000"})
        else:
            self.withdrawn.add(asked["refresh_token"])
        self.refresh.append(f"refresh-{len(self.refresh)}")
        self.access.add(f"access-{len(self.refresh)}")
        return _json(200, {"token_type": "Bearer", "access_token": f"access-{len(self.refresh)}", "expires_in": 3600,
                           "refresh_token": self.refresh[-1], "scope": "Contacts.Read"})  # fmt: skip

    def _delta(self, asked: dict[str, str]) -> Reply:
        token = asked.get("$deltatoken")
        if token and self.too_old:
            return _json(410, {"error": {"code": "SyncStateNotFound"}})
        names = list(dict.fromkeys(self.history[int(token) :])) if token else list(self.contacts)
        begin = int(asked.get("$skiptoken", 0))
        if not begin:
            self.deltas.append(bool(token))
            assert token or "displayName" in asked["$select"]
        page: dict[str, Any] = {"value": [self.contact(name) for name in names[begin : begin + self.page]]}
        here = "https://graph.example.org" if self.elsewhere else self.root
        more = f"&$deltatoken={token}" if token else "&$select=displayName"
        if begin + self.page < len(names):
            page["@odata.nextLink"] = f"{here}/v1.0/me/contacts/delta?$skiptoken={begin + self.page}{more}"
        elif not self.cut:
            page["@odata.deltaLink"] = f"{self.root}/v1.0/me/contacts/delta?$deltatoken={len(self.history)}"
        return _json(200, page)


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value), {"Content-Type": "application/json"})


@contextmanager
def graph() -> Iterator[FakeGraph]:
    """The server on a free port of 127.0.0.1, over TLS with the certificate of `support/tls`."""
    with serving(tls=True) as dav:
        fake = FakeGraph(dav)
        dav.always = fake.answer
        yield fake
