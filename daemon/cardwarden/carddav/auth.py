"""How a request proves who it is: Basic, Digest or a bearer token, which a sign-in (`sign_in.py`) may bring."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from cardwarden.carddav.digest import Challenge, authorization, challenges
from cardwarden.carddav.href import authority, is_loopback

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
Identity = str | Bearer | None
"""Who asks a server: a user name, or whoever a token is for; None for anybody."""


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


class _Digest(AuthBase):
    """Answers one challenge. Unlike requests' own, it reads no response: what comes passes the client's limits."""

    def __init__(self, username: str, password: str, challenge: Challenge) -> None:
        self.challenge = challenge
        self.count = 0
        self._username = username
        self._password = password
        self._lock = threading.Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            self.count += 1
            count = self.count
        header = authorization(
            self.challenge, self._username, self._password, str(request.method), str(request.url), count
        )
        request.headers["Authorization"] = header.encode().decode("latin-1")  # which requests turns into UTF-8 again
        return request


class Authorization:
    """The credentials in use. The secret is read when it is first needed, and again when the server refuses it."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._secret = ""
        self._chosen: dict[str, AuthBase] = {}
        self._lock = threading.Lock()

    @property
    def account(self) -> Identity:
        """Whose account this is, as far as that can be told from another's."""
        return self._credentials.username if isinstance(self._credentials, Login) else self._credentials

    def for_request(self, url: str) -> AuthBase:
        """What to send to the host of `url`.

        Basic is sent at once if nobody can listen; on a plain connection the server is asked first whether it takes
        Digest, which does not give the password away.
        """
        host = authority(url)
        with self._lock:
            if host not in self._chosen:
                private = url.startswith("https:") or is_loopback(url)
                self._chosen[host] = self._make(None) if private else Anonymous()
            return self._chosen[host]

    def another_way(self, url: str, used: AuthBase, header: str) -> bool:
        """Whether a request that was sent with `used` and refused (401), with this WWW-Authenticate, should be sent again."""
        host = authority(url)
        with self._lock:
            if self._credentials is None:
                return False
            if self._chosen.get(host) is not used:
                return True  # another request has found another way meanwhile
            challenge = next(challenges(header), None) if isinstance(self._credentials, Login) else None
            match used:
                case _Digest():
                    worn_out = challenge and (
                        challenge.stale or (used.count > 1 and challenge.nonce != used.challenge.nonce)
                    )
                    if worn_out:
                        self._chosen[host] = self._make(challenge)
                        return True
                case Anonymous():
                    self._chosen[host] = self._make(challenge)
                    return True
                case HTTPBasicAuth() if challenge and not _OFFERS_BASIC.search(header):
                    self._chosen[host] = self._make(challenge)
                    return True
            before = self._secret
            self._secret = ""
            self._chosen[host] = self._make(challenge if isinstance(used, _Digest) else None)
            return self._secret != before

    def _make(self, challenge: Challenge | None) -> AuthBase:
        """What proves who asks: by Digest if there is a challenge. The secret is brought if it is not here."""
        match self._credentials:
            case None:
                return Anonymous()
            case Bearer(token):
                self._secret = self._secret or token()
                return _Token(self._secret)
            case Login(username, password):
                self._secret = self._secret or password()
                if challenge:
                    return _Digest(username, self._secret, challenge)
                return HTTPBasicAuth(username.encode(), self._secret.encode())  # as text, requests would send Latin-1
