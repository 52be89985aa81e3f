"""Signing in by OAuth 2 (RFC 6749, RFC 7636, RFC 8252): what is kept of it, and the access tokens that it gives.

A sign-in is made once by a person in a browser (`cardwarden login`). What is kept is a refresh token; access tokens live for
an hour and are never written down. requests-oauthlib speaks the protocol; Apprise brings it anyway.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cardwarden.carddav.deadline import Deadline, mind_deadlines
from cardwarden.carddav.failure import DavError, FailureKind, unconnected
from cardwarden.carddav.form import post_form
from cardwarden.carddav.href import host_of
from cardwarden.clock import Clock
from cardwarden.phrases.phrase import Code, phrase

if TYPE_CHECKING:
    from requests_oauthlib import OAuth2Session

_SECONDS: Final = 30
_EVERY_AT_MOST: Final = 60.0
_LASTS_AT_MOST: Final = 30 * 60.0
"""Seconds between two questions for a sign-in, and in all, whatever a provider says; providers take 5 and 900."""
CARDDAV_SCOPE: Final = "https://www.googleapis.com/auth/carddav"
"""developers.google.com/people/carddav: the one scope its CardDAV takes."""
PEOPLE_SCOPE: Final = "https://www.googleapis.com/auth/contacts.readonly"
"""developers.google.com/people/api/rest/v1/people.connections/list"""
GRAPH_SCOPE: Final = "https://graph.microsoft.com/Contacts.Read offline_access"
"""learn.microsoft.com/graph/api/contact-delta: the least that reads contacts; and a refresh token."""


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A program as a provider knows it: made by the user at the provider's console, for a desktop (RFC 8252)."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str

    @staticmethod
    def read(text: str) -> OAuthClient:
        """From the file that Google's console gives for a desktop client, or from a kept sign-in. Raises ValueError."""
        try:
            given = json.loads(text)["installed"]
            return OAuthClient(*(str(given[field.name]) for field in fields(OAuthClient)))
        except (KeyError, TypeError, ValueError):
            raise ValueError("no OAuth client for a desktop") from None


@dataclass(frozen=True, slots=True)
class SignIn:
    """What is kept of a sign-in: enough to get access tokens until somebody withdraws it."""

    client: OAuthClient
    refresh_token: str = field(repr=False)

    @staticmethod
    def read(text: str) -> SignIn:
        """What `written` gave. Raises ValueError."""
        client = OAuthClient.read(text)
        try:
            return SignIn(client, str(json.loads(text)["refresh_token"]))
        except KeyError:
            raise ValueError("an OAuth client, and no sign-in yet") from None

    def written(self) -> str:
        return json.dumps({"installed": asdict(self.client), "refresh_token": self.refresh_token}, indent=1) + "\n"


class PendingSignIn:
    """One sign-in under way: the address for the browser, and what becomes of the address it comes back to."""

    def __init__(self, client: OAuthClient, redirect: str, *, scope: str = CARDDAV_SCOPE) -> None:
        self._client = client
        self._session = _session(client.client_id, redirect, scope)
        # offline: a refresh token is wanted; consent: also if the user has agreed before.
        self.url, self.state = self._session.authorization_url(client.auth_uri, access_type="offline", prompt="consent")

    def finish(self, came_back: str, *, tls_ca: Path | None = None) -> SignIn:
        """The sign-in from the whole address that the browser was sent back to.

        Raises DavError if the user declined, if it is the answer to another request, or if the provider refuses it.
        """
        # The loopback address is http by nature (RFC 8252, 8.3): the answer never leaves the machine.
        answer = came_back.replace("http://", "https://", 1)
        self._session.scope = None  # a provider may name what it gave in another way (RFC 6749, 5.1)
        try:
            with Deadline(_SECONDS):
                token = self._session.fetch_token(
                    self._client.token_uri,
                    authorization_response=answer,
                    client_secret=self._client.client_secret,
                    include_client_id=True,
                    timeout=_SECONDS,
                    verify=str(tls_ca) if tls_ca else None,
                )
        except Exception as error:  # noqa: BLE001 - told apart below; what is no error of this is raised again
            raise _failed(error, self._client.token_uri, "") from None
        if not token.get("refresh_token"):
            raise DavError(FailureKind.ACCESS, phrase("login-not-lasting", host=host_of(self._client.token_uri)))
        return SignIn(self._client, str(token["refresh_token"]))


