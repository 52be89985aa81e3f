"""How a request proves who it is: Basic, Digest or a bearer token. (OAuth will be one more kind of credentials here.)"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from cardwarden.carddav.href import authority, is_loopback

_OFFERS_DIGEST = re.compile(r"(?:^|,)\s*digest\s", re.IGNORECASE)
_OFFERS_BASIC = re.compile(r"(?:^|,)\s*basic\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Login:
    """A user name, and where the password comes from when it is needed."""

    username: str
    password: Callable[[], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Where the token comes from when it is needed."""

    token: Callable[[], str] = field(repr=False)


Credentials = Login | Bearer | None


class Anonymous(AuthBase):
    """Sends nothing, and keeps requests from looking for a password in ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Token(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Authorization:
    """The credentials in use. The secret is read when it is first needed, and again when the server refuses it."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._secret = ""
        self._chosen: dict[str, AuthBase] = {}

    def for_request(self, url: str) -> AuthBase:
        """What to send to the host of `url`.

        Basic is sent at once where nobody can listen; on a plain connection the server is asked first whether it takes
        Digest, which does not give the password away.
        """
        host = authority(url)
        if host not in self._chosen:
            private = url.startswith("https:") or is_loopback(url)
            self._chosen[host] = self._make(digest=False) if private else Anonymous()
        return self._chosen[host]

    def another_way(self, url: str, challenge: str) -> bool:
        """Whether a request that was refused (401) with this WWW-Authenticate header should be sent once more."""
        if self._credentials is None:
            return False
        host = authority(url)
        used = self._chosen.get(host)
        if isinstance(self._credentials, Login):
            digest, basic = _OFFERS_DIGEST.search(challenge), _OFFERS_BASIC.search(challenge)
            if digest and (isinstance(used, Anonymous) or (isinstance(used, HTTPBasicAuth) and not basic)):
                self._chosen[host] = self._make(digest=True)
                return True
        if isinstance(used, Anonymous):
            self._chosen[host] = self._make(digest=False)
            return True
        before = self._secret
        self._secret = ""
        self._chosen[host] = self._make(digest=isinstance(used, HTTPDigestAuth))
        return self._secret != before

    def _make(self, *, digest: bool) -> AuthBase:
        match self._credentials:
            case None:
                return Anonymous()
            case Bearer(token):
                self._secret = self._secret or token()
                return _Token(self._secret)
            case Login(username, password):
                self._secret = self._secret or password()
                if digest:
                    return HTTPDigestAuth(username, self._secret)
                return HTTPBasicAuth(username.encode(), self._secret.encode())  # as text, requests would send Latin-1
