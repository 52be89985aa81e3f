"""A server that plays the documented habits of Google's: CardDAV behind OAuth 2.

developers.google.com/people/carddav: discovery at /.well-known/carddav, one book named "default", only bearer tokens.
developers.google.com/identity/protocols/oauth2/native-app: authorization with PKCE and a loopback redirect, refresh tokens, and
`invalid_grant` for one that was withdrawn, or is older than seven days in a project under test. What clients found beside
the documents: a book without a resourcetype, and 404 for the principal.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from support.fake_dav import BOOK, FakeDav, Reply, Request, multistatus, serving

USER = "anna@example.org"
HERE = f"/carddav/v1/principals/{USER}/lists/default/"
CLIENT = {"client_id": "client-1", "client_secret": "secret-of-the-client"}


@dataclass
class FakeGoogle:
    """One account. `dav` holds its book, under the address that Google has for it.

    consents   whether the user agrees in the browser
    withdrawn  refresh tokens that are no longer good
    rotates    whether a refresh gives a new refresh token, as other providers do
    """

    dav: FakeDav
    consents: bool = True
    withdrawn: set[str] = field(default_factory=set)
    rotates: bool = False
    access: set[str] = field(default_factory=set)
    refresh: list[str] = field(default_factory=list)
    refreshed: int = 0
    challenges: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return self.dav.root

    @property
    def well_known(self) -> str:
        return f"{self.root}/.well-known/carddav"

    def client_file(self) -> str:
        """What the console gives for a desktop app."""
        uris = {"auth_uri": f"{self.root}/o/oauth2/auth", "token_uri": f"{self.root}/token"}
        return json.dumps({"installed": {**CLIENT, **uris, "redirect_uris": ["http://localhost"]}})

    def expire(self) -> None:
        """An hour passes."""
        self.access.clear()

    def answer(self, request: Request) -> Reply | None:
        split = urlsplit(request.path)._replace(path=unquote(urlsplit(request.path).path))
        if split.path == "/o/oauth2/auth":
            return self._consent({key: value[0] for key, value in parse_qs(split.query).items()})
        if split.path == "/token":
            return self._token({key: value[0] for key, value in parse_qs(request.body).items()})
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.access:
            return Reply(401, headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'})
        if split.path == "/.well-known/carddav":
            return Reply(301, headers={"Location": f"/carddav/v1/principals/{USER}/"})
        if not split.path.startswith(HERE):
            return Reply(404)
        if request.method == "PROPFIND" and split.path == HERE and "getetag" not in request.body:
            return multistatus(f"<response><href>{HERE}</href><propstat><prop><S:getctag>{self.dav.token()}</S:getctag></prop>"
                               "<status>HTTP/1.1 200 OK</status></propstat></response>")  # fmt: skip
        inside = Request(
            request.method, BOOK + split.path.removeprefix(HERE), request.headers, request.body.replace(HERE, BOOK)
        )
        return self.dav.usual(inside)

    def _consent(self, asked: dict[str, str]) -> Reply:
        back = urlsplit(asked["redirect_uri"])
        assert back.hostname == "127.0.0.1"
        assert asked["access_type"] == "offline"
        if not self.consents:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            code = f"code-{len(self.challenges)}"
            assert asked["code_challenge_method"] == "S256"
            self.challenges[code] = (asked["code_challenge"], asked["redirect_uri"])
            answer = {"code": code, "state": asked["state"], "scope": asked["scope"]}
        page = f'<!doctype html><title>Consent</title><a href="{asked["redirect_uri"]}?{urlencode(answer)}">Allow</a>'
        return Reply(200, page, {"Content-Type": "text/html"})

    def _token(self, asked: dict[str, str]) -> Reply:
        if {key: asked.get(key) for key in CLIENT} != CLIENT:
            return _json(401, error="invalid_client")
        if asked["grant_type"] == "authorization_code":
            challenge, redirect = self.challenges.pop(asked["code"], ("", ""))
            digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge or asked["redirect_uri"] != redirect:
                return _json(400, error="invalid_grant")
            self.refresh.append(f"refresh-{len(self.refresh)}")
            return self._tokens(refresh_token=self.refresh[-1])
        if asked["refresh_token"] not in self.refresh or asked["refresh_token"] in self.withdrawn:
            return _json(400, error="invalid_grant", error_description="Token has been expired or revoked.")
        self.refreshed += 1
        if self.rotates:
            self.withdrawn.add(asked["refresh_token"])
            self.refresh.append(f"refresh-{len(self.refresh)}")
            return self._tokens(refresh_token=self.refresh[-1])
        return self._tokens()

    def _tokens(self, **more: str) -> Reply:
        token = f"access-{len(self.refresh)}-{self.refreshed}"
        self.access.add(token)
        return _json(
            200,
            access_token=token,
            token_type="Bearer",
            expires_in=3599,
            scope="https://www.googleapis.com/auth/carddav openid",
            **more,
        )


def _json(status: int, **values: object) -> Reply:
    return Reply(status, json.dumps(values), {"Content-Type": "application/json"})


@contextmanager
def google() -> Iterator[FakeGoogle]:
    """The server on a free port of 127.0.0.1, over TLS with the certificate of `support/tls`."""
    with serving(tls=True) as dav:
        dav.href = lambda path: path.replace(BOOK, HERE)
        fake = FakeGoogle(dav)
        dav.always = fake.answer
        yield fake