@dataclass(frozen=True, slots=True)
class DeviceSignIn:
    """A sign-in under way at a provider that gives a code to type in any browser (RFC 8628). `url` is where, `code` what."""

    url: str
    code: str
    _client: OAuthClient
    _device: str = field(repr=False)
    _every: float
    _until: float
    _ca: Path | None = None

    @staticmethod
    def begin(client: OAuthClient, scope: str, clock: Clock, *, tls_ca: Path | None = None) -> DeviceSignIn:
        """Ask for a code; `client.auth_uri` is where. Raises DavError."""
        asked = {"client_id": client.client_id, "scope": scope}
        _, answer = post_form(client.auth_uri, asked, tls_ca)
        try:
            every = min(_EVERY_AT_MOST, max(1.0, float(answer.get("interval", 5))))
            lasts = min(_LASTS_AT_MOST, float(answer["expires_in"]))
            url, code, device = (str(answer[key]) for key in ("verification_uri", "user_code", "device_code"))
        except (KeyError, TypeError, ValueError):
            said = phrase("login-refused", host=host_of(client.auth_uri), code=str(answer.get("error", "?")))
            raise DavError(FailureKind.ACCESS, said) from None
        return DeviceSignIn(url, code, client, device, every, clock.monotonic() + lasts, tls_ca)

    def wait(self, clock: Clock) -> SignIn:
        """The sign-in, when somebody has typed the code. Raises DavError if nobody does in time, or declines."""
        every, host = self._every, host_of(self._client.token_uri)
        asked = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "client_id": self._client.client_id,
            "device_code": self._device,
        }
        while clock.monotonic() < self._until:
            clock.sleep(every)
            _, answer = post_form(self._client.token_uri, asked, self._ca)
            match answer.get("error"):
                case None if answer.get("refresh_token"):
                    return SignIn(self._client, str(answer["refresh_token"]))
                case None:
                    raise DavError(FailureKind.ACCESS, phrase("login-not-lasting", host=host))
                case "authorization_pending":
                    pass
                case "slow_down":
                    every += 5  # RFC 8628, section 3.5
                case "authorization_declined" | "access_denied":
                    raise DavError(FailureKind.ACCESS, phrase("login-declined", host=host))
                case "expired_token":
                    break
                case code:
                    raise DavError(FailureKind.ACCESS, phrase("login-refused", host=host, code=str(code)))
        raise DavError(FailureKind.ACCESS, phrase("login-nobody"))


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Brings an access token whenever one is needed.

    bring   the sign-in as it is kept; raises SourceError
    keep    takes it if the provider exchanged its refresh token
    source  whose it is, for the command that makes a new one
    """

    bring: Callable[[], str]
    keep: Callable[[str], None]
    source: str
    tls_ca: Path | None = None

    def __call__(self) -> str:
        """A fresh one. Raises DavError."""
        try:
            kept = SignIn.read(self.bring())
        except ValueError:
            raise DavError(
                FailureKind.ACCESS, phrase("login-unreadable", source=self.source, command=_again(self.source))
            ) from None
        session = _session(kept.client.client_id)
        try:
            with Deadline(_SECONDS):
                token = session.refresh_token(
                    kept.client.token_uri,
                    refresh_token=kept.refresh_token,
                    client_id=kept.client.client_id,
                    **({"client_secret": kept.client.client_secret} if kept.client.client_secret else {}),
                    timeout=_SECONDS,
                    verify=str(self.tls_ca) if self.tls_ca else True,
                )
        except Exception as error:  # noqa: BLE001 - told apart below; what is no error of this is raised again
            raise _failed(error, kept.client.token_uri, self.source) from None
        if (exchanged := token.get("refresh_token")) and exchanged != kept.refresh_token:
            self.keep(replace(kept, refresh_token=str(exchanged)).written())
        return str(token["access_token"])


def _session(client_id: str, redirect: str | None = None, scope: str | None = None) -> OAuth2Session:
    from requests_oauthlib import OAuth2Session  # noqa: PLC0415 - what few need

    session = OAuth2Session(client_id, redirect_uri=redirect, scope=scope, pkce="S256" if redirect else None)
    mind_deadlines(session)
    return session


def _again(source: str) -> Code:
    """The command that signs in once more."""
    return Code(f"cardwarden login {source}")


def _failed(error: Exception, url: str, source: str) -> Exception:
    """What went wrong at a provider, without its own text, which may hold a token."""
    import requests  # noqa: PLC0415
    from oauthlib.oauth2 import OAuth2Error  # noqa: PLC0415

    host = host_of(url)
    match error:
        case OAuth2Error(error="invalid_grant") if source:
            return DavError(FailureKind.ACCESS, phrase("login-lost", host=host, source=source, command=_again(source)))
        case OAuth2Error(error="access_denied"):
            return DavError(FailureKind.ACCESS, phrase("login-declined", host=host))
        case OAuth2Error(error=code):
            return DavError(FailureKind.ACCESS, phrase("login-refused", host=host, code=str(code)))
        case requests.RequestException() | OSError():
            return unconnected(error, url)
        case ValueError():  # an answer that is no JSON
            return DavError(FailureKind.PASSING, phrase("login-refused", host=host, code="?"))
    return error
